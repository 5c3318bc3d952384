//! Where tags go.

use super::{FORMS, packument, served};
use serde_json::{Value, json};
use tenure_ecosystem::npm::hold::{Form, dist_tags};

/// Versions, tags, what is held back, and what becomes of the tags.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static [(&'static str, &'static str)],
);

const CASES: [Case; 15] = [
    // The highest of the same line, by precedence and not by order.
    (
        "1.2.0 1.10.0 1.9.0 2.0.0",
        &[("latest", "1.10.0")],
        "1.10.0",
        &[("latest", "1.9.0")],
    ),
    (
        "1.0.0 1.1.0 1.2.0",
        &[("latest", "1.1.0")],
        "1.1.0",
        &[("latest", "1.2.0")],
    ),
    // Below 1.0.0 the minor version is the line.
    (
        "0.1.0 0.2.0 0.2.1",
        &[("old", "0.2.1"), ("latest", "0.2.1")],
        "0.2.1 0.2.0",
        &[("latest", "0.1.0")],
    ),
    // Stable stays stable, as long as there is something stable.
    (
        "1.0.0 1.1.0-rc.1 1.1.0",
        &[("latest", "1.1.0"), ("x", "1.1.0")],
        "1.1.0",
        &[("latest", "1.0.0"), ("x", "1.0.0")],
    ),
    (
        "0.9.0 1.0.0-rc.1 1.0.0",
        &[("latest", "1.0.0"), ("x", "1.0.0")],
        "1.0.0",
        &[("latest", "0.9.0"), ("x", "1.0.0-rc.1")],
    ),
    (
        "1.0.0-rc.1 1.0.0",
        &[("latest", "1.0.0")],
        "1.0.0",
        &[("latest", "1.0.0-rc.1")],
    ),
    // A tag on a prerelease goes to whatever is highest.
    (
        "2.0.0-rc.1 2.0.0-rc.2",
        &[("next", "2.0.0-rc.2")],
        "2.0.0-rc.2",
        &[("next", "2.0.0-rc.1")],
    ),
    (
        "2.0.0-rc.1 2.0.0 2.1.0-rc.1",
        &[("next", "2.1.0-rc.1")],
        "2.1.0-rc.1",
        &[("next", "2.0.0")],
    ),
    // `latest` goes below its line, and up only if there is nothing else.
    (
        "1.0.0 2.0.0 3.0.0 4.0.0",
        &[("latest", "3.0.0"), ("x", "3.0.0")],
        "3.0.0",
        &[("latest", "2.0.0")],
    ),
    (
        "2.0.0 3.0.0 4.0.0",
        &[("latest", "2.0.0")],
        "2.0.0",
        &[("latest", "4.0.0")],
    ),
    (
        "1.0.0-rc.1 2.0.0",
        &[("latest", "2.0.0")],
        "2.0.0",
        &[("latest", "1.0.0-rc.1")],
    ),
    // Nothing is left; nothing was there.
    (
        "1.0.0",
        &[("latest", "1.0.0"), ("x", "1.0.0")],
        "1.0.0",
        &[],
    ),
    (
        "1.0.0",
        &[("latest", "1.0.0"), ("gone", "0.1.0")],
        "",
        &[("latest", "1.0.0")],
    ),
    // Each by itself.
    (
        "1.0.0 1.1.0 2.0.0",
        &[("latest", "2.0.0"), ("v1", "1.1.0"), ("v2", "2.0.0")],
        "1.1.0",
        &[("latest", "2.0.0"), ("v1", "1.0.0"), ("v2", "2.0.0")],
    ),
    // No version at all as npm sees it.
    (
        "1.0.0 7x",
        &[("latest", "7x"), ("x", "7x")],
        "7x",
        &[("latest", "1.0.0")],
    ),
];

#[test]
fn tags_move_off_what_is_held_back() {
    let map = |tags: &[(&str, &str)]| -> Value {
        tags.iter()
            .map(|(tag, version)| ((*tag).to_owned(), (*version).into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    for (versions, tags, held, expected) in CASES {
        let versions: Vec<&str> = versions.split(' ').collect();
        let held: Vec<&str> = held.split(' ').collect();
        let document = packument(&versions, &map(tags));
        for form in FORMS {
            let served = served(&document, form, &held);
            assert_eq!(
                served["dist-tags"],
                map(expected),
                "{document}, held {held:?}"
            );
        }
        let alone = dist_tags(document.as_bytes(), &|version| held.contains(&version));
        assert_eq!(json!(alone.unwrap()), map(expected));
    }
}

#[test]
fn tags_that_are_no_versions_are_dropped() {
    let document = r#"{"name":"pkg","dist-tags":{"a":1,"b":null,"c":"1.0.0","d\n":"1.0.\u0030"},"versions":{"1.0.0":{"version":"1.0.0"}}}"#;
    let tags = &served(document, Form::Full, &[])["dist-tags"];
    assert_eq!(*tags, json!({ "c": "1.0.0", "d\n": "1.0.0" }));
}

#[test]
fn equal_versions_do_not_depend_on_chance() {
    let versions = ["1.0.0+a", "1.0.0+b", "1.0.1"];
    let document = packument(&versions, &json!({ "latest": "1.0.1" }));
    let tags = &served(&document, Form::Full, &["1.0.1"])["dist-tags"];
    assert_eq!(*tags, json!({ "latest": "1.0.0+b" }));
}
