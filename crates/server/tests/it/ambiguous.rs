//! Manifests that one reader understands in one way and another in another:
//! what was judged might not be what a client installs, so they are held.

use crate::packages::{joined, old_hands};
use crate::world::{World, shown};
use tenure_domain::Days;
use tenure_testkit::{Fault, Packument};

/// Serves `pond` with `text` in place of a text that is in its document.
fn world(place: &str, text: &str) -> World {
    world_of(
        &old_hands(Packument::new("pond"), "dominictarr"),
        place,
        text,
    )
}

fn world_of(pond: &Packument, place: &str, text: &str) -> World {
    let world = World::new();
    world.npm.put(pond);
    let url = format!("{}pond", world.npm.url());
    let document = String::from_utf8(tenure_testkit::http::get(&url).unwrap().body).unwrap();
    assert_eq!(document.matches(place).count(), 1, "{place} in {document}");
    let bytes = document.replace(place, text).into_bytes();
    let kind = "application/json".to_owned();
    world.npm.fail("/pond", Fault::Body { kind, bytes });
    world
}

/// What is written twice, or in a disguise that only some readers see through.
const AMBIGUOUS: [&str; 4] = [
    r#""version":"2.0.1","version":"2.0.1""#,
    r#""version":"2.0.1","_npm\u0055ser":{"name":"somebody"}"#,
    r#""version":"2.0.1","di\u0073t":{"tarball":"https://elsewhere.example/x.tgz"}"#,
    r#""version":"2.0.0""#,
];

#[test]
fn they_are_held_and_named() {
    for text in AMBIGUOUS {
        let world = world(r#""version":"2.0.1""#, text);
        let document = world.get("pond").json();
        assert_eq!(document["dist-tags"]["latest"], "2.0.0", "{text}");
        assert!(document["versions"]["2.0.1"].is_null());
        let restrictions = &document["policyRestrictions"];
        assert_eq!(restrictions["versions"]["2.0.1"]["version"], "2.0.1");
        assert!(restrictions["versions"]["2.0.1"]["dist"].is_null());
        let message = world.anonymous(restrictions["message"].as_str().unwrap());
        insta::assert_snapshot!("message_of_one", message);
        let manifest = world.get("pond/2.0.1");
        assert_eq!(manifest.status, 403);
        assert_eq!(world.anonymous(&manifest.error().unwrap()), message);
        let page = world.page("pond");
        let row = "<td><code>2.0.1</code></td><td>held, for what the registry says of it can be";
        assert!(page.contains(row), "{page}");
    }
}

#[test]
fn their_files_cannot_be_verified_so_they_are_refused() {
    let world = world(r#""version":"2.0.1""#, AMBIGUOUS[0]);
    let answer = world.get("pond/-/pond-2.0.1.tgz");
    assert_eq!(answer.status, 403, "{}", shown(&answer));
    insta::assert_snapshot!(world.anonymous(&answer.error().unwrap()));
    assert_eq!(world.npm.count("/pond/-/pond-2.0.1.tgz"), 0);
    assert_eq!(world.get("pond/-/pond-2.0.0.tgz").status, 200);
}

#[test]
fn beside_a_change_of_hands_both_are_told() {
    let world = world_of(&joined("pond"), r#""version":"2.0.1""#, AMBIGUOUS[0]);
    let document = world.get("pond").json();
    assert_eq!(document["dist-tags"]["latest"], "2.0.0");
    let message = document["policyRestrictions"]["message"].as_str().unwrap();
    insta::assert_snapshot!(world.anonymous(message));
}

#[test]
fn a_document_that_is_ambiguous_itself_is_refused() {
    let twice = [
        (r#""dist-tags":{"#, r#""dist-tags":{},"dist-tags":{"#),
        (r#""versions":{"#, r#""versions":{},"versions":{"#),
        (
            r#""latest":"2.0.1""#,
            r#""latest":"2.0.1","latest":"1.0.0""#,
        ),
        (r#""time":{"#, r#""ti\u006de":{},"time":{"#),
    ];
    for (place, text) in twice {
        let world = world(place, text);
        for path in [
            "pond",
            "pond/1.0.0",
            "-/package/pond/dist-tags",
            "pond/-/pond-1.0.0.tgz",
        ] {
            let answer = world.get(path);
            assert_eq!(answer.status, 502, "{path} {text}: {}", shown(&answer));
            let why = answer.error().unwrap();
            assert!(why.contains("/pond`") && why.contains("twice"), "{why}");
        }
        let page = world.get_root("-/package/npm/pond");
        assert_eq!(page.status, 502);
    }
}

#[test]
fn it_does_not_take_the_place_of_one_that_is_clear() {
    let world = World::new();
    let before = world.get("chalk");
    let bytes = br#"{"name":"chalk","versions":{},"versions":{}}"#.to_vec();
    let kind = "application/json".to_owned();
    world.npm.fail("/chalk", Fault::Body { kind, bytes });
    world.later(Days(1.0));
    let after = world.get("chalk");
    assert_eq!(after.body, before.body, "{}", shown(&after));
    let warning = after.header("warning").unwrap();
    assert!(warning.contains("written twice"), "{warning}");
}
