//! The protocol of Python's indexes: pages, files, and who published them.

mod facts;
mod files;
mod pages;

use crate::world::{World, shown};
use serde_json::Value;
use std::time::{Duration, Instant};
use tenure_testkit::PypiProject;
use tenure_testkit::http::{self, Answer};

/// Where the page of `river` is.
pub(crate) const RIVER: &str = "simple/river/";
pub(crate) const JSON: &str = "application/vnd.pypi.simple.v1+json";
/// The file of the release that is held.
pub(crate) const HELD: &str = "river-2.1.0-py3-none-any.whl";

/// Ada's workflow for years, and then a stranger's.
pub(crate) fn river() -> PypiProject {
    PypiProject::new("river")
        .attested("1.0.0", "2022-01-10T10:00:00Z", "ada/river")
        .attested("1.1.0", "2022-06-10T10:00:00Z", "ada/river")
        .attested("2.0.0", "2023-02-10T10:00:00Z", "ada/river")
        .attested("2.0.1", "2024-08-10T10:00:00Z", "ada/river")
        .yanked("breaks on Mondays")
        .attested("2.1.0", "2026-11-20T10:00:00Z", "newcomer/river")
        .owners(&["newcomer"])
}

/// A server before an index that has `river`.
pub(crate) fn world(policy: &str) -> World {
    let world = World::with_policy(policy);
    world.pypi.put(&river());
    world
}

/// Asks the index, for JSON.
pub(crate) fn get(world: &World, path: &str) -> Answer {
    ask(world, path, &[("accept", JSON)])
}

/// Asks the index with headers.
pub(crate) fn ask(world: &World, path: &str, headers: &[(&str, &str)]) -> Answer {
    let url = format!("{}pypi/{path}", world.root());
    http::request("GET", &url, headers, b"").unwrap()
}

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// The files that a page says are yanked, by version, and why.
pub(crate) fn yanked(answer: &Answer) -> Vec<(String, String)> {
    let page = answer.json();
    let files = page["files"].as_array().cloned().unwrap_or_default();
    let version = |file: &Value| {
        let name = file["filename"].as_str().unwrap();
        name.split('-').nth(1).unwrap().to_owned()
    };
    let yanked = files.iter().filter_map(|file| {
        let why = match &file["yanked"] {
            Value::Bool(false) => None,
            Value::String(why) => Some(why.clone()),
            _ => Some(String::new()),
        };
        Some((version(file), why?))
    });
    yanked.collect()
}

pub(crate) fn yanked_versions(answer: &Answer) -> Vec<String> {
    let all = yanked(answer).into_iter();
    all.map(|(version, _)| version).collect()
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

/// The page of `river` once 2.1.0 is held.
pub(crate) fn held(world: &World) -> Answer {
    eventually(world, RIVER, |answer| {
        yanked_versions(answer) == ["2.0.1", "2.1.0"]
    })
}
