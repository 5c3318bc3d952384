//! The real npm installs from the fake registry.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};
use tenure_testkit::{FakeNpm, Packument, Release, corpus, skipped};

/// Runs npm in `folder`, with nobody's settings. `None`, said on standard
/// error, when npm is not installed.
fn npm_install(folder: &Path, registry: &str, package: &str) -> Option<Output> {
    let run = Command::new("npm")
        .args(["install", package, "--registry", registry])
        .args(["--audit=true", "--fund=false", "--update-notifier=false"])
        .env("npm_config_userconfig", "/dev/null")
        .env("npm_config_globalconfig", folder.join("no-npmrc"))
        .env("npm_config_cache", folder.join("cache"))
        .current_dir(folder)
        .output();
    match run {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            skipped("npm is not installed");
            None
        }
        Err(error) => panic!("npm cannot be run: {error}"),
    }
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("package.json"), r#"{"name":"project"}"#).unwrap();
    folder
}

fn installed_version(project: &Path, package: &str) -> String {
    let file = project
        .join("node_modules")
        .join(package)
        .join("package.json");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("`{}`: {error}", file.display()));
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    manifest["version"].as_str().unwrap().to_owned()
}

fn one_release(name: &str, version: &str, dependencies: &[(&str, &str)]) -> Packument {
    let release = Release::new(version)
        .at("2018-04-24T18:15:00.000Z")
        .by("qix");
    let add = |release: Release, (name, range): &(&str, &str)| release.depends_on(name, range);
    Packument::new(name).release(dependencies.iter().fold(release, add))
}

/// Chalk 2.4.2 and all that it needs, as published.
fn serve_chalk(npm: &FakeNpm) {
    npm.put(one_release(
        "chalk",
        "2.4.2",
        &[
            ("ansi-styles", "^3.2.1"),
            ("escape-string-regexp", "^1.0.5"),
            ("supports-color", "^5.3.0"),
        ],
    ));
    npm.put(one_release(
        "ansi-styles",
        "3.2.1",
        &[("color-convert", "^1.9.0")],
    ));
    npm.put(one_release(
        "color-convert",
        "1.9.3",
        &[("color-name", "1.1.3")],
    ));
    npm.put(one_release("color-name", "1.1.3", &[]));
    npm.put(one_release("escape-string-regexp", "1.0.5", &[]));
    npm.put(one_release(
        "supports-color",
        "5.5.0",
        &[("has-flag", "^3.0.0")],
    ));
    npm.put(one_release("has-flag", "3.0.0", &[]));
}

#[test]
fn npm_installs_chalk() {
    let registry = FakeNpm::start();
    serve_chalk(&registry);
    let project = project();
    let Some(output) = npm_install(project.path(), registry.url(), "chalk@^2") else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "npm failed: {said}");
    assert_eq!(installed_version(project.path(), "chalk"), "2.4.2");
    assert_eq!(installed_version(project.path(), "has-flag"), "3.0.0");
    assert_eq!(registry.count("/chalk/-/chalk-2.4.2.tgz"), 1);
    let lockfile = std::fs::read_to_string(project.path().join("package-lock.json")).unwrap();
    assert!(lockfile.contains(&format!("{}chalk/-/chalk-2.4.2.tgz", registry.url())));
    assert!(lockfile.contains("\"integrity\": \"sha512-"));
}

#[test]
fn npm_installs_scoped_packages() {
    let registry = FakeNpm::start();
    registry.put(one_release(
        "@acme/tool",
        "1.0.0",
        &[("@acme/base", "^2.0.0")],
    ));
    registry.put(one_release("@acme/base", "2.1.0", &[]));
    let project = project();
    let Some(output) = npm_install(project.path(), registry.url(), "@acme/tool") else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "npm failed: {said}");
    assert_eq!(installed_version(project.path(), "@acme/base"), "2.1.0");
}

#[test]
fn npm_installs_chalk_from_its_recorded_packument() {
    let Some(recorded) = corpus::packuments() else {
        return;
    };
    let registry = FakeNpm::start();
    for (_, bytes) in &recorded {
        registry.put_recorded(bytes);
    }
    // Chalk 1 needs these, and the corpus lacks them.
    registry.put(one_release("escape-string-regexp", "1.0.5", &[]));
    registry.put(one_release("supports-color", "2.0.0", &[]));
    registry.put(one_release("ansi-regex", "2.1.1", &[]));
    let project = project();
    let Some(output) = npm_install(project.path(), registry.url(), "chalk@1.1.3") else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "npm failed: {said}");
    assert_eq!(installed_version(project.path(), "chalk"), "1.1.3");
}
