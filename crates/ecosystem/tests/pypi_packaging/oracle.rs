//! Python's own `packaging`, asked through Python.

use serde::{Deserialize, Serialize};
use std::process::Command;
use tenure_testkit::{missing, oracle};

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
    let folder = oracle::tools().join("python");
    if !folder.join("packaging").is_dir() {
        missing("Python's packaging is not installed; `cargo xtask test` installs it");
        return None;
    }
    let mut python = Command::new("python3");
    python
        .args(["-c", include_str!("oracle.py")])
        .env("PYTHONPATH", folder)
        .env("PYTHONIOENCODING", "utf-8");
    let questions = serde_json::to_value(questions).unwrap();
    let answers = oracle::ask("Python", &mut python, &questions)?;
    Some(serde_json::from_value(answers).unwrap())
}
