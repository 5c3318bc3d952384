//! Asking the tools that Tenure has to agree with.

use crate::missing;
use serde_json::Value;
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
