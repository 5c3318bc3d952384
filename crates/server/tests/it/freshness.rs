//! When the upstream is asked, what is served meanwhile, and what is written
//! down of what it said.

use crate::packages::{chalk, old_hands, stranger};
use crate::world::{World, npm, shown};
use std::time::{Duration, Instant};
use tenure_domain::{Days, Release as Seen, ReleaseState};
use tenure_testkit::{Fault, Packument};

const MINUTE: Days = Days(1.0 / (24.0 * 60.0));

fn minutes(n: f64) -> Days {
    Days(n * MINUTE.0)
}

/// Waits for something that happens in the background.
fn until(happened: impl Fn() -> bool) {
    let began = Instant::now();
    while !happened() {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "it did not happen"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_is_fresh_is_served_without_a_question() {
    let world = World::new();
    for path in [
        "chalk",
        "chalk/latest",
        "-/package/chalk/dist-tags",
        "chalk",
    ] {
        world.get(path);
        world.later(minutes(1.2));
    }
    assert_eq!(world.npm.count("/chalk"), 1);
}

#[test]
fn where_nothing_may_be_old_the_upstream_is_asked_each_time() {
    let world = World::with(|options| {
        options.limits.fresh = Duration::ZERO;
        options.limits.background = Duration::ZERO;
    });
    // npm looks whether a package is there before it publishes it.
    assert_eq!(world.get("new").status, 404);
    world.npm.put(old_hands(Packument::new("new"), "ada"));
    assert_eq!(world.get("new/latest").json()["version"], "2.0.1");
    let next = stranger("2.0.2").by("ada");
    world
        .npm
        .put(old_hands(Packument::new("new"), "ada").release(next));
    assert_eq!(world.get("new/latest").json()["version"], "2.0.2");
    assert_eq!(world.npm.count("/new"), 3);
}

#[test]
fn what_is_not_quite_fresh_is_served_and_asked_for_in_the_background() {
    let world = World::new();
    world.get("chalk");
    world
        .npm
        .put(chalk().release(stranger("2.0.2").by("sindresorhus")));
    world.later(minutes(6.0));
    let first = world.get("chalk/latest");
    assert_eq!(first.json()["version"], "2.0.1", "{}", shown(&first));
    assert_eq!(first.header("warning"), None);
    until(|| world.npm.count("/chalk") == 2);
    until(|| {
        world.later(minutes(0.1));
        world.get("chalk/latest").json()["version"] == "2.0.2"
    });
    assert_eq!(world.npm.count("/chalk"), 2);
}

#[test]
fn what_is_old_is_asked_for_first() {
    let world = World::new();
    world.get("chalk");
    world
        .npm
        .put(chalk().release(stranger("2.0.2").by("sindresorhus")));
    world.later(minutes(61.0));
    assert_eq!(world.get("chalk/latest").json()["version"], "2.0.2");
}

#[test]
fn a_question_that_is_asked_again_is_a_conditional_one() {
    for etags in [true, false] {
        let world = World::new();
        world.npm.set_etags(etags);
        let before = world.get("chalk");
        world.later(minutes(61.0));
        assert_eq!(world.get("chalk").body, before.body);
        let asked = world.npm.requests_to("/chalk");
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[1].header("if-none-match").is_some(), etags);
        assert_eq!(asked[1].header("if-modified-since").is_some(), !etags);
        // It was confirmed, so it is fresh again, and it says so.
        world.later(minutes(4.0));
        assert!(
            world
                .page("chalk")
                .contains("last confirmed 2026-11-22T11:01:00Z")
        );
        assert_eq!(world.npm.count("/chalk"), 2);
    }
}

#[test]
fn what_cannot_be_confirmed_is_served_and_marked() {
    let world = World::new();
    let before = world.get("chalk");
    let file = world.get("chalk/-/chalk-2.0.1.tgz");
    world.npm.fail("*", Fault::Status(503));
    world.later(Days(30.0));
    let paths = ["chalk", "chalk/latest", "-/package/chalk/dist-tags"];
    for path in paths {
        let answer = world.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
        let warning = world.anonymous(answer.header("warning").unwrap());
        assert_eq!(
            warning,
            "110 tenure \"not confirmed since 2026-11-22T10:00:00Z: \
             `https://registry.example/chalk` answered with status 503\""
        );
    }
    assert_eq!(world.get("chalk").body, before.body);
    assert_eq!(world.get("chalk/-/chalk-2.0.1.tgz").body, file.body);
    let page = world.anonymous(&world.page("chalk"));
    let marked = "<strong>Older than it should be.</strong> The registry could not be asked: \
                  `https://registry.example/chalk` answered with status 503";
    assert!(page.contains(marked), "{page}");
    assert!(world.metric("tenure_stale_total").unwrap() >= 1.0);
    // What was never seen cannot be served.
    let unseen = world.get("river");
    assert_eq!(unseen.status, 502);
    assert_eq!(
        world.anonymous(&unseen.error().unwrap()),
        "`https://registry.example/river` answered with status 503"
    );
    world.npm.heal();
    world.later(minutes(1.0));
    let healed = world.get("chalk");
    assert_eq!((healed.header("warning"), healed.status), (None, 200));
    assert_eq!(world.get("river").status, 200);
}

#[test]
fn an_upstream_that_failed_is_left_alone_for_a_moment() {
    let world = World::with(|options| options.limits.pause = Duration::from_mins(1));
    world.npm.fail("*", Fault::Status(503));
    for _ in 0..3 {
        assert_eq!(world.get("chalk").status, 502);
    }
    assert_eq!(world.npm.count("/chalk"), 1);
    world.later(minutes(0.9));
    world.get("chalk");
    assert_eq!(world.npm.count("/chalk"), 1);
    world.npm.heal();
    world.later(minutes(0.2));
    assert_eq!(world.get("chalk").status, 200);
}

fn facts(world: &World, name: &str) -> Vec<String> {
    let ledger = world.in_store(async |store| store.ledger(&npm(name)).await.unwrap());
    let texts = ledger.into_iter().map(|seen| String::from_utf8(seen.facts));
    texts.map(Result::unwrap).collect()
}

#[test]
fn what_is_seen_is_written_down_once_and_for_all() {
    let world = World::new();
    world.npm.put(old_hands(Packument::new("pond"), "ada"));
    world.get("pond");
    world.later(Days(1.0));
    world.get("pond");
    assert_eq!(facts(&world, "pond").len(), 1);
    // Another owner, without a release.
    let owned = old_hands(Packument::new("pond"), "ada").owners(&["ada", "mallory"]);
    world.npm.put(&owned);
    world.later(Days(1.0));
    world.get("pond");
    // It is answered with before it is written down.
    until(|| facts(&world, "pond").len() == 2);
    let seen = facts(&world, "pond");
    assert!(
        seen[1].contains("mallory") && !seen[0].contains("mallory"),
        "{seen:?}"
    );
    // Until when the owners before were confirmed, and who they are now.
    let kinds = ["confirmed", "owners"].map(|kind| format!("{{\"fact\":\"{kind}\","));
    let lines = seen[1].lines().zip(&kinds);
    assert!(
        lines.clone().all(|(line, kind)| line.starts_with(kind)),
        "{seen:?}"
    );
    assert_eq!(seen[1].lines().count(), 2, "{seen:?}");
}

#[test]
fn a_version_that_vanishes_is_not_offered_and_not_forgotten() {
    let world = World::new();
    let pond = |versions: &[&str]| {
        let mut document = old_hands(Packument::new("pond"), "ada").to_json();
        let all = document["versions"].as_object_mut().unwrap();
        all.retain(|version, _| versions.contains(&version.as_str()));
        document["dist-tags"] = serde_json::json!({ "latest": versions[0] });
        document
    };
    world.npm.put(pond(&["2.0.1", "2.0.0", "1.0.0"]));
    let file = "pond/-/pond-2.0.1.tgz";
    assert_eq!(world.get(file).status, 200);
    world.npm.put(pond(&["2.0.0", "1.0.0"]));
    world.later(Days(1.0));
    let document = world.get("pond").json();
    assert!(document["versions"]["2.0.1"].is_null());
    assert_eq!(document["dist-tags"]["latest"], "2.0.0");
    let gone = world.get(file);
    assert_eq!(gone.status, 404);
    assert_eq!(
        world.anonymous(&gone.error().unwrap()),
        "`pond@2.0.1` is not offered by the registry https://registry.example/ any more"
    );
    let never = world.get("pond/-/pond-7.0.0.tgz");
    assert_eq!(
        world.anonymous(&never.error().unwrap()),
        "`pond@7.0.0` is not in the registry https://registry.example/"
    );
    until(|| facts(&world, "pond").len() == 2);
    let upstream = world.npm.url().to_owned();
    let history = world.in_store(async |store| store.history(&upstream, &npm("pond")).await);
    let history = history.unwrap().unwrap();
    let state = |version: &str| {
        let release: &Seen = &history.releases()[history.position(version).unwrap()];
        release.state
    };
    assert_eq!(state("2.0.1"), ReleaseState::Removed);
    assert_eq!(state("2.0.0"), ReleaseState::Offered);
}

#[test]
fn a_package_that_vanishes_is_gone_and_its_story_stays() {
    let world = World::new();
    world.get("chalk");
    world.npm.remove("chalk");
    world.later(Days(1.0));
    for path in ["chalk", "chalk/latest", "chalk/-/chalk-1.0.0.tgz"] {
        let answer = world.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", shown(&answer));
    }
    let page = world.get_root("-/package/npm/chalk");
    assert_eq!(page.status, 404);
    let ledger = world.in_store(async |store| store.ledger(&npm("chalk")).await.unwrap());
    assert_eq!(ledger.len(), 2);
    assert!(ledger[0].document.is_some() && ledger[1].document.is_none());
    // It may come back.
    world.npm.put(chalk());
    world.later(Days(1.0));
    assert_eq!(world.get("chalk").status, 200);
}
