//! Facts from a registry on a loopback port.

use crate::project::Project;
use serde_json::Value;
use tenure_testkit::FakeNpm;

/// The fixtures as a registry that the project's `.npmrc` names.
fn registry(project: &Project) -> FakeNpm {
    let npm = FakeNpm::start();
    npm.load(project.root().join("../facts"))
        .expect("readable facts");
    npm.set_downloads("quiet-stream", 1_900_000, 700);
    project.write(".npmrc", &format!("registry={}\n", npm.url()));
    npm
}

#[test]
fn the_registry_and_where_it_was_found_are_said() {
    let project = Project::new();
    let npm = registry(&project);
    let done = project.tenure(&["check", "--as-of", "2020-06-01"]);
    assert_eq!(done.status, 1, "{}", done.shown());
    let expected = format!("facts from {} (`.npmrc` line 1)", npm.url());
    assert!(done.err.contains(&expected), "{}", done.err);
    assert!(done.said("1 release: `"), "{}", done.out);
    assert!(
        done.said("answered that there is no such package"),
        "{}",
        done.out
    );
}

#[test]
fn popularity_is_asked_only_where_it_decides() {
    let project = Project::new();
    let npm = registry(&project);
    project.tenure(&["check", "--as-of", "2020-06-01"]);
    let mut searches: Vec<String> = npm
        .requests()
        .into_iter()
        .filter(|request| request.path.contains("search"))
        .map(|request| request.target)
        .collect();
    searches.sort();
    insta::assert_snapshot!(searches.join("\n"));
}

#[test]
fn a_second_run_needs_no_registry() {
    let project = Project::new();
    let npm = registry(&project);
    let first = project.tenure(&["check", "--as-of", "2020-06-01", "--format", "json"]);
    let before = npm.requests().len();
    let offline = [
        "check",
        "--offline",
        "--as-of",
        "2020-06-01",
        "--format",
        "json",
    ];
    let second = project.tenure(&offline);
    assert_eq!(npm.requests().len(), before);
    let verdicts = |text: &str| -> Vec<(Value, Value)> {
        let document: Value = serde_json::from_str(text).unwrap();
        let releases = document["releases"].as_array().unwrap().clone();
        let pair = |release: &Value| (release["name"].clone(), release["verdict"].clone());
        releases.iter().map(pair).collect()
    };
    assert_eq!(verdicts(&first.out), verdicts(&second.out));
}

#[test]
fn a_registry_that_is_gone_is_no_finding() {
    let project = Project::new();
    let npm = registry(&project);
    let url = npm.url().to_owned();
    drop(npm);
    project.write("tenure.toml", "[policy.unknown]\nfails = false\n");
    project.write(
        "package-lock.json",
        "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/lone-wolf\": {\"version\": \"1.2.0\"}}}",
    );
    let done = project.tenure(&["check"]);
    assert_eq!(done.status, 3, "{}", done.shown());
    assert!(done.said("cannot be reached"), "{}", done.shown());
    let who = project.tenure(&["who", "lone-wolf"]);
    assert_eq!(who.status, 3);
    assert!(who.err.contains(&url), "{}", who.err);
}
