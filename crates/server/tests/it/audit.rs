//! The audit endpoints: who has a held release in a lockfile learns of it.

use crate::packages::taken_over;
use crate::world::{World, shown};
use serde_json::{Value, json};
use tenure_testkit::http::Answer;
use tenure_testkit::{Fault, gzip};

const BULK: &str = "-/npm/v1/security/advisories/bulk";
const QUICK: [&str; 2] = ["-/npm/v1/security/audits/quick", "-/npm/v1/security/audits"];

fn post(world: &World, path: &str, body: &Value) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
    ];
    world.send("POST", path, &headers, &gzip(body.to_string().as_bytes()))
}

fn upstream_answers(world: &World, path: &str, text: &str) {
    let kind = "application/json".to_owned();
    let bytes = text.as_bytes().to_vec();
    world.npm.heal();
    world
        .npm
        .fail(&format!("/{path}"), Fault::Body { kind, bytes });
}

fn notice(world: &World, answer: &Answer) -> Option<String> {
    Some(world.anonymous(answer.header("npm-notice")?))
}

#[test]
fn a_held_release_has_an_advisory_beside_those_of_the_registry() {
    let world = World::new();
    let theirs = json!({ "left-pad": [{ "id": 7, "severity": "low", "title": "slow" }] });
    upstream_answers(&world, BULK, &theirs.to_string());
    let tree = json!({ "river": ["2.1.0", "2.0.1"], "chalk": ["2.0.1"], "left-pad": ["1.0.0"] });
    let answer = post(&world, BULK, &tree);
    assert_eq!(answer.status, 200, "{}", shown(&answer));
    let report = answer.json();
    assert_eq!(report["left-pad"], theirs["left-pad"]);
    assert_eq!(report.as_object().unwrap().len(), 2, "{report}");
    let advisory = world.anonymous(&serde_json::to_string_pretty(&report["river"]).unwrap());
    insta::assert_snapshot!(advisory);
    insta::assert_snapshot!("notice", notice(&world, &answer).unwrap());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    // The upstream got the tree, readable.
    let asked = world.npm.requests_to(&format!("/{BULK}"));
    assert_eq!(asked.len(), 1);
    let sent: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(sent, tree);
    assert_eq!(asked[0].header("content-encoding"), None);
}

#[test]
fn the_older_endpoint_says_the_same() {
    let world = World::new();
    let locked = json!({
        "name": "app",
        "version": "1.0.0",
        "requires": { "chalk": "^2.0.0" },
        "dependencies": { "chalk": { "version": "2.0.1", "dependencies": {
            "river": { "version": "2.1.0" },
        } } },
    });
    for path in QUICK {
        let theirs = json!({
            "actions": [{ "action": "review", "resolves": [{ "id": 7 }] }],
            "advisories": { "7": { "id": 7 } },
            "metadata": { "vulnerabilities": { "high": 2, "low": 1 }, "totalDependencies": 9 },
        });
        upstream_answers(&world, path, &theirs.to_string());
        let answer = post(&world, path, &locked);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
        let report = world.anonymous(&serde_json::to_string_pretty(&answer.json()).unwrap());
        insta::assert_snapshot!("older_report", report);
        insta::assert_snapshot!("notice", notice(&world, &answer).unwrap());
    }
}

#[test]
fn where_nothing_is_held_the_registrys_answer_stands() {
    let world = World::new();
    let tree = json!({ "chalk": ["2.0.1"] });
    upstream_answers(&world, BULK, "{}");
    let answer = post(&world, BULK, &tree);
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    assert_eq!(answer.header("npm-notice"), None);
    // Not plain, and not compressed in a way of its own.
    let plain = world.send("POST", BULK, &[], tree.to_string().as_bytes());
    assert_eq!(plain.status, 200);
}

#[test]
fn without_advisories_from_the_registry_nobody_reads_that_all_is_well() {
    let world = World::new();
    let clean = json!({ "chalk": ["2.0.1"] });
    let tree = json!({ "chalk": ["2.0.1"], "river": ["2.1.0"] });
    let faults = [
        (Fault::Status(404), 404),
        (Fault::Status(503), 503),
        (Fault::Truncate, 502),
        (Fault::html(), 502),
    ];
    world.get("river");
    for (fault, status) in faults {
        world.npm.heal();
        world.npm.fail(&format!("/{BULK}"), fault.clone());
        let answer = post(&world, BULK, &clean);
        assert_eq!(answer.status, status, "{fault:?}: {}", shown(&answer));
        assert!(answer.error().is_some(), "{fault:?}: {}", shown(&answer));
        // What is known here is told.
        let answer = post(&world, BULK, &tree);
        assert_eq!(answer.status, 200, "{fault:?}: {}", shown(&answer));
        assert_eq!(answer.json()["river"].as_array().unwrap().len(), 1);
        let notice = notice(&world, &answer).unwrap();
        assert!(
            notice.ends_with("; the registry behind this one gave no advisories"),
            "{notice}"
        );
    }
}

#[test]
fn an_upstream_cannot_hide_what_is_held_here() {
    let world = World::new();
    let tree = json!({ "river": ["2.1.0"] });
    for theirs in [
        r#"{"river":{}}"#,
        r#"{"river":null}"#,
        r#"{"river":"none"}"#,
        "[]",
        "7",
        "{",
    ] {
        upstream_answers(&world, BULK, theirs);
        let answer = post(&world, BULK, &tree);
        assert_eq!(
            answer.json()["river"].as_array().unwrap().len(),
            1,
            "{theirs}"
        );
    }
    let locked = json!({ "dependencies": { "river": { "version": "2.1.0" } } });
    let odd = [
        r#"{"advisories":[],"metadata":7,"actions":{}}"#,
        r#"{"metadata":{"vulnerabilities":{"high":"many"}}}"#,
        r#"{"metadata":{"vulnerabilities":{"high":18446744073709551615}}}"#,
        "[]",
    ];
    for theirs in odd {
        upstream_answers(&world, QUICK[0], theirs);
        let answer = post(&world, QUICK[0], &locked);
        assert_eq!(answer.status, 200, "{theirs}: {}", shown(&answer));
        let report = answer.json();
        assert_eq!(
            report["advisories"].as_object().unwrap().len(),
            1,
            "{theirs}"
        );
        assert!(report["metadata"]["vulnerabilities"]["high"].as_u64() > Some(0));
    }
}

#[test]
fn several_are_one_line() {
    let world = World::new();
    world.npm.put(taken_over("lake"));
    upstream_answers(&world, BULK, "{}");
    let answer = post(
        &world,
        BULK,
        &json!({ "river": ["2.1.0"], "lake": ["2.1.0"] }),
    );
    let notice = notice(&world, &answer).unwrap();
    assert!(notice.starts_with("lake@2.1.0 is held: "), "{notice}");
    assert!(
        notice.ends_with("/-/package/npm/lake (and 1 more)"),
        "{notice}"
    );
}

#[test]
fn a_blocked_release_is_the_worst() {
    let world = World::with_policy(
        "[[block]]\npackage = \"pkg:npm/river\"\nversions = [\"1.0.0\"]\nreason = \"stolen\"\n",
    );
    upstream_answers(&world, BULK, "{}");
    let answer = post(&world, BULK, &json!({ "river": ["1.0.0", "2.1.0"] }));
    let advisories = answer.json()["river"].clone();
    let severities: Vec<&Value> = advisories
        .as_array()
        .unwrap()
        .iter()
        .map(|advisory| &advisory["severity"])
        .collect();
    assert_eq!(severities, ["critical", "high"]);
    assert_ne!(advisories[0]["id"], advisories[1]["id"]);
}

#[test]
fn a_question_that_is_none_is_refused() {
    let world = World::new();
    let cases: [(&str, &str, &[u8], u16); 6] = [
        (BULK, "identity", b"[]", 400),
        (BULK, "identity", b"{\"river\":\"2.1.0\"}", 400),
        (QUICK[0], "identity", b"no JSON", 400),
        (BULK, "gzip", b"no gzip", 400),
        (BULK, "br", b"{}", 415),
        (BULK, "gzip", &gzip(&vec![b' '; 65 * 1024 * 1024]), 413),
    ];
    for (path, encoding, body, status) in cases {
        let headers = [("content-encoding", encoding)];
        let answer = world.send("POST", path, &headers, body);
        assert_eq!(answer.status, status, "{}", shown(&answer));
        assert!(answer.error().unwrap().len() > 20);
    }
    assert_eq!(world.get(BULK).status, 404);
    assert_eq!(world.npm.count(&format!("/{BULK}")), 0);
    // What means nothing is passed over, and what is not there is not fetched.
    upstream_answers(&world, BULK, "{}");
    let answer = post(
        &world,
        BULK,
        &json!({ "../x": ["1"], "": [], "nothing": ["1.0.0"] }),
    );
    assert_eq!(answer.json(), json!({}));
}
