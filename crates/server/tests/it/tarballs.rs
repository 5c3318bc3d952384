//! Tarballs: whole and in parts, kept once, and sent while they arrive.

use crate::packages::{chalk, old_hands};
use crate::upstream::Halting;
use crate::world::{World, npm, registries, shown};
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::Path;
use tenure_domain::{Days, Time};
use tenure_testkit::http::{self, Answer};
use tenure_testkit::{Fault, Packument};

const FILE: &str = "chalk/-/chalk-2.0.1.tgz";

/// The bytes that the registry has.
fn theirs(world: &World) -> Vec<u8> {
    http::get(&format!("{}{FILE}", world.npm.url()))
        .unwrap()
        .body
}

/// A world in which the file is kept already, and its bytes.
fn kept() -> (World, Vec<u8>) {
    let world = World::new();
    let first = world.get(FILE);
    assert_eq!(first.status, 200, "{}", shown(&first));
    let theirs = theirs(&world);
    assert_eq!(first.body, theirs);
    (world, theirs)
}

fn part(world: &World, range: &str) -> Answer {
    world.ask("GET", FILE, &[("range", range)])
}

#[test]
fn it_is_fetched_once_and_named_by_its_digest() {
    let (world, bytes) = kept();
    let again = world.get(FILE);
    assert_eq!(again.body, bytes);
    assert_eq!(
        world.npm.count(&format!("/{FILE}")),
        2,
        "one was the test's"
    );
    let digest = tenure_store::Digest::of(&bytes).to_string();
    assert_eq!(again.header("etag"), Some(&*format!("\"{digest}\"")));
    let expected = [
        ("content-type", "application/octet-stream"),
        ("content-length", &*bytes.len().to_string()),
        ("accept-ranges", "bytes"),
        // A block has to show at once.
        ("cache-control", "no-cache"),
    ];
    for (name, value) in expected {
        assert_eq!(again.header(name), Some(value), "{name}");
    }
    assert_eq!(again.header("content-encoding"), None);
    for headers in [
        ("accept-encoding", "gzip, br, zstd"),
        ("accept", "text/html"),
    ] {
        let answer = world.ask("GET", FILE, &[headers]);
        assert_eq!(answer.body, bytes, "it is compressed already");
    }
}

#[test]
fn who_has_it_is_told_so() {
    let (world, _) = kept();
    let etag = world.get(FILE).header("etag").unwrap().to_owned();
    for method in ["GET", "HEAD"] {
        let answer = world.ask(method, FILE, &[("if-none-match", &etag)]);
        assert_eq!(answer.status, 304);
        assert_eq!(answer.header("etag"), Some(&*etag));
        assert_eq!(answer.header("content-length"), None);
    }
    let other = world.ask("GET", FILE, &[("if-none-match", "\"other\"")]);
    assert_eq!(other.status, 200);
}

#[test]
fn parts_are_served() {
    let (world, bytes) = kept();
    let size = bytes.len();
    let last = size - 1;
    let cases = [
        ("bytes=0-9".to_owned(), 0..10),
        ("bytes=100-199".to_owned(), 100..200),
        ("bytes=100-".to_owned(), 100..size),
        ("bytes=-7".to_owned(), size - 7..size),
        (format!("bytes={last}-{last}"), last..size),
        (format!("bytes=10-{}", size + 100), 10..size),
    ];
    for (range, expected) in cases {
        let answer = part(&world, &range);
        assert_eq!(answer.status, 206, "{range}: {}", shown(&answer));
        assert_eq!(answer.body, bytes[expected.clone()], "{range}");
        let shown = format!("bytes {}-{}/{size}", expected.start, expected.end - 1);
        assert_eq!(answer.header("content-range"), Some(&*shown));
        let length = expected.len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length));
    }
    for whole in [
        "bytes=9-0",
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=a-b",
        "bytes",
    ] {
        let answer = part(&world, whole);
        assert_eq!((answer.status, answer.body.len()), (200, size), "{whole}");
    }
    for nothing in [format!("bytes={size}-"), "bytes=-0".to_owned()] {
        let answer = part(&world, &nothing);
        assert_eq!(answer.status, 416, "{nothing}");
        let shown = format!("bytes */{size}");
        assert_eq!(answer.header("content-range"), Some(&*shown));
    }
}

#[test]
fn a_part_of_another_file_is_not_served() {
    let (world, bytes) = kept();
    let etag = world.get(FILE).header("etag").unwrap().to_owned();
    for (known, status) in [(&*etag, 206), ("\"other\"", 200)] {
        let headers = [("range", "bytes=5-9"), ("if-range", known)];
        assert_eq!(world.ask("GET", FILE, &headers).status, status, "{known}");
    }
    // A client that resumes, without having asked here before.
    let world = World::new();
    let answer = part(&world, "bytes=5-");
    match answer.status {
        200 => assert_eq!(answer.body, bytes),
        206 => assert_eq!(answer.body, bytes[5..]),
        _ => panic!("{}", shown(&answer)),
    }
}

#[test]
fn it_is_there_when_the_registry_is_not() {
    let (world, bytes) = kept();
    world.npm.fail("*", Fault::Status(503));
    world.later(Days(100.0));
    assert_eq!(world.get(FILE).body, bytes);
}

fn blobs(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { blobs(&path) } else { 1 })
        .sum()
}

#[test]
fn equal_files_are_kept_once() {
    let (mut world, _) = kept();
    // A new document, in which the release is the same.
    world.npm.put(chalk().owners(&["sindresorhus", "ada"]));
    world.later(Days(1.0));
    world.get("chalk");
    world.get(FILE);
    // Documents are answered with before they are kept.
    world.tell_to_stop();
    world.wait_for_end();
    let kept = ["documents", "tarballs"].map(|what| blobs(&world.data().join("blobs").join(what)));
    assert_eq!(kept, [2, 1]);
}

/// What is said of one release's file in a document of the test's own.
fn with_dist(change: impl FnOnce(&mut Value)) -> World {
    let world = World::new();
    world.npm.put(old_hands(Packument::new("pond"), "ada"));
    let url = format!("{}pond", world.npm.url());
    let mut document = http::get(&url).unwrap().json();
    change(&mut document["versions"]["2.0.1"]["dist"]);
    let kind = "application/json".to_owned();
    let bytes = document.to_string().into_bytes();
    world.npm.fail("/pond", Fault::Body { kind, bytes });
    world
}

fn remove(dist: &mut Value, field: &str) {
    dist.as_object_mut().unwrap().remove(field);
}

#[test]
fn old_releases_have_a_shasum_alone() {
    let world = with_dist(|dist| remove(dist, "integrity"));
    assert_eq!(world.get("pond/-/pond-2.0.1.tgz").status, 200);
    let wrong = with_dist(|dist| {
        remove(dist, "integrity");
        dist["shasum"] = "a9993e364706816aba3e25717850c26c9cd0d89d".into();
    });
    let answer = wrong.get("pond/-/pond-2.0.1.tgz");
    assert_eq!(answer.status, 502);
    assert_eq!(
        answer.error().unwrap(),
        "what the registry sent as `pond@2.0.1` is not what its document says \
         (a9993e364706816aba3e25717850c26c9cd0d89d); it was thrown away"
    );
}

#[test]
fn the_stronger_digest_decides() {
    // Whoever can break SHA-1 can replace a file that has both.
    let world = with_dist(|dist| dist["integrity"] = format!("sha512-{}==", "A".repeat(86)).into());
    assert_eq!(world.get("pond/-/pond-2.0.1.tgz").status, 502);
    let world = with_dist(|dist| dist["shasum"] = "00".repeat(20).into());
    assert_eq!(world.get("pond/-/pond-2.0.1.tgz").status, 200);
}

#[test]
fn what_cannot_be_verified_is_not_served() {
    let world = with_dist(|dist| {
        remove(dist, "integrity");
        remove(dist, "shasum");
    });
    let answer = world.get("pond/-/pond-2.0.1.tgz");
    assert_eq!(answer.status, 502);
    assert_eq!(
        answer.error().unwrap(),
        "the registry gives no digest of `pond@2.0.1`, so it cannot be verified"
    );
    let world = with_dist(|dist| dist["integrity"] = "md5-kAFQmDzST7DWlj99KOF/cg==".into());
    assert_eq!(world.get("pond/-/pond-2.0.1.tgz").status, 502);
}

#[test]
fn a_file_that_the_registry_has_lost_is_a_clear_404() {
    let world = World::new();
    world.npm.fail(&format!("/{FILE}"), Fault::Status(404));
    let answer = world.get(FILE);
    assert_eq!(answer.status, 404);
    assert_eq!(
        world.anonymous(&answer.error().unwrap()),
        "the registry lists `chalk@2.0.1` and does not have its file: \
         https://registry.example/chalk/-/chalk-2.0.1.tgz"
    );
}

#[test]
fn a_large_one_is_sent_while_it_arrives() {
    const SIZE: usize = 4_000_000;
    const FIRST: usize = 1_000_000;
    let upstream = Halting::start(SIZE, FIRST);
    let url = upstream.url.clone();
    let world = World::with_folder(move |options, folder| {
        options.registries = registries(folder, &url);
    });
    let url = format!("{}big/-/big-1.0.0.tgz", world.url());
    let mut connection = http::send("GET", &url, &[], b"").unwrap();
    let mut begin = vec![0; FIRST / 2];
    connection.read_exact(&mut begin).unwrap();
    let text = String::from_utf8_lossy(&begin[..500]);
    assert!(
        text.contains(&format!("content-length: {SIZE}\r\n")),
        "{text}"
    );
    // Somebody else joins, in the middle of it.
    let mut other = http::send("GET", &url, &[], b"").unwrap();
    let mut little = [0; 100];
    other.read_exact(&mut little).unwrap();
    upstream.go_on();
    for mut connection in [connection, other] {
        let mut rest = Vec::new();
        connection.read_to_end(&mut rest).unwrap();
        assert!(rest.ends_with(upstream.last()));
    }
    assert_eq!(upstream.sent(), 1);
    // From now on in parts, from the disk.
    let range = format!("bytes={}-", SIZE - 10);
    let end = http::request("GET", &url, &[("range", &range)], b"").unwrap();
    assert_eq!((end.status, &*end.body), (206, upstream.last()));
}

#[test]
fn downloads_are_counted_once_each() {
    let mut world = World::new();
    world.get(FILE);
    world.get(FILE);
    let etag = world.get(FILE).header("etag").unwrap().to_owned();
    part(&world, "bytes=0-9");
    // None of these is one.
    part(&world, "bytes=10-");
    part(&world, "bytes=9999999-");
    world.ask("HEAD", FILE, &[]);
    world.ask("GET", FILE, &[("if-none-match", &etag)]);
    world.get("chalk/-/chalk-9.0.0.tgz");
    world.tell_to_stop();
    world.wait_for_end();
    let since = tenure_store::Day::of(Time::from_millis(0));
    let counts = world.in_store(async |store| store.downloads(&npm("chalk"), since).await);
    let counts = counts.unwrap();
    assert_eq!(counts.len(), 1, "{counts:?}");
    assert_eq!((&*counts[0].version, counts[0].count), ("2.0.1", 4));
    let shape = json!(counts[0].project.as_ref().map(ToString::to_string));
    assert_eq!(shape, json!(null));
}
