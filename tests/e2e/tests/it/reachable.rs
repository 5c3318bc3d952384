//! Express, from the registry that the installed npm is configured for. Mirrors
//! strip publishers; then nothing can be said about who holds a package, and
//! that is what must be said.

use crate::project::Project;
use serde_json::Value;
use std::process::{Command, Stdio};
use tenure_e2e::process;
use tenure_testkit::{missing, skipped};

/// What npm prints on standard output.
fn npm(arguments: &[&str]) -> Option<String> {
    let npm = process().find_program("npm")?;
    let output = Command::new(npm)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The registry that npm asks on this machine: `cargo xtask test` says it, for
/// it takes the user's settings away.
fn registry() -> Option<String> {
    let process = process();
    let said = process.os_variable("TENURE_TEST_REGISTRY");
    let said = said.and_then(|url| url.to_str().map(str::to_owned));
    said.or_else(|| npm(&["config", "get", "registry"]))
}

/// The registry, if it answers and names no publishers. `None`, said on
/// standard error, otherwise.
fn silent_registry() -> Option<String> {
    let Some(registry) = registry() else {
        missing("npm is not installed; `cargo xtask test` installs it");
        return None;
    };
    let ask = |field| {
        npm(&[
            "view",
            "express@4",
            field,
            "--json",
            "--registry",
            &registry,
            "--fetch-retries=1",
        ])
    };
    if ask("version").is_none_or(|answer| answer.is_empty()) {
        skipped("the registry that npm is configured for cannot be reached");
        return None;
    }
    if ask("_npmUser").is_some_and(|answer| !answer.is_empty()) {
        skipped("the registry that npm is configured for names publishers");
        return None;
    }
    Some(registry)
}

#[test]
fn without_publishers_the_answer_is_unknown() {
    let Some(registry) = silent_registry() else {
        return;
    };
    let project = Project::new(&registry, &[("express", "^4")]).keep_environment();
    let Some(npm) = project.npm_install() else {
        return;
    };
    assert_eq!(npm.status, Some(0), "{}", npm.shown());
    let check = project.tenure(&["check"]);
    assert_eq!(check.status, Some(3), "{}", check.shown());
    let flat: Vec<&str> = check.out.split_whitespace().collect();
    let reason = "who published this release is not in the registry's document";
    assert!(flat.join(" ").contains(reason), "{}", check.shown());
    assert!(check.err.contains(&registry), "{}", check.shown());

    let json = project.tenure(&["check", "--format", "json"]);
    assert_eq!(json.status, Some(3), "{}", json.shown());
    let document: Value = serde_json::from_str(&json.out).unwrap();
    let mut releases = document["releases"].as_array().unwrap().iter();
    let express = releases
        .find(|release| release["name"] == "express")
        .unwrap();
    assert_eq!(express["verdict"], "unknown", "{express:#}");
}
