//! The whole way of a team.

use super::{ACCEPT, HELD};
use crate::serving::{Site, project_and_registry, steady};
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_project_is_made_and_pushes_what_it_accepts() {
    let (project, npm) = project_and_registry();
    let site = Site::new("");
    let serving = site.serve(&npm);
    let server = serving.url().trim_end_matches('/');
    let registry = npm.url();

    // While the server runs, on the same store.
    let made = site.project(&["create", "web"]);
    let token = made.out.trim();
    assert_eq!(token.len(), "tenure_".len() + 64, "{token}");
    let place = site.path().display().to_string();
    let names = [
        (token, "TOKEN"),
        (place.as_str(), "SITE"),
        (server, "SERVER"),
        (registry, "REGISTRY"),
    ];
    assert_snapshot!("create", steady(&made.shown(), &names));
    site.create("api");

    let (package, version) = HELD;
    let seen =
        || ["npm", "p/web/npm", "p/api/npm"].map(|path| serving.offers(path, package, version));
    assert_eq!(seen(), [false; 3]);

    // A decision without a token stays in the project.
    project.write("tenure.toml", &serving.table("web"));
    let accept = project.tenure(&ACCEPT);
    assert_snapshot!("accept_without_token", steady(&accept.shown(), &names));
    assert_eq!(seen(), [false; 3]);

    let push = project.with_token(token, &["push"]);
    assert_snapshot!("push", steady(&push.shown(), &names));
    assert_eq!(seen(), [false, true, false]);

    let again = project.with_token(token, &["push"]);
    assert_eq!(again.out, push.out, "the same files are the same revision");
    let trust = [
        "trust",
        "npm:grace",
        "--reason",
        "met her",
        "--by",
        "ada",
        "--until",
        "2999-01-01",
    ];
    let trust = project.with_token(token, &trust);
    assert_snapshot!("trust_with_token", steady(&trust.shown(), &names));
    assert_snapshot!("list", steady(&site.project(&["list"]).shown(), &names));
}

#[test]
fn a_decision_is_pushed_as_it_is_made() {
    let (project, npm) = project_and_registry();
    let site = Site::new("");
    let serving = site.serve(&npm);
    let token = site.create("web");
    let names = [(serving.url(), "SERVER/"), (npm.url(), "REGISTRY")];
    project.write("tenure.toml", &serving.table("web"));
    let (package, version) = HELD;

    let init = project.with_token(&token, &["init"]);
    assert!(init.out.ends_with("revision 1\n"), "{}", init.shown());
    // The hands of today are accepted with it.
    assert!(serving.offers("p/web/npm", package, version));
    assert!(!serving.offers("npm", package, version));

    fs::remove_file(project.root().join("tenure.lock")).unwrap();
    project.with_token(&token, &["push"]);
    assert!(!serving.offers("p/web/npm", package, version));
    let accept = project.with_token(&token, &ACCEPT);
    assert_snapshot!("accept_with_token", steady(&accept.shown(), &names));
    assert!(serving.offers("p/web/npm", package, version));

    // What was decided is in the files, whatever became of the server.
    let names = [(serving.url().to_owned(), "SERVER/")];
    drop(serving);
    let names = names.each_ref().map(|(name, word)| (name.as_str(), *word));
    let trust = ["trust", "npm:grace", "--reason", "met her", "--by", "ada"];
    let done = project.with_token(&token, &trust);
    let (before, why) = done.err.split_once(" cannot be reached: ").unwrap();
    let (_, after) = why.split_once('\n').unwrap();
    let said = format!("{}{before} cannot be reached: WHY\n{after}", done.out);
    assert_snapshot!("trust_without_server", steady(&said, &names));
    assert_eq!(done.status, 0);
    assert!(project.read("tenure.toml").contains("npm:grace"));
    let push = project.with_token(&token, &["push"]);
    assert_eq!(push.status, 3, "{}", push.shown());
    assert!(push.err.contains("cannot be reached"), "{}", push.err);
}
