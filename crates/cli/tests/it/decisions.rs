//! `tenure accept` and `tenure trust`.

use crate::project::Project;
use insta::assert_snapshot;

const OURS: &str = "\
# What we decided, and why.
[policy.unknown]
fails = false # until the mirror keeps publishers

[[accept]] # the first one
package = \"pkg:npm/moved-mail\"
to = \"npm:carol\"
since = \"0.2.2\"
reason = \"she told us\"
by = \"ada@mail.example\"
on = 2020-05-31
until = 2021-05-31
# the end
";

const ACCEPT: [&str; 8] = [
    "accept",
    "quiet-stream",
    "--to",
    "npm:mallory",
    "--reason",
    "read 2.2.1 line by line",
    "--by",
    "ada@mail.example",
];

#[test]
fn accept_writes_both_files_and_keeps_comments() {
    let project = Project::new();
    project.write("tenure.toml", OURS);
    project.write(
        "tenure.lock",
        "version = 1\n\n[packages.\"pkg:npm/quiet-stream\"]\nthrough = \"2.2.0\"\nhands = [\"npm:bob\"]\non = 2020-01-01\n",
    );
    let done = project.judge(&ACCEPT);
    assert_snapshot!("accept", done.shown());
    assert_snapshot!("accept_toml", project.read("tenure.toml"));
    assert_snapshot!("accept_lock", project.read("tenure.lock"));
    let toml = project.read("tenure.toml");
    let again = project.judge(&ACCEPT);
    assert!(again.out.contains("nothing was changed"), "{}", again.out);
    assert_eq!(project.read("tenure.toml"), toml);
    let explain = project.judge(&["explain", "quiet-stream@2.2.1"]);
    assert!(
        explain
            .out
            .contains("accepted by ada@mail.example: read 2.2.1 line by line"),
        "{}",
        explain.out
    );
}

#[test]
fn accept_refuses_what_is_no_change() {
    let project = Project::new();
    let done = project.judge(&[
        "accept",
        "quiet-stream",
        "--to",
        "npm:eve",
        "--reason",
        "x",
        "--by",
        "y",
    ]);
    assert_snapshot!(done.shown());
    assert!(!project.root().join("tenure.toml").exists());
}

#[test]
fn a_decision_needs_a_reason_and_somebody() {
    let project = Project::new();
    let mut without_reason = ACCEPT;
    without_reason[5] = " ";
    let done = project.judge(&without_reason);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("needs a reason"), "{}", done.err);
    let done = project.judge(&ACCEPT[..6]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("--by WHO"), "{}", done.err);
    project.git(&["init", "-q"]);
    project.git(&["config", "user.email", "grace@mail.example"]);
    assert_eq!(project.judge(&ACCEPT[..6]).status, 0);
    assert!(
        project
            .read("tenure.toml")
            .contains("by = \"grace@mail.example\"")
    );
}

#[test]
fn a_stale_decision_is_reported() {
    let project = Project::new();
    project.write("tenure.toml", &OURS.replace("0.2.2", "0.2.1"));
    let done = project.judge(&["check"]);
    assert!(done.said("matches no change"), "{}", done.out);
    project.write("tenure.toml", &OURS.replace("2021-05-31", "2020-05-30"));
    let done = project.judge(&["check"]);
    assert!(done.said("ran out on 2020-05-30"), "{}", done.out);
}

#[test]
fn trust_is_written_once() {
    let project = Project::new();
    let arguments = [
        "trust",
        "npm:mallory",
        "--reason",
        "met her",
        "--by",
        "ada",
        "--until",
        "2999-01-01",
    ];
    let done = project.tenure(&arguments);
    assert_snapshot!("trust", done.shown());
    assert_snapshot!("trust_toml", project.read("tenure.toml"));
    let again = project.tenure(&arguments);
    assert!(again.out.contains("nothing was changed"), "{}", again.out);
    let explain = project.judge(&["explain", "quiet-stream@2.2.1"]);
    assert!(
        explain.out.starts_with("quiet-stream@2.2.1: pass"),
        "{}",
        explain.out
    );
}

#[test]
fn trust_refuses_what_is_nobody() {
    let project = Project::new();
    for person in ["mallory", "npm:workflow/github"] {
        let done = project.tenure(&["trust", person, "--reason", "x", "--by", "y"]);
        assert_eq!(done.status, 2, "{}", done.shown());
    }
    assert!(!project.root().join("tenure.toml").exists());
}
