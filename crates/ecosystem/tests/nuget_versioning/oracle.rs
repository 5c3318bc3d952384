//! NuGet's own client, asked through mono.

use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;
use tenure_testkit::{folder_with, missing, oracle};

/// What is asked.
#[derive(Default, Serialize)]
pub(crate) struct Questions {
    /// Does the version lie within the range?
    pub(crate) satisfies: Vec<(String, String)>,
    /// Which of two versions comes first?
    pub(crate) compare: Vec<(String, String)>,
    /// What is the normal form of the version?
    pub(crate) normalised: Vec<(String,)>,
    /// Which of the versions is taken for the range?
    pub(crate) best: Vec<(Vec<String>, String)>,
}

/// The answers, in the order of the questions; `None` where something is not
/// valid.
#[derive(Deserialize)]
pub(crate) struct Answers {
    /// Which NuGet answered.
    pub(crate) version: String,
    pub(crate) satisfies: Vec<Option<bool>>,
    /// Negative, zero or positive.
    pub(crate) compare: Vec<Option<i64>>,
    pub(crate) normalised: Vec<Option<String>>,
    pub(crate) best: Vec<Option<String>>,
}

/// Asks. `None`, said on standard error, where the client, mono or its compiler
/// is missing; in CI that fails.
pub(crate) fn ask(questions: &Questions) -> Option<Answers> {
    let package = oracle::tools().join("nuget/node_modules/nuget-exe");
    let client = package.join("nuget-5.8.0.exe");
    let folder = folder_with(&[("oracle.cs", include_str!("oracle.cs"))]);
    let program = folder.path().join("oracle.exe");
    if !client.is_file() || !compile(&client, &program) {
        missing(
            "NuGet's client, mono or its compiler is not installed; `cargo xtask test` installs \
             them",
        );
        return None;
    }
    // Where a program looks for the libraries that it is built with.
    std::fs::copy(&client, folder.path().join("NuGet.exe")).unwrap();
    let mut mono = Command::new("mono");
    mono.arg(&program);
    let questions = serde_json::to_value(questions).unwrap();
    let answers = oracle::ask("mono", &mut mono, &questions)?;
    Some(serde_json::from_value(answers).unwrap())
}

fn compile(client: &Path, program: &Path) -> bool {
    let compiled = Command::new("mcs")
        .arg(format!("-out:{}", program.display()))
        .arg(format!("-r:{}", client.display()))
        .args(["-r:System.Web.Extensions", "-nowarn:1685"])
        .arg(program.with_extension("cs"))
        .status();
    compiled.is_ok_and(|status| {
        assert!(status.success(), "the questions to NuGet do not compile");
        true
    })
}
