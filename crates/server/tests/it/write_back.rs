//! Changes of packages: this server passes packages on, so it takes none, says
//! where they belong, and shows nobody who writes back the filtered document.

use crate::world::{World, shown};
use serde_json::{Value, json};
use tenure_testkit::{Fault, http};

#[test]
fn what_is_read_to_be_written_back_is_the_registrys_own() {
    let world = World::new();
    assert!(world.get("river").json()["versions"]["2.1.0"].is_null());
    let theirs = http::get(&format!("{}river", world.npm.url())).unwrap();
    let before = world.npm.count("/river");
    for path in [
        "river?write=true",
        "river?a=b&write=true",
        "river/?write=true",
    ] {
        let answer = world.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
        assert_eq!(answer.body, theirs.body, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("etag"), None);
    }
    // Asked for each time, and never conditionally.
    let asked = world.npm.requests_to("/river");
    assert_eq!(asked.len(), before + 3);
    assert!(
        asked
            .iter()
            .all(|request| request.header("if-none-match").is_none())
    );
    // An older one would undo what others wrote meanwhile.
    world.npm.fail("/river", Fault::Status(503));
    assert_eq!(world.get("river?write=true").status, 502);
    assert_eq!(world.get("river").status, 200);
    assert_eq!(world.get("nothing?write=true").status, 404);
    assert!(world.get("river?write=false").json()["versions"]["2.1.0"].is_null());
}

/// `npm publish`, with a file of some size.
fn publication(size: usize) -> Vec<u8> {
    let data = "A".repeat(size);
    let attachments = json!({ "chalk-3.0.0.tgz": { "data": data, "length": size } });
    let body: Value = json!({
        "_id": "chalk", "name": "chalk", "dist-tags": { "latest": "3.0.0" },
        "versions": { "3.0.0": { "name": "chalk", "version": "3.0.0" } },
        "_attachments": attachments,
    });
    body.to_string().into_bytes()
}

#[test]
fn changes_are_refused_and_told_where_they_belong() {
    let world = World::new();
    let changes = [
        // publish, deprecate, owner, unpublish, dist-tag.
        ("PUT", "chalk"),
        ("PUT", "@river%2flake"),
        ("PUT", "chalk/-rev/12-abc"),
        ("DELETE", "chalk/-rev/12-abc"),
        ("DELETE", "chalk/-/chalk-2.0.1.tgz/-rev/12-abc"),
        ("PUT", "-/package/chalk/dist-tags/next"),
        ("DELETE", "-/package/@river%2flake/dist-tags/next"),
        ("POST", "-/package/chalk/dist-tags"),
        ("PATCH", "chalk/1.0.0"),
    ];
    for (method, path) in changes {
        let answer = world.send(method, path, &[], b"{}");
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
        let name = if path.contains("lake") {
            "@river/lake"
        } else {
            "chalk"
        };
        let why = format!(
            "this server passes `{name}` on and does not host it; change it where it is hosted: \
             `--registry https://registry.example/`"
        );
        assert_eq!(world.anonymous(&answer.error().unwrap()), why);
        assert_eq!(world.anonymous(&answer.reason), why);
        assert_eq!(answer.json().as_object().unwrap().len(), 1);
    }
    assert!(world.npm.requests().is_empty());
}

#[test]
fn there_are_no_accounts_and_that_is_said() {
    let world = World::new();
    let asked = [
        ("PUT", "-/user/org.couchdb.user:ada", 404),
        ("GET", "-/user/org.couchdb.user:ada", 404),
        ("DELETE", "-/user/token/abc", 404),
        ("GET", "-/npm/v1/user", 404),
        ("POST", "-/npm/v1/tokens", 404),
        ("GET", "-/package/chalk/collaborators", 404),
        ("GET", "-/package/@river%2flake/visibility", 404),
        ("POST", "-/stage/package/chalk", 404),
        ("PUT", "-/org/river/user", 404),
        ("GET", "-/team/river/devs/user", 404),
        // npm asks for a name and a password after any other refusal.
        ("POST", "-/v1/login", 501),
    ];
    for (method, path, status) in asked {
        let answer = world.send(method, path, &[], b"{}");
        assert_eq!(answer.status, status, "{method} {path}");
        let why = answer.error().unwrap();
        assert!(
            why.starts_with("this server has no accounts"),
            "{path}: {why}"
        );
    }
}

#[test]
fn a_large_publication_hears_the_refusal_too() {
    let world = World::new();
    let body = publication(8_000_000);
    for path in [
        "chalk",
        "-/user/org.couchdb.user:ada",
        "a/b/c/d",
        "chalk/1.0.0",
    ] {
        let answer = world.send("PUT", path, &[], &body);
        assert!(
            matches!(answer.status, 404 | 405),
            "{path}: {}",
            shown(&answer)
        );
        assert!(answer.complete && answer.error().is_some(), "{path}");
    }
}
