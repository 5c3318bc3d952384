//! Asking the tools that Tenure has to agree with.

use crate::missing;
use serde_json::Value;
use std::fmt::Debug;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where `cargo xtask test` installs what tests need.
pub fn tools() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test run names its tools through the environment"
    )]
    let named = std::env::var_os("TENURE_TEST_TOOLS").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools"))
}

/// Gives a script the questions, all at once, and reads its answers. `None`,
/// said on standard error, where `interpreter` is missing; in CI that fails.
///
/// # Panics
/// When the script fails or does not answer in JSON.
pub fn ask(interpreter: &str, script: &mut Command, questions: &Value) -> Option<Value> {
    let child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        missing(&format!("{interpreter} is not installed"));
        return None;
    };
    let asked = questions.to_string();
    // The script reads everything before it writes.
    let mut input = child.stdin.take().expect("it is piped");
    input
        .write_all(asked.as_bytes())
        .expect("a script that reads");
    drop(input);
    let output = child.wait_with_output().expect("a script that ends");
    assert!(output.status.success(), "the script failed");
    Some(serde_json::from_slice(&output.stdout).expect("answers in JSON"))
}

/// Most differences that a failed test prints.
const SHOWN: usize = 40;

/// Questions that we and another tool answer differently.
#[derive(Debug)]
pub struct Differences {
    tool: &'static str,
    all: Vec<String>,
}

impl Differences {
    /// None yet, from what `tool` says.
    pub fn from(tool: &'static str) -> Self {
        Self {
            tool,
            all: Vec::new(),
        }
    }

    /// Notes a question that the two answer differently.
    pub fn note<T: PartialEq + Debug + ?Sized>(
        &mut self,
        question: &str,
        (ours, theirs): (&T, &T),
    ) {
        if ours != theirs {
            let tool = self.tool;
            let told = format!("{question}: ours {ours:?}, that of {tool} {theirs:?}");
            self.all.push(told);
        }
    }

    /// Makes sure that there is none from this version of the tool.
    ///
    /// # Panics
    /// When there is one.
    pub fn assert_none(&self, version: &str) {
        assert!(
            self.all.is_empty(),
            "{} differences from {} {version}:\n{}",
            self.all.len(),
            self.tool,
            self.all[..self.all.len().min(SHOWN)].join("\n")
        );
    }
}

/// The text with up to two slips of the hand, which put in one of `letters`.
pub fn mutated(random: &mut fastrand::Rng, text: &str, letters: &[char]) -> String {
    let mut changed: Vec<char> = text.chars().collect();
    for _ in 0..random.usize(..3) {
        let at = random.usize(..=changed.len());
        let letter = letters[random.usize(..letters.len())];
        match random.u8(..3) {
            0 => changed.insert(at, letter),
            1 if at < changed.len() => changed[at] = letter,
            _ if at < changed.len() => drop(changed.remove(at)),
            _ => changed.push(letter),
        }
    }
    changed.into_iter().collect()
}
