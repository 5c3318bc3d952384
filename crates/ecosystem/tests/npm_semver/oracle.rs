//! npm's own `semver`, asked through Node.js.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tenure_testkit::missing;

/// What is asked.
#[derive(Default, Serialize)]
pub(crate) struct Questions {
    /// Does the version satisfy the range?
    pub(crate) satisfies: Vec<(String, String)>,
    /// Is it a version?
    pub(crate) valid: Vec<String>,
    /// Which of two versions comes first?
    pub(crate) compare: Vec<(String, String)>,
    /// Which is the highest version in the range?
    pub(crate) highest: Vec<(Vec<String>, String)>,
}

/// The answers, in the order of the questions.
#[derive(Deserialize)]
pub(crate) struct Answers {
    /// Which `semver` answered.
    pub(crate) version: String,
    /// `None` where either is not valid.
    pub(crate) satisfies: Vec<Option<bool>>,
    pub(crate) valid: Vec<bool>,
    /// Negative, zero or positive; `None` where either is not valid.
    pub(crate) compare: Vec<Option<i64>>,
    pub(crate) highest: Vec<Option<String>>,
}

/// Asks. `None`, said on standard error, where Node.js or the package is
/// missing; in CI that fails.
pub(crate) fn ask(questions: &Questions) -> Option<Answers> {
    let package = tools().join("node_modules/semver");
    if !package.is_dir() {
        missing("npm's semver is not installed; `cargo xtask test` installs it");
        return None;
    }
    let node = Command::new("node")
        .args(["-e", include_str!("oracle.js"), "semver"])
        .arg(&package)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut node) = node else {
        missing("Node.js is not installed");
        return None;
    };
    let asked = serde_json::to_vec(questions).unwrap();
    // The script reads everything before it writes.
    node.stdin.take().unwrap().write_all(&asked).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Where `cargo xtask test` installs what tests need.
fn tools() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test run names its tools through the environment"
    )]
    let named = std::env::var_os("TENURE_TEST_TOOLS").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools"))
}
