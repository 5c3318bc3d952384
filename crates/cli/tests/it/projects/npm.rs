//! The real npm, on a server that wants a token from readers.

use super::ACCEPTED;
use crate::project::{Run, run};
use crate::serving::{Site, files, project_and_registry};
use std::path::Path;
use std::process::Command;
use tenure_testkit::{Packument, Release, missing};
use tenure_upstream::Environment;

/// `npm install` in a new folder. `None`, said on standard error, where npm is
/// missing; in CI that fails.
fn install(npmrc: &str, token: &str) -> Option<(tempfile::TempDir, Run)> {
    let process = Environment::from_process();
    let Some(npm) = process.find_program("npm") else {
        missing("npm is not installed; `cargo xtask test` installs it");
        return None;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write =
        |name, text| std::fs::write(folder.path().join(name), text).expect("a writable folder");
    write(
        "package.json",
        r#"{"dependencies": {"quiet-stream": "^2.0.0"}}"#,
    );
    write(".npmrc", npmrc);
    let mut command = Command::new(npm);
    command
        .args(["install", "--ignore-scripts", "--fund=false"])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", process.os_variable("PATH").unwrap_or_default())
        .env("HOME", folder.path())
        .env("npm_config_userconfig", folder.path().join("no-npmrc"))
        .env("npm_config_cache", folder.path().join("cache"))
        .env("TENURE_TOKEN", token);
    let done = run(command);
    Some((folder, done))
}

fn installed(folder: &Path) -> String {
    let file = folder.join("node_modules/quiet-stream/package.json");
    let manifest = std::fs::read(file).expect("an installed package");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("a manifest");
    manifest["version"].as_str().expect("a version").to_owned()
}

#[test]
fn installs_what_the_project_accepts() {
    let (_project, npm) = project_and_registry();
    // What the held release brings along.
    npm.put(Packument::new("tiny-map").release(Release::new("0.1.0")));
    let site = Site::new("[server]\nprivate = true\n");
    let serving = site.serve(&npm);
    let token = site.create("web");
    let registry = format!("{}p/web/npm/", serving.url());
    let scope = registry.strip_prefix("http:").unwrap();
    let npmrc = format!("registry={registry}\n{scope}:_authToken=${{TENURE_TOKEN}}\n");
    let Some((folder, done)) = install(&npmrc, &token) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.shown());
    assert_eq!(installed(folder.path()), "2.2.0");
    assert_eq!(serving.put("web", &token, &files(ACCEPTED, "")).status, 200);
    let (folder, done) = install(&npmrc, &token).unwrap();
    assert_eq!(done.status, 0, "{}", done.shown());
    assert_eq!(installed(folder.path()), "2.3.0");

    let (_, refused) = install(&npmrc, "tenure_0").unwrap();
    assert_eq!(refused.status, 1, "{}", refused.shown());
    let why = "is not known here, or was revoked; whoever runs this server makes another";
    assert!(refused.err.contains(why), "{}", refused.err);
}
