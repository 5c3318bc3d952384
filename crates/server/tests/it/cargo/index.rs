//! The index: where files are in it, what is held in them, and what clients are
//! told who have them.

use super::{RIVER, ask, detail, eventually, get, held, river, text, world, yanked};
use crate::world::{NOW, World, shown};
use std::collections::BTreeMap;
use std::io::Read as _;
use tenure_store::Digest;
use tenure_testkit::http;
use tenure_testkit::{Crate, CrateRelease, Fault};

#[test]
fn a_held_version_is_yanked_and_everything_else_is_as_it_was() {
    let world = world("");
    let theirs = http::get(&format!("{}{RIVER}", world.cargo.url())).unwrap();
    let first = get(&world, RIVER);
    assert_eq!(first.status, 200, "{}", shown(&first));
    // Nobody has said who published what.
    assert_eq!(text(&first), text(&theirs));
    let held = text(&held(&world));
    for (ours, theirs) in held.lines().zip(text(&theirs).lines()) {
        let is_held = theirs.contains("\"vers\":\"2.1.0\"");
        let expected = theirs.replace("\"yanked\":false", "\"yanked\":true");
        assert_eq!(ours, if is_held { &expected } else { theirs });
    }
}

#[test]
fn the_page_says_why_and_how_to_accept_it() {
    let world = world("");
    held(&world);
    let page = world.get_root("-/package/cargo/river");
    let page = world.anonymous(&text(&page));
    let page = page.replace(&world.cargo.url(), "https://registry.example/");
    let (_, body) = page.split_once("<body>").unwrap();
    insta::assert_snapshot!(body.replace("><", ">\n<"));
    // As a browser may ask for it.
    assert_eq!(world.get_root("-/package/cargo/River").status, 200);
    assert_eq!(world.get_root("-/package/pypi/river").status, 404);
    assert_eq!(world.get_root("-/package/nothing/river").status, 404);
}

#[test]
fn files_are_found_by_names_of_every_length() {
    let world = World::new();
    for (name, path) in [
        ("a", "1/a"),
        ("ab", "2/ab"),
        ("abc", "3/a/abc"),
        ("dlib", "dl/ib/dlib"),
        ("Inflector", "in/fl/inflector"),
    ] {
        let release = CrateRelease::new("1.0.0").at("2024-01-10T10:00:00Z");
        world.cargo.put(Crate::new(name).release(release));
        let answer = get(&world, path);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
        assert!(text(&answer).contains(&format!("\"name\":\"{name}\"")));
        let file = get(&world, &format!("dl/{name}/1.0.0/download"));
        assert_eq!(file.status, 200, "{name}: {}", shown(&file));
    }
    for path in ["no/th/nothing", "In/fl/Inflector", "a", "1/../a"] {
        assert_eq!(get(&world, path).status, 404, "{path}");
    }
}

#[test]
fn who_has_a_file_is_told_so_until_something_is_held() {
    let world = world("");
    let first = get(&world, RIVER);
    let etag = first.header("etag").unwrap().to_owned();
    let again = ask(&world, RIVER, &[("if-none-match", &etag)]);
    if again.status != 304 {
        // What is known of people has come in between.
        assert_eq!(yanked(&again), ["2.0.1", "2.1.0"]);
    }
    let held = held(&world);
    let new = held.header("etag").unwrap();
    assert_ne!(new, etag);
    let again = ask(&world, RIVER, &[("if-none-match", new)]);
    assert_eq!(again.status, 304);
    assert_eq!(again.header("content-length"), None);
    let old = ask(&world, RIVER, &[("if-none-match", &etag)]);
    assert_eq!(old.status, 200);
}

#[test]
fn what_cargo_sends_besides_does_not_disturb() {
    let world = world("");
    // Without TLS cargo offers to go on in HTTP/2.
    let headers = [
        ("upgrade", "h2c"),
        ("http2-settings", "AAMAAABkAAQCAAAAAAIAAAAA"),
        ("cargo-protocol", "version=1"),
        ("accept", "text/plain"),
    ];
    for path in ["config.json", RIVER] {
        let answer = ask(&world, path, &headers);
        assert_eq!(answer.status, 200, "{}", shown(&answer));
    }
    let zipped = ask(&world, RIVER, &[("accept-encoding", "gzip")]);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let mut plain = String::new();
    let mut decoder = flate2::read::GzDecoder::new(zipped.body.as_slice());
    decoder.read_to_string(&mut plain).unwrap();
    assert!(plain.starts_with("{\"cksum\":"), "{plain}");
}

#[test]
fn the_configuration_leads_to_this_server() {
    let world = World::new();
    let config = get(&world, "config.json").json();
    let base = format!("{}cargo", world.root());
    assert_eq!(config["dl"], format!("{base}/dl"));
    assert_eq!(config["api"], base);
    assert!(config["auth-required"].is_null());
    let publish = get(&world, "api/v1/crates/new");
    assert_eq!(publish.status, 403);
    assert!(detail(&publish).contains(&world.cargo.url()));
}

#[test]
fn a_private_server_wants_a_token() {
    let world = World::with(|options| options.private = true);
    world.cargo.put(river());
    let token = "tenure_of_this_test";
    world.in_store(async |store| {
        let project = "web".parse().unwrap();
        let (now, digest) = (NOW.parse().unwrap(), Digest::of(token.as_bytes()));
        store.create_project(&project, now).await.unwrap();
        let added = store.add_token(&project, digest.as_bytes(), "laptop", now);
        assert!(added.await.unwrap());
    });
    for path in ["config.json", RIVER] {
        let refused = get(&world, path);
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.header("www-authenticate").is_some());
        assert!(detail(&refused).contains("needs a token"), "{path}");
        let let_in = ask(&world, path, &[("authorization", token)]);
        assert_eq!(let_in.status, 200, "{path}: {}", shown(&let_in));
    }
    let config = ask(&world, "config.json", &[("authorization", token)]);
    assert_eq!(config.json()["auth-required"], true);
}

#[test]
fn without_a_registry_behind_it_the_server_says_so() {
    let world = World::with(|options| options.others = BTreeMap::new());
    for path in ["config.json", RIVER, "dl/river/1.0.0/download"] {
        let answer = get(&world, path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(detail(&answer).contains("`--upstream cargo=URL`"), "{path}");
    }
}

#[test]
fn a_line_that_can_be_read_in_two_ways_is_handed_on_to_nobody() {
    let world = World::new();
    let release = |version: &str| CrateRelease::new(version).at("2024-01-10T10:00:00Z");
    let twice = Crate::new("twice")
        .release(release("1.0.0"))
        .release(release("1.1.0"))
        .release(release("1.1.0"));
    world.cargo.put(twice);
    let lines = text(&get(&world, "tw/ic/twice"));
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines[0].contains("\"vers\":\"1.0.0\""));
    assert_eq!(lines[1..], ["{\"held\":true}"; 2]);
    assert_eq!(get(&world, "dl/twice/1.1.0/download").status, 404);
    let page = text(&world.get_root("-/package/cargo/twice"));
    assert!(page.contains("<code>line 2</code>"), "{page}");
}

#[test]
fn without_the_registrys_configuration_nothing_can_be_judged() {
    let world = world("");
    world.cargo.fail("/index/config.json", Fault::Status(500));
    let answer = get(&world, RIVER);
    assert_eq!(answer.status, 502, "{}", shown(&answer));
    world.cargo.heal();
    eventually(&world, RIVER, |answer| answer.status == 200);
    // From then on it is known, also to another process, and however old.
    held(&world);
    let mut world = world;
    world.cargo.fail("*", Fault::Status(500));
    world.restart();
    assert_eq!(yanked(&get(&world, RIVER)), ["2.0.1", "2.1.0"]);
    world.later(tenure_domain::Days(2.0));
    let stale = get(&world, RIVER);
    assert_eq!(yanked(&stale), ["2.0.1", "2.1.0"]);
    assert!(stale.header("warning").unwrap().starts_with("110 "));
}

#[test]
fn a_new_version_shows_when_the_file_is_asked_for_again() {
    let world = world("");
    held(&world);
    let next = CrateRelease::new("2.1.1")
        .at("2026-11-22T10:01:00Z")
        .by(2, "newcomer");
    world.cargo.put(river().release(next));
    world.later(tenure_domain::Days(0.5));
    let all = ["2.0.1", "2.1.0", "2.1.1"];
    eventually(&world, RIVER, |answer| yanked(answer) == all);
}
