//! For whoever runs the server: health, readiness, metrics, and its end.

use crate::packages::taken_over;
use crate::world::{World, npm, shown};
use std::io::Read as _;
use std::time::{Duration, Instant};
use tenure_domain::Days;
use tenure_testkit::http;
use tenure_testkit::{Fault, Pace, Packument, Release};

#[test]
fn it_says_that_it_lives() {
    let world = World::new();
    let health = world.get_root("-/health");
    assert_eq!(health.status, 200);
    assert_eq!(health.json()["status"], "ok");
    assert_eq!(health.header("cache-control"), Some("no-store"));
}

#[test]
fn it_is_ready_without_its_upstream_and_not_without_its_store() {
    let world = World::new();
    world.npm.fail("*", Fault::Silence);
    let ready = world.get_root("-/ready");
    assert_eq!(ready.status, 200, "{}", shown(&ready));
    assert_eq!(ready.json()["status"], "ready");
    let blobs = world.data().join("blobs");
    std::fs::rename(&blobs, world.data().join("elsewhere")).unwrap();
    std::fs::write(&blobs, "").unwrap();
    let ready = world.get_root("-/ready");
    assert_eq!(ready.status, 503, "{}", shown(&ready));
    assert_eq!(ready.header("cache-control"), Some("no-store"));
    let why = ready.error().unwrap();
    assert!(why.contains("blobs"), "{why}");
    // It lives, for another process to look at.
    assert_eq!(world.get_root("-/health").status, 200);
}

/// The names in the documentation.
fn documented() -> Vec<String> {
    let page = include_str!("../../../../docs/metrics.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split(['`', '{']).next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_metric_is_documented_and_the_other_way_round() {
    let world = World::new();
    for path in [
        "chalk",
        "river",
        "river/-/river-2.1.0.tgz",
        "nothing",
        "-/ping",
    ] {
        world.get(path);
    }
    // A store that fails.
    let blobs = world.data().join("blobs");
    std::fs::rename(&blobs, world.data().join("elsewhere")).unwrap();
    std::fs::write(&blobs, "").unwrap();
    world.npm.put(taken_over("lake"));
    assert_eq!(world.get("lake").status, 200);
    // A document is kept after it was answered with.
    let failures = || world.metric("tenure_store_failures_total{doing=\"keeping a document\"}");
    let began = Instant::now();
    while failures().is_none() {
        assert!(began.elapsed() < Duration::from_secs(10), "nothing failed");
        std::thread::sleep(Duration::from_millis(5));
    }
    let text = String::from_utf8(world.get_root("metrics").body).unwrap();
    let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let seen: Vec<&str> = kinds.map(|kind| kind.split(' ').next().unwrap()).collect();
    let documented = documented();
    for name in &seen {
        assert!(documented.iter().any(|known| known == name), "{name}");
    }
    for name in &documented {
        assert!(seen.contains(&name.as_str()), "{name} is not in {seen:?}");
    }
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        assert!(!line.contains("chalk") && !line.contains("river"), "{line}");
    }
    let help = text.lines().filter(|line| line.starts_with("# HELP "));
    assert_eq!(help.count(), seen.len());
}

#[test]
fn its_end_waits_for_a_download() {
    let mut world = World::new();
    let big = Release::new("1.0.0")
        .at("2024-01-10T10:00:00Z")
        .by("ada")
        .padded(400_000);
    world.npm.put(Packument::new("big").release(big));
    let pace = Pace {
        first_byte: Duration::from_millis(10),
        bytes_per_second: 400_000,
    };
    world.npm.fail("/big/-/big-1.0.0.tgz", Fault::Paced(pace));
    let url = format!("{}big/-/big-1.0.0.tgz", world.url());
    let mut connection = http::send("GET", &url, &[], b"").unwrap();
    let mut first = [0; 100];
    connection.read_exact(&mut first).unwrap();
    world.tell_to_stop();
    let mut rest = Vec::new();
    connection.read_to_end(&mut rest).unwrap();
    assert!(rest.len() > 400_000, "{}", rest.len());
    let began = Instant::now();
    world.wait_for_end();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(http::get(&url).is_err());
}

#[test]
fn what_was_answered_is_kept_before_the_end() {
    let mut world = World::new();
    let versions = (0..3000).map(|number| format!("1.0.{number}"));
    let add = |packument: Packument, version: String| {
        packument.release(Release::new(&version).at("2024-01-10T10:00:00Z").by("ada"))
    };
    world.npm.put(versions.fold(Packument::new("big"), add));
    assert_eq!(world.get("big").status, 200);
    world.tell_to_stop();
    world.wait_for_end();
    let upstream = world.npm.url().to_owned();
    let record = world.in_store(async |store| store.document(&upstream, &npm("big")).await);
    assert!(record.unwrap().unwrap().document.is_some());
}

#[test]
fn what_cannot_be_kept_is_answered_with_and_asked_for_again() {
    let world = World::new();
    let blobs = world.data().join("blobs");
    std::fs::rename(&blobs, world.data().join("elsewhere")).unwrap();
    std::fs::write(&blobs, "").unwrap();
    let first = world.get("river");
    assert_eq!(first.status, 200, "{}", shown(&first));
    world.later(Days(0.01));
    let second = world.get("river");
    assert_eq!(second.body, first.body);
    assert_eq!(world.npm.count("/river"), 2);
}
