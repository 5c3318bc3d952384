//! What is held, how it is said, and what stays possible (DESIGN, section 5).

use crate::packages::{joined, old_hands, river, stranger, taken_over};
use crate::world::{World, shown};
use serde_json::{Value, json};
use tenure_domain::Days;
use tenure_testkit::{Packument, Release};

const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

/// A server that blocks `river@2.1.0`, and all that somebody published.
const BLOCKS: &str = r#"
[[block]]
package = "pkg:npm/river"
versions = ["2.1.0"]
reason = "steals wallets, see incident 7 → rotate keys"

[[block]]
person = "npm:mallory"
reason = "a stolen account"
"#;

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// The message in a document; it has to be one line.
fn message(world: &World, document: &Value) -> String {
    let message = document["policyRestrictions"]["message"].as_str().unwrap();
    assert!(!message.contains(char::is_control), "{message:?}");
    world.anonymous(message)
}

#[test]
fn a_held_release_is_listed_as_restricted_and_nowhere_else() {
    let world = World::new();
    for accept in ["application/json", ABBREVIATED] {
        let document = world.ask("GET", "river", &[("accept", accept)]).json();
        let offered = ["1.0.0", "1.1.0", "1.1.1", "2.0.0", "2.0.1"];
        assert_eq!(keys(&document["versions"]), offered);
        assert_eq!(document["dist-tags"], json!({ "latest": "2.0.1" }));
        let restrictions = &document["policyRestrictions"];
        assert_eq!(keys(restrictions), ["message", "versions"]);
        let held = &restrictions["versions"]["2.1.0"];
        assert_eq!(held["version"], "2.1.0");
        let tarball = format!("{}river/-/river-2.1.0.tgz", world.url());
        assert_eq!(held["dist"]["tarball"], tarball);
        insta::assert_snapshot!("message_of_a_wait", message(&world, &document));
    }
    // pnpm refuses a lockfile with a version that has no date.
    let time = &world.get("river").json()["time"];
    assert_eq!(time["2.1.0"], "2026-11-20T10:00:00.000Z");
    let tags = world.get("-/package/river/dist-tags").json();
    assert_eq!(tags, json!({ "latest": "2.0.1" }));
}

#[test]
fn the_message_leads_to_a_page_that_says_more() {
    let world = World::new();
    world.npm.put(taken_over("@river/lake"));
    let pages = [
        ("river", "river", "page_of_a_wait"),
        ("@river/lake", "@river%2flake", "page_of_an_ask"),
    ];
    for (name, path, snapshot) in pages {
        let document = world.get(path).json();
        let message = document["policyRestrictions"]["message"].as_str().unwrap();
        let (_, page) = message.rsplit_once(' ').unwrap();
        assert_eq!(page, format!("{}-/package/npm/{name}", world.root()));
        let page = tenure_testkit::http::get(page).unwrap();
        assert_eq!(page.status, 200, "{}", shown(&page));
        let html = world.anonymous(std::str::from_utf8(&page.body).unwrap());
        let (_, body) = html.split_once("<body>").unwrap();
        insta::assert_snapshot!(snapshot, body.replace("><", ">\n<"));
    }
}

#[test]
fn one_manifest_is_held_as_the_document_is() {
    let world = World::new();
    for path in ["river/latest", "river/2.0.1"] {
        let answer = world.get(path);
        assert_eq!(
            answer.json()["version"],
            "2.0.1",
            "{path}: {}",
            shown(&answer)
        );
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let tarball = format!("{}river/-/river-2.0.1.tgz", world.url());
        assert_eq!(answer.json()["dist"]["tarball"], tarball);
    }
    let held = world.get("river/2.1.0");
    assert_eq!(held.status, 403);
    let why = world.anonymous(&held.error().unwrap());
    insta::assert_snapshot!("message_of_a_wait", why);
    assert_eq!(world.anonymous(&held.reason), why);
    assert_eq!(held.header("cache-control"), Some("no-store"));
}

#[test]
fn the_file_of_a_held_release_is_there_for_lockfiles() {
    let world = World::new();
    let file = world.get("river/-/river-2.1.0.tgz");
    assert_eq!(file.status, 200, "{}", shown(&file));
    let theirs = format!("{}river/-/river-2.1.0.tgz", world.npm.url());
    assert_eq!(file.body, tenure_testkit::http::get(&theirs).unwrap().body);
    let tarballs = |verdict: &str| {
        let line = format!("tenure_tarballs_total{{verdict=\"{verdict}\"}}");
        world.metric(&line)
    };
    assert_eq!(tarballs("hold"), Some(1.0));
    world.get("river/-/river-2.0.1.tgz");
    assert_eq!(tarballs("pass"), Some(1.0));
}

#[test]
fn the_file_of_a_blocked_release_is_refused() {
    let world = World::with_policy(BLOCKS);
    let document = world.get("river").json();
    insta::assert_snapshot!("message_of_a_block", message(&world, &document));
    for path in ["river/-/river-2.1.0.tgz", "river/2.1.0"] {
        let answer = world.get(path);
        assert_eq!(answer.status, 403, "{path}");
        let why = world.anonymous(&answer.error().unwrap());
        insta::assert_snapshot!("message_of_a_block", why);
        // A header's characters alone.
        let phrase = world.anonymous(&answer.reason);
        assert_eq!(phrase, why.replace('→', ">"));
    }
    // Never fetched, so never kept.
    assert_eq!(world.npm.count("/river/-/river-2.1.0.tgz"), 0);
    let refused = world.metric("tenure_tarballs_total{verdict=\"block\"}");
    assert_eq!(refused, Some(1.0));
    let page = world.page("river");
    assert!(page.contains("steals wallets, see incident 7 → rotate keys"));
    // Nobody can accept what somebody has blocked.
    assert!(!page.contains("tenure accept"), "{page}");
}

#[test]
fn where_everything_is_held_nothing_is_offered_and_the_reason_is_told() {
    let world = World::with_policy(BLOCKS);
    world.npm.put(old_hands(Packument::new("swamp"), "mallory"));
    let document = world.ask("GET", "swamp", &[("accept", "application/json")]);
    assert_eq!(document.status, 200);
    let document = document.json();
    assert_eq!(document["versions"], json!({}));
    assert_eq!(document["dist-tags"], json!({}));
    assert_eq!(keys(&document["policyRestrictions"]["versions"]).len(), 5);
    assert_eq!(keys(&document["time"]).len(), 7);
    insta::assert_snapshot!("message_of_everything", message(&world, &document));
    // Clients that have no word for it get no document without versions.
    for accept in [ABBREVIATED, "*/*"] {
        let refused = world.ask("GET", "swamp", &[("accept", accept)]);
        assert_eq!(refused.status, 403, "{accept}");
        let why = world.anonymous(&refused.error().unwrap());
        insta::assert_snapshot!("message_of_everything", why);
        assert_eq!(refused.header("vary"), Some("accept, accept-encoding"));
    }
    let latest = world.get("swamp/latest");
    assert_eq!(latest.status, 403, "{}", shown(&latest));
    assert!(latest.error().unwrap().contains("a stolen account"));
    assert_eq!(world.get("-/package/swamp/dist-tags").json(), json!({}));
}

/// `delta`, with tags beside `latest`.
fn delta() -> Value {
    let by = |version: &str, day: &str| {
        Release::new(version)
            .at(&format!("{day}T10:00:00.000Z"))
            .by("dominictarr")
    };
    let mut document = old_hands(Packument::new("delta"), "dominictarr")
        .release(by("3.0.0-rc.0", "2026-08-11"))
        .release(by("3.0.0-rc.1", "2026-08-12"))
        .release(stranger("3.0.0-rc.2"))
        .release(stranger("1.1.2"))
        .release(stranger("4.0.0-alpha.0"))
        .to_json();
    document["dist-tags"] = json!({
        "latest": "2.0.1", "next": "3.0.0-rc.2", "old": "1.1.2",
        "wild": "4.0.0-alpha.0", "stable": "2.0.0", "lost": "9.9.9",
    });
    document
}

#[test]
fn tags_move_within_their_release_line_and_never_to_something_held() {
    let world = World::new();
    world.npm.put(delta());
    let expected = json!({
        "latest": "2.0.1", "next": "3.0.0-rc.1", "old": "1.1.1", "stable": "2.0.0",
    });
    for accept in ["application/json", ABBREVIATED] {
        let document = world.ask("GET", "delta", &[("accept", accept)]).json();
        assert_eq!(document["dist-tags"], expected, "{accept}");
    }
    assert_eq!(world.get("-/package/delta/dist-tags").json(), expected);
    assert_eq!(world.get("delta/next").json()["version"], "3.0.0-rc.1");
    assert_eq!(world.get("delta/old").json()["version"], "1.1.1");
    // There is nothing else in its line.
    let wild = world.get("delta/wild");
    assert_eq!(wild.status, 403, "{}", shown(&wild));
    let why = wild.error().unwrap();
    assert!(why.starts_with("delta@4.0.0-alpha.0 is held: "), "{why}");
    assert_eq!(world.get("delta/lost").status, 404);
    let document = world.get("delta").json();
    let text = message(&world, &document);
    assert!(
        text.starts_with("delta@4.0.0-alpha.0 (and 2 more) is held: "),
        "{text}"
    );
}

#[test]
fn a_release_that_waits_is_offered_when_its_day_has_come() {
    let world = World::new();
    let latest = || world.get("-/package/river/dist-tags").json()["latest"].clone();
    let page = world.page("river");
    assert!(page.contains("ends by itself on 2026-11-27"), "{page}");
    world.later(Days(4.999));
    assert_eq!(latest(), "2.0.1");
    world.later(Days(0.002));
    assert_eq!(latest(), "2.1.0");
    assert_eq!(world.get("river/2.1.0").status, 200);
    let document = world.get("river").json();
    assert!(document["policyRestrictions"].is_null());
    assert!(world.page("river").contains("Nothing is held."));
}

#[test]
fn what_waits_for_a_person_does_not_end_by_itself() {
    let world = World::new();
    world.npm.put(taken_over("lake"));
    let document = world.get("lake").json();
    insta::assert_snapshot!("message_of_an_ask", message(&world, &document));
    world.later(Days(300.0));
    assert_eq!(world.get("lake").json()["dist-tags"]["latest"], "2.0.1");
}

#[test]
fn where_nobody_is_named_everything_passes_and_that_is_said() {
    let world = World::new();
    let release = |version: &&str| Release::new(version).at("2024-01-10T10:00:00Z");
    let releases = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"];
    let nobody = releases.iter().map(release);
    world
        .npm
        .put(nobody.fold(Packument::new("mist"), Packument::release));
    let document = world.get("mist").json();
    assert_eq!(keys(&document["versions"]).len(), releases.len());
    assert!(document["policyRestrictions"].is_null());
    let page = world.page("mist");
    assert!(
        page.contains("1.5.0, 1.4.0, 1.3.0, 1.2.0, 1.1.0 and 1 more: the registry does not say who published this release"),
        "{page}"
    );
    let judged = "tenure_judged_releases_total{verdict=\"unknown\"}";
    assert_eq!(world.metric(judged), Some(6.0));
    world.get("mist/-/mist-1.0.0.tgz");
    let served = world.metric("tenure_tarballs_total{verdict=\"unknown\"}");
    assert_eq!(served, Some(1.0));
}

#[test]
fn foreign_text_reaches_no_terminal_and_no_browser() {
    let policy = r#"
        [[block]]
        package = "pkg:npm/river"
        versions = ["1.0.0"]
        reason = "\u001b[2J<script>alert(1)</script>\u202e\nnext line"
    "#;
    let world = World::with_policy(policy);
    let text = message(&world, &world.get("river").json());
    let answer = world.get("river/1.0.0");
    for text in [text, answer.error().unwrap(), answer.reason] {
        assert!(!text.contains(['\u{1b}', '\n', '\u{202e}']), "{text:?}");
    }
    let page = world.page("river");
    assert!(
        !page.contains("<script") && !page.contains('\u{1b}'),
        "{page}"
    );
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
    // A login that a registry of one's own may allow.
    let login = "<img/src=x>$(reboot)\u{202e}";
    let owners = ["dominictarr", login];
    let release = stranger("2.1.0").by(login).owners(&owners);
    world
        .npm
        .put(old_hands(Packument::new("tide"), "dominictarr").release(release));
    let page = world.page("tide");
    assert!(
        !page.contains("<img") && !page.contains('\u{202e}'),
        "{page}"
    );
    let quoted = "tenure accept tide --to 'npm:&lt;img/src=x&gt;$(reboot)";
    assert!(page.contains(quoted), "{page}");
}

#[test]
fn popular_packages_are_held_for_longer() {
    let world = World::new();
    world.npm.set_downloads("river", 50_000_000, 9_000);
    world.npm.set_downloads("brook", 10, 0);
    world.npm.put(joined("brook"));
    assert!(world.page("river").contains("ends by itself on 2026-12-04"));
    assert!(world.page("brook").contains("Nothing is held."));
    // The registry's search is asked for no more than it decides.
    world.page("chalk");
    assert_eq!(world.npm.count("/-/v1/search"), 2);
}

#[test]
fn a_new_document_is_judged_anew() {
    let world = World::new();
    assert_eq!(world.get("chalk/latest").json()["version"], "2.0.1");
    let next = stranger("2.2.0").at("2026-11-22T10:01:00.000Z");
    world.npm.put(crate::packages::chalk().release(next));
    world.later(Days(1.0));
    let latest = world.get("chalk/latest").json();
    assert_eq!(latest["version"], "2.0.1", "{latest}");
    assert_eq!(world.get("chalk/2.2.0").status, 403);
    // The other package is untouched by what is said of this one.
    assert_eq!(river().to_json()["dist-tags"]["latest"], "2.1.0");
}

#[test]
fn what_the_registry_holds_itself_stays_held_and_is_told_as_its_own() {
    let world = World::new();
    let mut document = old_hands(Packument::new("pond"), "ada").to_json();
    let theirs = document["versions"]["2.0.1"].clone();
    document["versions"]
        .as_object_mut()
        .unwrap()
        .remove("2.0.1");
    document["dist-tags"] = json!({ "latest": "2.0.1", "next": "2.0.0" });
    document["policyRestrictions"] =
        json!({ "message": "not before Monday", "versions": { "2.0.1": theirs } });
    world.npm.put(document);
    let answer = world.get("pond").json();
    assert_eq!(message(&world, &answer), "not before Monday");
    assert_eq!(answer["dist-tags"]["latest"], "2.0.0");
    let manifest = world.get("pond/2.0.1");
    assert_eq!(manifest.status, 403);
    assert_eq!(
        world.anonymous(&manifest.error().unwrap()),
        "pond@2.0.1 is held by the registry https://registry.example/: not before Monday"
    );
}
