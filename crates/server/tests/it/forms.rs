//! The two forms of a document, in every encoding, and what names them.

use crate::packages::{river, stranger};
use crate::world::{World, shown};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read as _;
use tenure_domain::Days;
use tenure_testkit::http::Answer;

const NPM_10: &str = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

/// What is in an answer, its encoding undone.
fn plain(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        None => plain.clone_from(&answer.body),
        Some("gzip") => {
            let mut gzip = flate2::read::GzDecoder::new(&*answer.body);
            gzip.read_to_end(&mut plain).unwrap();
        }
        Some("br") => brotli::BrotliDecompress(&mut &*answer.body, &mut plain).unwrap(),
        Some("zstd") => plain = zstd::decode_all(&*answer.body).unwrap(),
        Some(other) => panic!("{other}"),
    }
    plain
}

fn etag(answer: &Answer) -> String {
    let etag = answer
        .header("etag")
        .unwrap_or_else(|| panic!("{}", shown(answer)));
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    etag.to_owned()
}

#[test]
fn each_client_gets_the_form_that_it_asks_for() {
    let world = World::new();
    let full = "application/json";
    let cases = [
        (None, full),
        (Some("application/json"), full),
        (Some("*/*"), full),
        (Some(NPM_10), ABBREVIATED),
        // pnpm.
        (
            Some("application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8"),
            ABBREVIATED,
        ),
        (Some("APPLICATION/vnd.npm.install-v1+JSON"), ABBREVIATED),
        (Some("application/vnd.npm.install-v1+json;q=0"), full),
        // Somebody who can read both and likes the full one better.
        (
            Some("application/json, application/vnd.npm.install-v1+json; q=0.5"),
            full,
        ),
    ];
    for (accept, kind) in cases {
        let headers: Vec<_> = accept.iter().map(|value| ("accept", *value)).collect();
        let answer = world.ask("GET", "chalk", &headers);
        assert_eq!(answer.header("content-type"), Some(kind), "{accept:?}");
        let document = answer.json();
        assert_eq!(document["name"], "chalk");
        assert_eq!(document["versions"].as_object().unwrap().len(), 5);
        assert_eq!(
            document["time"].is_null(),
            kind == ABBREVIATED,
            "{accept:?}"
        );
        let varies = answer.header("vary").unwrap().to_ascii_lowercase();
        assert_eq!(varies, "accept, accept-encoding");
    }
}

#[test]
fn every_encoding_is_the_same_document() {
    let world = World::new();
    let cases = [
        ("", None),
        ("identity", None),
        ("gzip", Some("gzip")),
        ("x-gzip", Some("gzip")),
        ("br", Some("br")),
        ("zstd", Some("zstd")),
        ("deflate", None),
        // npm, pnpm and yarn; bun; curl.
        ("gzip,deflate", Some("gzip")),
        ("gzip, deflate, br, zstd", Some("zstd")),
        ("deflate, gzip, br, zstd", Some("zstd")),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", Some("br")),
        ("GZIP;Q=0.5", Some("gzip")),
        ("gzip;q=0, br;q=0", None),
        ("gzip;q=0.5, identity;q=0.9", None),
        ("identity;q=0, *", Some("zstd")),
        ("*;q=0, gzip", Some("gzip")),
        ("gzip;q=nonsense", None),
    ];
    for accept in [ABBREVIATED, "application/json"] {
        let known = world.ask("GET", "river", &[("accept", accept)]);
        let mut tags = BTreeSet::new();
        for (encodings, expected) in cases {
            let headers = [("accept", accept), ("accept-encoding", encodings)];
            let answer = world.ask("GET", "river", &headers);
            let encoding = answer.header("content-encoding");
            assert_eq!(encoding, expected, "{encodings}");
            assert_eq!(plain(&answer), known.body, "{encodings}");
            tags.insert(etag(&answer));
        }
        // One for each of identity, gzip, br and zstd.
        assert_eq!(tags.len(), 4, "{tags:?}");
    }
    assert_eq!(world.npm.count("/river"), 1);
}

#[test]
fn a_head_is_a_get_without_a_body() {
    let world = World::new();
    let paths = [
        "river",
        "river/1.0.0",
        "river/2.1.0",
        "-/package/river/dist-tags",
        "river/-/river-1.0.0.tgz",
        "river/-/river-9.0.0.tgz",
        "river?write=true",
        "-/ping",
        "-/whoami",
        "nothing",
        "",
    ];
    for path in paths {
        for encoding in ["identity", "gzip"] {
            // Twice, for a tarball on its way has other headers than a kept one.
            world.ask("GET", path, &[]);
            let get = world.ask("GET", path, &[("accept-encoding", encoding)]);
            let head = world.ask("HEAD", path, &[("accept-encoding", encoding)]);
            assert_eq!(
                (head.status, &head.reason),
                (get.status, &get.reason),
                "{path}"
            );
            let without_date = |answer: &Answer| {
                let headers = answer.headers.iter().filter(|(name, _)| name != "date");
                headers.cloned().collect::<BTreeSet<_>>()
            };
            assert_eq!(without_date(&head), without_date(&get), "{path}");
            let length = get.body.len().to_string();
            assert_eq!(head.header("content-length"), Some(&*length), "{path}");
        }
    }
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let world = World::new();
    for (name, encoding) in [("river", "gzip"), ("chalk", "identity")] {
        let headers = [("accept-encoding", encoding)];
        let first = world.ask("GET", name, &headers);
        let tag = etag(&first);
        let (weak, many) = (format!("W/{tag}"), format!("\"x\", {tag}"));
        for known in [&*tag, &weak, &many, "*"] {
            for method in ["GET", "HEAD"] {
                let headers = [("accept-encoding", encoding), ("if-none-match", known)];
                let answer = world.ask(method, name, &headers);
                assert_eq!(answer.status, 304, "{method} {known}");
                // RFC 9110, section 15.4.5: what a cache needs to know.
                for header in ["etag", "vary", "cache-control"] {
                    assert_eq!(answer.header(header), first.header(header), "{header}");
                }
                for header in ["content-length", "content-type", "content-encoding"] {
                    assert_eq!(answer.header(header), None, "{header}");
                }
            }
        }
        let other = [("accept-encoding", "br"), ("if-none-match", &*tag)];
        assert_eq!(world.ask("GET", name, &other).status, 200);
        let other = [("accept", ABBREVIATED), ("if-none-match", &*tag)];
        assert_eq!(world.ask("GET", name, &other).status, 200);
    }
}

#[test]
fn a_tag_changes_when_a_hold_begins_or_ends_and_not_otherwise() {
    let world = World::new();
    let tag = || etag(&world.get("river"));
    let offered = |version: &str| !world.get("river").json()["versions"][version].is_null();
    let (held, chalk) = (tag(), etag(&world.get("chalk")));
    assert!(!offered("2.1.0"));
    // Confirmed by the upstream, judged anew: nothing has changed.
    world.later(Days(2.0));
    assert_eq!(tag(), held);
    // Its day has come.
    world.later(Days(4.0));
    assert!(offered("2.1.0"));
    let ended = tag();
    assert_ne!(ended, held);
    // The stranger's next release waits for its own days.
    let next = stranger("2.2.0")
        .owners(&["dominictarr", "right9ctrl"])
        .at("2026-11-28T09:00:00.000Z");
    world.npm.put(river().release(next));
    world.later(Days(1.0));
    assert!(offered("2.1.0") && !offered("2.2.0"));
    assert_ne!(tag(), ended);
    assert_eq!(etag(&world.get("chalk")), chalk);
}

#[test]
fn a_date_alone_hides_no_hold() {
    let world = World::with_policy("");
    // pnpm sends the date of the document that it has.
    let modified = "Fri, 20 Nov 2026 10:00:00 GMT";
    for date in [modified, "Sun, 22 Nov 2099 10:00:00 GMT"] {
        let answer = world.ask("GET", "river", &[("if-modified-since", date)]);
        assert_eq!(answer.status, 200, "{date}");
        assert_eq!(answer.header("last-modified"), None);
    }
    // Beside a tag it counts for nothing.
    let both = [
        ("if-modified-since", modified),
        ("if-none-match", "\"other\""),
    ];
    assert_eq!(world.ask("GET", "river", &both).status, 200);
}

#[test]
fn an_older_document_is_not_preferred_by_any_cache() {
    let world = World::new();
    for path in ["river", "river/1.0.0", "-/package/river/dist-tags"] {
        let answer = world.get(path);
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
    }
}

#[test]
fn what_is_not_held_is_what_the_registry_sent() {
    let world = World::new();
    let theirs = tenure_testkit::http::get(&format!("{}chalk", world.npm.url())).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_owned()).unwrap();
    let (theirs, ours) = (text(&theirs.body), text(&world.get("chalk").body));
    assert_eq!(theirs.replace(world.npm.url(), &world.url()), ours);
    let short = world.ask("GET", "chalk", &[("accept", ABBREVIATED)]).json();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&short), ["dist-tags", "modified", "name", "versions"]);
    let manifest = &short["versions"]["1.0.0"];
    assert_eq!(keys(manifest), ["dist", "name", "version"]);
}
