//! The protocol of NuGet's feeds, version 3.

mod facts;
mod feed;
mod packages;

use crate::world::{World, shown};
use serde_json::Value;
use std::time::{Duration, Instant};
use tenure_testkit::NugetPackage;
use tenure_testkit::http::{self, Answer};

pub(crate) const VERSIONS: &str = "v3/flat/river/index.json";
pub(crate) const REGISTRATION: &str = "v3/registration/river/index.json";
/// The file of the version that is held.
pub(crate) const HELD: &str = "v3/flat/river/2.1.0/river.2.1.0.nupkg";

/// Ada's for years, and then somebody else's.
pub(crate) fn river() -> NugetPackage {
    NugetPackage::new("River")
        .release("1.0.0", "2022-01-10T10:00:00Z", &["ada"])
        .release("1.1.0", "2022-06-10T10:00:00Z", &["ada"])
        .release("2.0.0", "2023-02-10T10:00:00Z", &["ada"])
        .release("2.0.1-RC.1", "2024-08-10T10:00:00Z", &["ada"])
        .release("2.1.0", "2026-11-20T10:00:00Z", &["newcomer"])
        .owners(&["newcomer"])
}

/// A server before a feed that has `River`.
pub(crate) fn world(policy: &str) -> World {
    let world = World::with_policy(policy);
    world.nuget.put(&river());
    world
}

pub(crate) fn get(world: &World, path: &str) -> Answer {
    ask(world, path, &[])
}

pub(crate) fn ask(world: &World, path: &str, headers: &[(&str, &str)]) -> Answer {
    let url = format!("{}nuget/{path}", world.root());
    http::request("GET", &url, headers, b"").unwrap()
}

pub(crate) fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", shown(answer));
    answer.json()
}

/// The versions in a list.
pub(crate) fn versions(answer: &Answer) -> Vec<String> {
    let list = json(answer);
    let versions = list["versions"].as_array().cloned().unwrap_or_default();
    let texts = versions.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// What a registration says of each version.
pub(crate) fn entries(answer: &Answer) -> Vec<Value> {
    let document = json(answer);
    let pages = document["items"].as_array().cloned().unwrap_or_default();
    let items = pages
        .iter()
        .flat_map(|page| page["items"].as_array().cloned().unwrap_or_default());
    items.map(|item| item["catalogEntry"].clone()).collect()
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

/// The list of versions once 2.1.0 is held.
pub(crate) fn held(world: &World) -> Answer {
    let all = ["1.0.0", "1.1.0", "2.0.0", "2.0.1-rc.1"];
    eventually(world, VERSIONS, |answer| versions(answer) == all)
}
