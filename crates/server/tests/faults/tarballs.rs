//! Tarballs from a registry that misbehaves.

use crate::world::{FILE, World, chalk, is_clear_failure, is_file, release, shown};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use tenure_testkit::http::Answer;
use tenure_testkit::{Fault, gzip};

/// Larger than what is held back until it is verified.
const LARGE: u64 = 700_000;

fn faults() -> Vec<(&'static str, Fault)> {
    let bytes = |bytes: &[u8]| Fault::Body {
        kind: "application/octet-stream".to_owned(),
        bytes: bytes.to_vec(),
    };
    vec![
        ("error", Fault::Status(500)),
        ("overload", Fault::Status(503)),
        ("silence", Fault::Silence),
        ("stall", Fault::Stall),
        ("truncation", Fault::Truncate),
        ("wrong length", Fault::WrongLength),
        ("one wrong bit", Fault::Spoil),
        ("other bytes", bytes(&gzip(b"something else"))),
        ("nothing", bytes(b"")),
        ("html", Fault::html()),
        (
            "compressed",
            Fault::Compressed("gzip".to_owned(), gzip(b"x")),
        ),
        ("huge", Fault::Huge(20_000_000)),
    ]
}

fn each(check: fn(World, &str, Fault)) {
    crate::world::each(faults(), check);
}

/// Of a tarball: it is right, or clearly missing, or broken off.
fn is_honest(world: &World, answer: &Answer) -> bool {
    if answer.status != 200 {
        return is_clear_failure(answer);
    }
    !answer.complete || is_file(&world.document("chalk"), "1.1.0", &answer.body)
}

#[test]
fn a_damaged_tarball_is_a_clear_no() {
    each(|world, name, fault| {
        let document = world.document("chalk");
        let kept = world.first_blobs();
        world.npm.fail(&format!("/{FILE}"), fault);
        let answer = world.get(FILE);
        // What is large and comes without a length is sent as it comes.
        let broken_off = name == "huge" && !answer.complete;
        let clear = is_clear_failure(&answer);
        assert!(clear || broken_off, "{name}: {}", shown(&answer));
        assert_eq!(world.blobs(), kept, "{name}: damage was kept");
        world.npm.heal();
        let answer = world.get(FILE);
        assert!(is_file(&document, "1.1.0", &answer.body), "{name}");
        assert_eq!(world.blobs().len(), kept.len() + 1, "{name}");
    });
}

#[test]
fn a_large_damaged_tarball_breaks_off() {
    each(|world, name, fault| {
        world
            .npm
            .put(chalk().release(release("1.1.0").padded(LARGE)));
        let document = world.document("chalk");
        let kept = world.first_blobs();
        world.npm.fail(&format!("/{FILE}"), fault);
        let answer = world.get(FILE);
        assert!(
            is_honest(&world, &answer),
            "{name}: {} bytes",
            answer.body.len()
        );
        assert!(!is_file(&document, "1.1.0", &answer.body), "{name}");
        assert_eq!(world.blobs(), kept, "{name}: damage was kept");
        world.npm.heal();
        let answer = world.get(FILE);
        let fits = is_file(&document, "1.1.0", &answer.body);
        let size = answer.body.len();
        assert!(fits, "{name}: {} {size} {}", answer.status, answer.complete);
    });
}

#[test]
fn a_kept_tarball_needs_no_registry() {
    let mut world = World::new();
    let document = world.document("chalk");
    world.get(FILE);
    world.npm.fail("*", Fault::Status(500));
    world.wait_until_old();
    for _ in 0..2 {
        let answer = world.get(FILE);
        assert!(
            is_file(&document, "1.1.0", &answer.body),
            "{}",
            shown(&answer)
        );
        world.restart();
    }
}

/// A server that says this to whoever comes.
fn rude(says: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x.tgz", listener.local_addr().unwrap());
    // It ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(says);
        }
    });
    url
}

#[test]
fn what_is_no_http_is_a_clear_no() {
    let sayings: [&'static [u8]; 5] = [
        b"",
        b"what?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlonger than announced",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nx",
    ];
    for says in sayings {
        let world = World::new();
        let document = world.document("chalk");
        let there = Fault::Redirect(rude(says));
        world.npm.fail(&format!("/{FILE}"), there);
        let answer = world.get(FILE);
        assert!(is_clear_failure(&answer), "{}", shown(&answer));
        world.npm.heal();
        let answer = world.get(FILE);
        assert!(is_file(&document, "1.1.0", &answer.body));
    }
}

#[test]
fn a_blob_that_the_disk_lost_or_damaged_is_fetched_again() {
    for damage in [
        |path: &std::path::Path| std::fs::remove_file(path).unwrap(),
        |path: &std::path::Path| std::fs::write(path, b"").unwrap(),
        |path: &std::path::Path| {
            let half = std::fs::read(path).unwrap();
            std::fs::write(path, &half[..half.len() / 2]).unwrap();
        },
    ] {
        let mut world = World::new();
        let document = world.document("chalk");
        world.get(FILE);
        world.blobs().iter().for_each(|path| damage(path));
        world.restart();
        let again = world.get("chalk");
        assert_eq!(again.json(), document.json(), "{}", shown(&again));
        let answer = world.get(FILE);
        assert!(
            is_file(&document, "1.1.0", &answer.body),
            "{}",
            shown(&answer)
        );
        assert_eq!(world.npm.count(&format!("/{FILE}")), 2);
    }
}

#[test]
fn a_blob_that_is_lost_meanwhile_is_fetched_again_at_once() {
    for padding in [0, LARGE] {
        let world = World::new();
        world
            .npm
            .put(chalk().release(release("1.1.0").padded(padding)));
        let document = world.document("chalk");
        for _ in 0..2 {
            let answer = world.get(FILE);
            let fits = is_file(&document, "1.1.0", &answer.body);
            assert!(fits, "{padding}: {} {}", answer.status, answer.reason);
            for path in world.blobs() {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
}
