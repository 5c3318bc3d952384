//! Python's own `packaging`, asked through Python.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tenure_testkit::missing;

/// What is asked.
#[derive(Default, Serialize)]
pub(crate) struct Questions {
    /// Does the version satisfy the specifiers?
    pub(crate) satisfies: Vec<(String, String)>,
    /// Which of two versions comes first?
    pub(crate) compare: Vec<(String, String)>,
    /// What is the normal form of the version?
    pub(crate) normalised: Vec<String>,
}

/// The answers, in the order of the questions; `None` where something is not
/// valid.
#[derive(Deserialize)]
pub(crate) struct Answers {
    /// Which `packaging` answered.
    pub(crate) version: String,
    pub(crate) satisfies: Vec<Option<bool>>,
    /// Negative, zero or positive.
    pub(crate) compare: Vec<Option<i64>>,
    pub(crate) normalised: Vec<Option<String>>,
}

/// Asks. `None`, said on standard error, where Python or the package is
/// missing; in CI that fails.
pub(crate) fn ask(questions: &Questions) -> Option<Answers> {
    let folder = tools().join("python");
    if !folder.join("packaging").is_dir() {
        missing("Python's packaging is not installed; `cargo xtask test` installs it");
        return None;
    }
    let python = Command::new("python3")
        .args(["-c", include_str!("oracle.py")])
        .env("PYTHONPATH", folder)
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        missing("Python is not installed");
        return None;
    };
    let asked = serde_json::to_vec(questions).unwrap();
    // The script reads everything before it writes.
    python.stdin.take().unwrap().write_all(&asked).unwrap();
    let output = python.wait_with_output().unwrap();
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
