//! Whose policy and whose decisions count.

use super::{ACCEPTED, HELD};
use crate::serving::{Site, files, project_and_registry};

const TARBALL: &str = "npm/quiet-stream/-/quiet-stream-2.2.1.tgz";

#[test]
fn what_the_server_blocks_no_project_lets_through() {
    let (_project, npm) = project_and_registry();
    let site = Site::new(
        "[[block]]\npackage = \"pkg:npm/quiet-stream\"\nversions = [\"2.2.1\"]\nreason = \"stolen, see #7\"\n",
    );
    let token = site.create("web");
    let serving = site.serve(&npm);
    let trusting = "[[trust]]\nperson = \"npm:mallory\"\nuntil = 2999-01-01\n";
    let baseline = "version = 1\n[packages.\"pkg:npm/quiet-stream\"]\nthrough = \"3.0.0\"\nhands = [\"npm:mallory\"]\non = 2020-06-01\n";
    let body = files(&(ACCEPTED.to_owned() + trusting), baseline);
    assert_eq!(serving.put("web", &token, &body).status, 200);
    let (package, version) = HELD;
    assert!(!serving.offers("p/web/npm", package, version));
    // What nobody blocks is what the project says it is.
    assert!(serving.offers("p/web/npm", package, "3.0.0"));
    let tarball = serving.ask(&format!("p/web/{TARBALL}"), &[]);
    assert_eq!(tarball.status, 403);
    let why = tarball.error().unwrap();
    assert!(why.contains("stolen, see #7"), "{why}");
    assert!(tarball.reason.contains("stolen, see #7"));
}

#[test]
fn a_stricter_policy_of_the_project_counts() {
    let (_project, npm) = project_and_registry();
    let site = Site::new("");
    let token = site.create("web");
    let serving = site.serve(&npm);
    let verdicts = ["block"; 5].map(|word| format!("\"{word}\"")).join(", ");
    let strict = format!("[policy.verdict]\nhandover-cold-stranger = [{verdicts}]\n");
    let body = files(&strict, "");
    assert_eq!(serving.put("web", &token, &body).status, 200);
    assert_eq!(serving.ask(&format!("p/web/{TARBALL}"), &[]).status, 403);
    // Elsewhere it is held, and a lockfile that has it goes on working.
    assert_eq!(serving.ask(TARBALL, &[]).status, 200);
}

#[test]
fn where_registries_are_is_the_servers_to_say() {
    let (_project, npm) = project_and_registry();
    let site = Site::new("");
    let token = site.create("web");
    let serving = site.serve(&npm);
    let elsewhere = tenure_testkit::FakeNpm::start();
    let text = format!(
        "[upstream]\nnpm = \"{}\"\n[server]\nurl = \"{}\"\nproject = \"api\"\nprivate = true\n",
        elsewhere.url(),
        elsewhere.url()
    );
    assert_eq!(serving.put("web", &token, &files(&text, "")).status, 200);
    assert!(serving.offers("p/web/npm", "quiet-stream", "2.2.0"));
    assert!(elsewhere.requests().is_empty());
}
