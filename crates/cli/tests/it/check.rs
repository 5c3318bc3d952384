//! `tenure check` and `tenure init`.

use crate::project::{Project, run};
use insta::assert_snapshot;
use serde_json::Value;

const CALM: &str = "[policy.unknown]\nfails = false\n";

#[test]
fn text() {
    assert_snapshot!(Project::new().judge(&["check"]).shown());
}

#[test]
fn json() {
    let done = Project::new().judge(&["check", "--format", "json"]);
    assert_snapshot!(done.out);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["schema"], "tenure.check/1");
    assert_eq!(document["exit_status"], done.status);
    assert!(done.err.contains("../facts"), "{}", done.err);
}

#[test]
fn sarif() {
    let done = Project::new().judge(&["check", "--format", "sarif"]);
    assert_snapshot!(done.out);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap();
        assert_eq!(rules[index as usize]["id"], result["ruleId"]);
    }
}

#[test]
fn github() {
    assert_snapshot!(
        Project::new()
            .judge(&["check", "--format", "github"])
            .shown()
    );
}

#[test]
fn all_lists_what_passes() {
    let done = Project::new().judge(&["check", "--all"]);
    assert!(
        done.out.contains("pass     robot-made@1.3.0") || done.out.contains("robot-made@1.3.0")
    );
    assert!(done.out.contains("lone-wolf@1.2.0"), "{}", done.out);
}

#[test]
fn in_ascii_without_colours() {
    let project = Project::new();
    let mut command = project.command(&["check", "--facts", "../facts", "--as-of", "2020-06-01"]);
    command.env("LC_ALL", "C");
    let done = run(command);
    assert!(done.out.is_ascii(), "{}", done.out);
    assert!(done.out.contains("bob -> mallory"));
}

#[test]
fn colours_come_when_forced_and_go_with_no_color() {
    let project = Project::new();
    let arguments = ["check", "--facts", "../facts", "--as-of", "2020-06-01"];
    let mut forced = project.command(&arguments);
    forced.env("CLICOLOR_FORCE", "1");
    assert!(run(forced).out.contains("\u{1b}["));
    let mut without = project.command(&arguments);
    without.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    assert!(!run(without).out.contains('\u{1b}'));
}

#[test]
fn init_then_check_is_quiet_about_yesterday() {
    let project = Project::new();
    project.write("tenure.toml", CALM);
    let init = project.judge(&["init"]);
    assert_snapshot!("init", init.shown());
    assert_snapshot!("init_lock", project.read("tenure.lock"));
    let check = project.judge(&["check"]);
    assert_eq!(check.status, 0, "{}", check.shown());
    let again = project.judge(&["init"]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(project.judge(&["init", "--force"]).status, 0);
}

#[test]
fn unknown_fails_unless_the_policy_says_otherwise() {
    let project = Project::new();
    let only = |name: &str, version: &str| {
        format!(
            "{{\"lockfileVersion\": 3, \"packages\": {{\n\"node_modules/{name}\": {{\"version\": \"{version}\"}}\n}}}}\n"
        )
    };
    project.write("package-lock.json", &only("no-names", "1.1.0"));
    assert_eq!(project.judge(&["check"]).status, 3);
    project.write("tenure.toml", CALM);
    let done = project.judge(&["check"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert!(done.out.contains("1 unknown"), "{}", done.out);
    project.write("package-lock.json", &only("quiet-stream", "2.2.1"));
    assert_eq!(project.judge(&["check"]).status, 1);
    project.write("package-lock.json", &only("lone-wolf", "1.2.0"));
    assert_eq!(project.judge(&["check"]).status, 0);
}

#[test]
fn without_a_registry_nothing_can_be_found_out() {
    let project = Project::new();
    project.write("tenure.toml", CALM);
    let done = project.tenure(&[
        "check",
        "--offline",
        "--upstream",
        "npm=http://127.0.0.1:9/",
    ]);
    assert_eq!(done.status, 3, "{}", done.shown());
    assert!(done.out.contains("is not in the cache"), "{}", done.out);
    assert!(
        done.err.contains("facts from http://127.0.0.1:9/"),
        "{}",
        done.err
    );
}

#[test]
fn base_checks_only_what_is_new() {
    let project = Project::new();
    let new = project.read("package-lock.json");
    let old = new.replace("2.2.1", "2.2.0");
    project.write("package-lock.json", &old);
    project.git(&["init", "-q"]);
    project.git(&["add", "package-lock.json"]);
    project.git(&["commit", "-q", "-m", "before"]);
    project.write("package-lock.json", &new);
    let done = project.judge(&["check", "--base", "HEAD"]);
    assert_snapshot!("base", done.shown());
    project.git(&["add", "package-lock.json"]);
    project.git(&["commit", "-q", "-m", "after"]);
    assert_eq!(project.judge(&["check", "--base", "HEAD"]).status, 0);
}

#[test]
fn a_lockfile_that_was_not_there_is_all_new() {
    let project = Project::new();
    project.git(&["init", "-q"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "empty"]);
    let all = project.judge(&["check", "--base", "HEAD"]);
    assert!(
        all.out.contains("10 releases new since HEAD"),
        "{}",
        all.out
    );
}

#[test]
fn a_revision_must_exist() {
    let project = Project::new();
    let outside = project.judge(&["check", "--base", "HEAD"]);
    assert_eq!(outside.status, 2);
    assert!(
        outside.err.contains("needs a git repository"),
        "{}",
        outside.err
    );
    project.git(&["init", "-q"]);
    for revision in ["nowhere", "--output=x"] {
        let done = project.judge(&["check", &format!("--base={revision}")]);
        assert_eq!(done.status, 2, "{}", done.shown());
    }
    assert!(!project.root().join("x").exists());
}

#[test]
fn several_lockfiles_are_found_and_each_place_is_said() {
    let project = Project::new();
    let lock = project.read("package-lock.json");
    for folder in ["packages/a", "node_modules/b"] {
        std::fs::create_dir_all(project.root().join(folder)).unwrap();
        project.write(&format!("{folder}/package-lock.json"), &lock);
    }
    let done = project.judge(&["check"]);
    assert!(done.said("package-lock.json:54 and 1 more"), "{}", done.out);
    assert!(done.said("10 releases in 2 lockfiles"), "{}", done.out);
    let sarif = project.judge(&["check", "--format", "sarif"]).out;
    assert!(sarif.contains("\"uri\": \"packages/a/package-lock.json\""));
    let one = project.judge(&["check", "packages/a/package-lock.json"]);
    assert!(
        one.said("10 releases in packages/a/package-lock.json"),
        "{}",
        one.out
    );
}

#[test]
fn what_a_person_blocked_comes_first_and_cannot_be_accepted() {
    let project = Project::new();
    project.write(
        "tenure.toml",
        "[[block]]\npackage = \"pkg:npm/quiet-stream\"\nperson = \"npm:mallory\"\nreason = \"incident 7\"\n",
    );
    let done = project.judge(&["check"]);
    assert!(
        done.out.starts_with("block    quiet-stream@2.2.1"),
        "{}",
        done.out
    );
    assert!(
        done.said("blocked in tenure.toml: incident 7"),
        "{}",
        done.out
    );
    assert!(
        !done.out.contains("tenure accept quiet-stream"),
        "{}",
        done.out
    );
    let explain = project.judge(&["explain", "quiet-stream@2.2.1"]);
    assert!(
        explain.said("taking the [[block]] out of tenure.toml"),
        "{}",
        explain.out
    );
}

#[test]
fn nothing_from_a_document_reaches_the_terminal_raw() {
    let project = Project::new();
    let facts = project.root().join("../facts/quiet-stream.json");
    let text = std::fs::read_to_string(&facts).unwrap();
    std::fs::write(&facts, text.replace("mallory", "mal\\u001b[2Jlory")).unwrap();
    for command in [
        vec!["check"],
        vec!["who", "quiet-stream"],
        vec!["explain", "quiet-stream@2.2.1"],
        vec!["update"],
        vec!["init"],
    ] {
        let done = project.judge(&command);
        let shown = done.shown();
        assert!(!shown.contains('\u{1b}'), "{command:?}: {shown:?}");
    }
    let mut forced = project.command(&["check", "--facts", "../facts", "--as-of", "2020-06-01"]);
    forced.env("CLICOLOR_FORCE", "1");
    assert!(!run(forced).out.contains("\u{1b}[2J"));
}

#[test]
fn annotations_count_from_the_repository() {
    let project = Project::new();
    std::fs::create_dir(project.root().join("../.git")).unwrap();
    let github = project.judge(&["check", "--format", "github"]);
    assert!(
        github
            .out
            .contains("file=project/package-lock.json,line=54"),
        "{}",
        github.out
    );
    let sarif = project.judge(&["check", "--format", "sarif"]);
    assert!(
        sarif.out.contains("\"uri\": \"project/package-lock.json\""),
        "{}",
        sarif.out
    );
}
