//! Pages for people: HTML that is valid, says what it should, and runs nothing.

use crate::html;
use crate::packages::{old_hands, stranger, taken_over};
use crate::world::{World, shown};
use tenure_domain::Days;
use tenure_testkit::{Fault, Packument, Release};

/// Every page, in every state, with its status.
fn pages() -> Vec<(&'static str, u16)> {
    vec![
        ("", 200),
        ("npm", 200),
        ("npm/", 200),
        ("-/package/npm/chalk", 200),
        ("-/package/npm/river", 200),
        ("-/package/npm/@river/lake", 200),
        ("-/package/npm/@river%2Flake", 200),
        ("-/package/npm/mist", 200),
        ("-/package/npm/swamp", 200),
        ("-/package/npm/nothing", 404),
        ("-/package/npm/%3Cscript%3E", 404),
        ("p/nowhere/-/package/npm/river", 404),
        ("p/no%20name/-/package/npm/river", 404),
    ]
}

fn world() -> World {
    let world = World::with_policy(
        "[[block]]\nperson = \"npm:mallory\"\nreason = \"a <stolen> account & more\"\n",
    );
    world.npm.put(taken_over("@river/lake"));
    world.npm.put(old_hands(Packument::new("swamp"), "mallory"));
    let nobody = Release::new("1.0.0").at("2024-01-10T10:00:00Z");
    world.npm.put(Packument::new("mist").release(nobody));
    world
}

#[test]
fn pages_are_valid_and_run_nothing() {
    let world = world();
    for (path, status) in pages() {
        let answer = world.get_root(path);
        assert_eq!(answer.status, status, "{path}: {}", shown(&answer));
        let expected = [
            ("content-type", "text/html; charset=utf-8"),
            (
                "content-security-policy",
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ];
        for (name, value) in expected {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let text = String::from_utf8(answer.body).unwrap();
        html::check(&text).unwrap_or_else(|why| panic!("{path}: {why}\n{text}"));
        for active in [
            "<script",
            "javascript:",
            "onerror",
            "onload",
            "<form",
            "<iframe",
        ] {
            assert!(!text.contains(active), "{path}: {active}");
        }
    }
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let world = World::new();
    let login = "\"><script>alert(1)</script>";
    let document = old_hands(Packument::new("tide"), login)
        .release(stranger("2.1.0").by("</td></table><script>"))
        .release(stranger("3.0.0-<script>alert(2)</script>"));
    world.npm.put(document);
    let page = world.page("tide");
    html::check(&page).unwrap_or_else(|why| panic!("{why}\n{page}"));
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("3.0.0-&lt;script&gt;alert(2)&lt;/script&gt;"),
        "{page}"
    );
}

#[test]
fn the_first_page_says_what_to_type() {
    let world = World::new();
    let page = String::from_utf8(world.get_root("").body).unwrap();
    let text = world.anonymous(&page);
    let (_, body) = text.split_once("<body>").unwrap();
    insta::assert_snapshot!(body.replace("><", ">\n<"));
}

#[test]
fn a_page_that_cannot_be_made_says_why() {
    let world = World::new();
    world.npm.fail("*", Fault::Status(503));
    let answer = world.get_root("-/package/npm/chalk");
    assert_eq!(answer.status, 502);
    let text = String::from_utf8(answer.body).unwrap();
    html::check(&text).unwrap();
    let text = world.anonymous(&text);
    let why = "`https://registry.example/chalk` answered with status 503";
    assert!(text.contains(why), "{text}");
    assert!(!text.contains("Not found"), "{text}");
}

#[test]
fn the_newest_release_comes_first() {
    let world = World::new();
    let mut document = old_hands(Packument::new("tide"), "dominictarr");
    for (version, hour) in [("2.9.0", 10), ("2.10.0", 11), ("2.11.0", 12)] {
        let release = stranger(version).owners(&["dominictarr", "right9ctrl"]);
        document = document.release(release.at(&format!("2026-11-20T{hour}:00:00.000Z")));
    }
    world.npm.put(document);
    let page = world.page("tide");
    let rows: Vec<_> = page.match_indices("<tr><td><code>2.").collect();
    assert_eq!(rows.len(), 3, "{page}");
    let place = |version: &str| {
        page.find(&format!("<tr><td><code>{version}</code>"))
            .unwrap()
    };
    assert!(place("2.11.0") < place("2.10.0") && place("2.10.0") < place("2.9.0"));
    world.later(Days(30.0));
    assert!(world.page("tide").contains("Nothing is held."));
}
