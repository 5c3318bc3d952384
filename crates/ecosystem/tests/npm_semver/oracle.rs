//! npm's own `semver`, asked through Node.js.

use serde::{Deserialize, Serialize};
use std::process::Command;
use tenure_testkit::{missing, oracle};

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
    let package = oracle::tools().join("node_modules/semver");
    if !package.is_dir() {
        missing("npm's semver is not installed; `cargo xtask test` installs it");
        return None;
    }
    let mut node = Command::new("node");
    node.args(["-e", include_str!("oracle.js"), "semver"])
        .arg(&package);
    let questions = serde_json::to_value(questions).unwrap();
    let answers = oracle::ask("Node.js", &mut node, &questions)?;
    Some(serde_json::from_value(answers).unwrap())
}
