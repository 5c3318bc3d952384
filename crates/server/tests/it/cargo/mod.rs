//! cargo's protocol: the index, the files, and who published them.

mod facts;
mod files;
mod index;

use crate::world::{World, shown};
use std::time::{Duration, Instant};
use tenure_testkit::http::{self, Answer};
use tenure_testkit::{Crate, CrateRelease};

/// Where `river` is in an index.
pub(crate) const RIVER: &str = "ri/ve/river";

/// Two million downloads a week; ada's for years, and then a stranger's.
pub(crate) fn river() -> Crate {
    let ours = |version: &str, day: &str| {
        let moment = format!("{day}T10:00:00Z");
        CrateRelease::new(version).at(&moment)
    };
    Crate::new("river")
        .release(ours("1.0.0", "2022-01-10").by(1, "ada"))
        .release(ours("1.1.0", "2022-06-10").by(1, "ada"))
        .release(ours("2.0.0", "2023-02-10").by(1, "ada"))
        .release(ours("2.0.1", "2024-08-10").by(1, "ada").yanked())
        .release(ours("2.1.0", "2026-11-20").by(2, "newcomer"))
        .owner(2, "newcomer")
        .recent_downloads(26_000_000)
}

/// A server before a registry that has `river`.
pub(crate) fn world(policy: &str) -> World {
    let world = World::with_policy(policy);
    world.cargo.put(river());
    world
}

/// Asks the cargo registry.
pub(crate) fn get(world: &World, path: &str) -> Answer {
    ask(world, path, &[])
}

/// Asks the cargo registry with headers.
pub(crate) fn ask(world: &World, path: &str, headers: &[(&str, &str)]) -> Answer {
    let url = format!("{}cargo/{path}", world.root());
    http::request("GET", &url, headers, b"").unwrap()
}

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// What cargo prints of a refusal.
pub(crate) fn detail(answer: &Answer) -> String {
    let detail = &answer.json()["errors"][0]["detail"];
    detail.as_str().unwrap_or_default().to_owned()
}

/// The versions that a file of the index says are yanked.
pub(crate) fn yanked(answer: &Answer) -> Vec<String> {
    let text = text(answer);
    let lines = text.lines();
    let lines = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines
        .filter(|line| line["yanked"] == true)
        .map(|line| line["vers"].as_str().unwrap().to_owned())
        .collect()
}

/// Asks until the answer is as wanted: facts come by themselves, after a while.
pub(crate) fn eventually(world: &World, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    let began = Instant::now();
    loop {
        let answer = get(world, path);
        if wanted(&answer) {
            return answer;
        }
        let waited = began.elapsed();
        assert!(waited < Duration::from_secs(20), "{}", shown(&answer));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The index file of `river` once 2.1.0 is held.
pub(crate) fn held(world: &World) -> Answer {
    eventually(world, RIVER, |answer| yanked(answer) == ["2.0.1", "2.1.0"])
}
