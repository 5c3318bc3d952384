//! Documents from a registry that misbehaves.

use crate::world::{LARGEST, World, chalk, is_clear_failure, is_stale, package, shown};
use std::time::Duration;
use tenure_testkit::{FakeNpm, Fault, gzip};

fn json(text: &str) -> Fault {
    Fault::Body {
        kind: "application/json".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// 32 times as large as the largest document, in some kilobytes.
fn bomb() -> Fault {
    let spaces = vec![b' '; 32_000_000];
    Fault::Compressed("gzip".to_owned(), gzip(&spaces))
}

/// Ways to go wrong that leave nothing to be kept.
fn faults() -> Vec<(&'static str, Fault)> {
    let other = package("right-pad", &["1.0.0"]).to_json().to_string();
    let deep = format!(
        r#"{{"name":"chalk","versions":{{"1.0.0":{{"x":{}1{}}}}}}}"#,
        "[".repeat(300_000),
        "]".repeat(300_000)
    );
    let cut = chalk().to_json().to_string();
    vec![
        ("error", Fault::Status(500)),
        ("overload", Fault::Status(503)),
        ("patience", Fault::RetryAfter(429, "3600".to_owned())),
        ("teapot", Fault::Status(418)),
        ("silence", Fault::Silence),
        ("stall", Fault::Stall),
        ("truncation", Fault::Truncate),
        ("wrong length", Fault::WrongLength),
        ("half", json(&cut[..cut.len() / 2])),
        ("huge", Fault::Huge(LARGEST * 2)),
        ("bomb", bomb()),
        (
            "no gzip",
            Fault::Compressed("gzip".to_owned(), b"{}".to_vec()),
        ),
        ("deep", json(&deep)),
        ("deeper", json(&"[".repeat(900_000))),
        ("html", Fault::html()),
        ("empty", json("")),
        ("null", json("null")),
        ("no package", json(r#"{"ok":true}"#)),
        ("another package", json(&other)),
        ("circle", Fault::Redirect("/chalk".to_owned())),
        ("file", Fault::Redirect("file:///etc/passwd".to_owned())),
    ]
}

fn each(check: fn(World, &str, Fault)) {
    crate::world::each(faults(), check);
}

#[test]
fn without_a_copy_the_answer_is_a_clear_no() {
    each(|world, name, fault| {
        world.npm.fail("/chalk", fault);
        let answer = world.get("chalk");
        assert!(is_clear_failure(&answer), "{name}: {}", shown(&answer));
        assert!(world.blobs().is_empty(), "{name}: damage was kept");
        // Others are not concerned.
        world.npm.put(package("other", &["1.0.0"]));
        world.document("other");
        world.npm.heal();
        world.wait_a_moment();
        assert!(!is_stale(&world.document("chalk")), "{name}");
    });
}

#[test]
fn with_a_copy_it_is_served_and_marked() {
    each(|world, name, fault| {
        let fresh = world.document("chalk");
        assert!(!is_stale(&fresh));
        let kept = world.first_blobs();
        // There would be something new.
        world
            .npm
            .put(package("chalk", &["1.0.0", "1.1.0", "1.2.0"]));
        world.npm.fail("/chalk", fault);
        world.wait_until_old();
        let old = world.document("chalk");
        assert!(is_stale(&old), "{name}: not marked");
        assert_eq!(old.json(), fresh.json(), "{name}");
        assert_eq!(world.blobs(), kept, "{name}: damage was kept");
        world.npm.heal();
        world.wait_a_moment();
        let new = world.document("chalk");
        assert!(!is_stale(&new), "{name}: marked still");
        assert!(new.json()["versions"]["1.2.0"].is_object(), "{name}");
    });
}

#[test]
fn a_registry_that_is_down_is_not_waited_for() {
    let mut world = World::new();
    let fresh = world.document("chalk");
    let port = world.npm.port();
    world.npm = FakeNpm::start();
    world.wait_until_old();
    let old = world.document("chalk");
    assert!(is_stale(&old));
    assert_eq!(old.json(), fresh.json());
    let unknown = world.get("unheard-of");
    assert!(is_clear_failure(&unknown), "{}", shown(&unknown));
    let back = FakeNpm::start_at(port, "/").unwrap();
    back.put(chalk());
    back.put(package("unheard-of", &["1.0.0"]));
    world.wait_a_moment();
    assert!(!is_stale(&world.document("chalk")));
    world.document("unheard-of");
}

#[test]
fn a_crowd_does_not_press_a_registry_that_is_down() {
    let world = World::new();
    world.npm.fail("/chalk", Fault::Status(503));
    for _ in 0..50 {
        assert_eq!(world.get("chalk").status / 100, 5);
    }
    // Twice, and then not for a while.
    assert_eq!(world.npm.count("/chalk"), 2);
}

#[test]
fn a_slow_registry_does_not_keep_a_client_that_can_be_answered() {
    let world = World::new();
    world.document("chalk");
    world
        .npm
        .fail("/chalk", Fault::Delay(Duration::from_secs(20)));
    world.wait_until_old();
    let began = std::time::Instant::now();
    assert!(is_stale(&world.document("chalk")));
    assert!(began.elapsed() < Duration::from_secs(12));
}
