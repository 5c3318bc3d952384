//! Chalk, async, left-pad and react-dom, from a registry that serves what the
//! real one served.

use crate::project::Project;
use tenure_testkit::{FakeNpm, Packument, Release, corpus};

/// What those packages need and the corpus lacks, as far as they need it.
const OTHERS: [(&str, &str); 9] = [
    ("asap", "2.0.6"),
    ("loose-envify", "1.4.0"),
    ("node-fetch", "1.7.3"),
    ("object-assign", "4.1.1"),
    ("react", "16.3.1"),
    ("setimmediate", "1.0.5"),
    ("whatwg-fetch", "2.0.4"),
    ("cross-fetch", "3.0.4"),
    ("fbjs-css-vars", "1.0.2"),
];

/// The newest recorded packument of every package. `None` without the corpus.
fn registry() -> Option<FakeNpm> {
    let recorded = corpus::packuments()?;
    let registry = FakeNpm::start();
    for (_, bytes) in &recorded {
        registry.put_recorded(bytes);
    }
    for (name, version) in OTHERS {
        let release = Release::new(version)
            .at("2018-01-10T10:00:00.000Z")
            .by("somebody");
        registry.put(Packument::new(name).release(release));
    }
    Some(registry)
}

/// A project as `npm install` makes it. `None`, said on standard error, where
/// something is missing.
fn installed(registry: &FakeNpm) -> Option<Project> {
    let wanted = ["chalk", "async", "left-pad", "react-dom"].map(|name| (name, "latest"));
    let project = Project::new(registry.url(), &wanted);
    let npm = project.npm_install()?;
    assert_eq!(npm.status, Some(0), "{}", npm.shown());
    Some(project)
}

#[test]
fn a_project_is_taken_on_checked_and_looked_into() {
    let Some(registry) = registry() else { return };
    let Some(project) = installed(&registry) else {
        return;
    };
    let chalk = project.installed("chalk");

    let init = project.tenure(&["init"]);
    assert_eq!(init.status, Some(0), "{}", init.shown());
    assert!(project.has("tenure.lock"), "{}", init.shown());

    let check = project.tenure(&["check"]);
    assert_eq!(check.status, Some(0), "{}", check.shown());
    assert!(check.out.contains("package-lock.json"), "{}", check.shown());

    let who = project.tenure(&["who", "chalk"]);
    assert_eq!(who.status, Some(0), "{}", who.shown());
    for held in ["sindresorhus", "qix", &chalk] {
        assert!(who.out.contains(held), "no {held}: {}", who.shown());
    }
}

#[test]
fn a_second_check_needs_no_registry() {
    let Some(registry) = registry() else { return };
    let Some(project) = installed(&registry) else {
        return;
    };
    assert_eq!(project.tenure(&["init"]).status, Some(0));
    let first = project.tenure(&["check"]);
    let asked = registry.requests().len();
    let second = project.tenure(&["check", "--offline"]);
    assert_eq!(second.status, Some(0), "{}", second.shown());
    assert_eq!(second.out, first.out);
    assert_eq!(registry.requests().len(), asked, "the registry was asked");
}

#[test]
fn the_registry_of_the_projects_npmrc_is_named() {
    let Some(registry) = registry() else { return };
    let Some(project) = installed(&registry) else {
        return;
    };
    let check = project.tenure(&["check"]);
    let named = [registry.url(), ".npmrc"];
    assert!(
        named.iter().all(|name| check.err.contains(name)),
        "{}",
        check.shown()
    );
}
