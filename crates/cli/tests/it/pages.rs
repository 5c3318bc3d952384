//! `tenure who`, `explain`, `update` and `policy`.

use crate::project::{FACTS, Project, run};
use insta::assert_snapshot;
use serde_json::Value;

#[test]
fn who_draws_the_tenures() {
    assert_snapshot!(Project::new().judge(&["who", "quiet-stream@2.3.0"]).shown());
}

#[test]
fn who_draws_in_ascii_on_a_dumb_terminal() {
    let project = Project::new();
    let mut command = project.command(&[&["who", "quiet-stream"], &FACTS[..]].concat());
    command.env("TERM", "dumb");
    let done = run(command);
    assert!(done.out.is_ascii(), "{}", done.out);
    assert_snapshot!(done.out);
}

#[test]
fn who_says_what_is_not_known() {
    assert_snapshot!(Project::new().judge(&["who", "no-names"]).shown());
}

#[test]
fn who_as_of_an_earlier_day_knows_nothing_later() {
    let project = Project::new();
    let arguments = [
        "who",
        "pkg:npm/quiet-stream",
        "--facts",
        "../facts",
        "--as-of",
    ];
    let done = project.tenure(&[&arguments[..], &["2020-05-01"]].concat());
    assert!(!done.out.contains("mallory"), "{}", done.out);
    assert!(done.out.contains("6 releases"), "{}", done.out);
}

#[test]
fn who_in_json() {
    let done = Project::new().judge(&["who", "quiet-stream", "--format", "json"]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["schema"], "tenure.who/1");
    assert_eq!(document["tenures"].as_array().unwrap().len(), 2);
    assert_eq!(document["tenures"][1]["hands"][0][0], "npm:mallory");
    assert_eq!(document["upstream"]["from"], "../facts");
}

#[test]
fn explain_a_hand_over() {
    assert_snapshot!(
        Project::new()
            .judge(&["explain", "quiet-stream@2.3.0"])
            .shown()
    );
}

#[test]
fn explain_a_hold_that_ends_by_itself() {
    assert_snapshot!(
        Project::new()
            .judge(&["explain", "moved-mail@0.2.2"])
            .shown()
    );
}

#[test]
fn explain_what_is_unknown() {
    assert_snapshot!(Project::new().judge(&["explain", "no-names@1.1.0"]).shown());
}

#[test]
fn explain_in_json_names_fields_and_source() {
    let done = Project::new().judge(&["explain", "quiet-stream@2.2.1", "--format", "json"]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["verdict"], "hold");
    assert_eq!(
        document["evidence"][0][0]["fields"],
        "versions[*].maintainers"
    );
    assert_eq!(document["source"]["from"], "../facts/quiet-stream.json");
    assert_eq!(document["locked_at"][0], "package-lock.json:54");
}

#[test]
fn explain_wants_a_release_that_exists() {
    let project = Project::new();
    let without = project.judge(&["explain", "quiet-stream"]);
    assert_eq!(without.status, 2);
    let missing = project.judge(&["explain", "quiet-stream@9.9.9"]);
    assert_eq!(missing.status, 3);
    assert!(
        missing.err.contains("the latest are 3.0.0"),
        "{}",
        missing.err
    );
    assert_eq!(project.judge(&["who", "nobody-recorded-it"]).status, 3);
}

#[test]
fn update_shows_what_waits() {
    assert_snapshot!(Project::new().judge(&["update"]).shown());
}

#[test]
fn update_before_the_hand_over() {
    let project = Project::new();
    let lock = project.read("package-lock.json");
    project.write("package-lock.json", &lock.replace("2.2.1", "2.1.0"));
    let done = project.judge(&["update", "quiet-stream", "--format", "json"]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    let options = &document["packages"][0];
    assert_eq!(options["locked"], "2.1.0");
    assert_eq!(options["within_hands"], "2.2.0");
    assert_eq!(options["in_range"], "2.3.0");
    assert_eq!(options["newest"], "3.0.0");
    assert_eq!(options["waiting"][0]["since"], "2.2.1");
    assert_eq!(options["waiting"][0]["to"], "npm:mallory");
}

#[test]
fn update_of_what_is_locked_nowhere() {
    let done = Project::new().judge(&["update", "grace-lib"]);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("grace-lib is locked nowhere"),
        "{}",
        done.err
    );
}

#[test]
fn nothing_newer_is_said() {
    let done = Project::new().judge(&["update", "robot-made"]);
    assert_eq!(done.out, "Nothing newer for 1 package.\n");
}

#[test]
fn policy_in_force_is_a_policy() {
    let project = Project::new();
    project.write("tenure.toml", "[policy.change]\nsilence-days = 90\n");
    let done = project.tenure(&["policy"]);
    assert!(done.out.contains("silence-days = 90"), "{}", done.out);
    project.write("policy.toml", &done.out);
    assert_eq!(
        project.tenure(&["policy", "--check", "policy.toml"]).status,
        0
    );
    assert_eq!(
        project.tenure(&["policy", "--check", "tenure.toml"]).status,
        0
    );
    let defaults = project.tenure(&["policy", "--defaults"]).out;
    assert!(defaults.contains("# How much depends on a package"));
}

#[test]
fn a_policy_file_decides() {
    let project = Project::new();
    let lenient =
        "[verdict]\nhandover-cold-stranger = [\"pass\", \"pass\", \"pass\", \"note\", \"note\"]\n";
    project.write("lenient.toml", lenient);
    let arguments = ["explain", "quiet-stream@3.0.0", "--policy", "lenient.toml"];
    let done = project.judge(&arguments);
    assert!(
        done.out.starts_with("quiet-stream@3.0.0: note"),
        "{}",
        done.out
    );
}

#[test]
fn update_reads_the_manifest_beside_a_yarn_1_lockfile() {
    let project = Project::new();
    std::fs::remove_file(project.root().join("package-lock.json")).unwrap();
    project.write(
        "package.json",
        "{\"dependencies\": {\"lone-wolf\": \"^1.0.0\"}}",
    );
    project.write(
        "yarn.lock",
        "# yarn lockfile v1\n\n\nlone-wolf@^1.0.0:\n  version \"1.1.0\"\n  resolved \"https://registry.example/lone-wolf/-/lone-wolf-1.1.0.tgz#0123\"\n",
    );
    let done = project.judge(&["update"]);
    assert!(
        done.said("lone-wolf 1.1.0 1.2.0 1.2.0 2.0.1"),
        "{}",
        done.shown()
    );
}
