//! Errors say what, where, and what to do.

use crate::project::Project;
use insta::assert_snapshot;

fn with(file: &str, text: &str) -> String {
    let project = Project::new();
    project.write(file, text);
    let done = project.judge(&["check"]);
    assert_eq!(done.status, 2, "{}", done.shown());
    assert_eq!(done.out, "");
    done.err
}

#[test]
fn in_files_that_people_write() {
    let said = [
        ("tenure.toml", "[policy.change]\nsilent-days = 3\n"),
        (
            "tenure.toml",
            "# ours\n[policy.season]\ndays = [1, 1, -1, 1, 1]\n",
        ),
        ("tenure.toml", "[[block]]\nreason = \"bad\"\n"),
        ("tenure.toml", "[[accept]]\npackage = \"chalk\"\n"),
        ("tenure.toml", "[policy\n"),
        ("tenure.lock", "version = 2\n"),
        (
            "tenure.lock",
            "version = 1\n[packages.\"pkg:npm/a\"]\nthrough = 1\n",
        ),
        (
            "package-lock.json",
            "{\n  \"lockfileVersion\": 3,\n  oops\n}\n",
        ),
    ]
    .map(|(file, text)| with(file, text));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn in_a_policy_file() {
    let project = Project::new();
    project.write("policy.toml", "[tiers]\ndependents = [5, 4, 3, 2]\n");
    let done = project.tenure(&["policy", "--check", "policy.toml"]);
    assert_snapshot!(done.shown());
    let used = project.judge(&["check", "--policy", "policy.toml"]);
    assert_eq!(used.status, 2);
    assert!(used.err.contains("policy.toml:2"), "{}", used.err);
}

#[test]
fn in_what_is_named() {
    let project = Project::new();
    let no_lockfile = tempfile::tempdir().unwrap();
    let elsewhere = no_lockfile.path().display().to_string();
    for (arguments, expected) in [
        (
            vec!["check", "no-such/package-lock.json"],
            "no-such/package-lock.json",
        ),
        (
            vec!["check", "--project", elsewhere.as_str()],
            "no lockfile below",
        ),
        (vec!["check", "--project", "nowhere"], "is not a folder"),
        (vec!["who", "a b"], "is not a package name"),
    ] {
        let done = project.judge(&arguments);
        assert_eq!(done.status, 2, "{}", done.shown());
        assert!(done.err.contains(expected), "{}", done.err);
    }
    let both = project.tenure(&["check", "--facts", "../facts", "--offline"]);
    assert_eq!(both.status, 2);
    let url = project.tenure(&["check", "--upstream", "https://registry.example/"]);
    assert!(url.err.contains("npm=URL"), "{}", url.err);
    let date = project.tenure(&["check", "--as-of", "yesterday"]);
    assert_eq!(date.status, 2);
}
