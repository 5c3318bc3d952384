//! The facts of crates.

use crate::world::World;
use serde_json::json;
use std::time::{Duration, Instant};
use tenure_domain::{DocumentKind, Ecosystem, PackageId};
use tenure_testkit::{Crate, CrateRelease, FakeCargo};
use tenure_upstream::{FetchError, FetchedHistory, Fetcher, FetcherOptions, Found, Via};

fn river() -> Crate {
    Crate::new("river")
        .release(
            CrateRelease::new("1.0.0")
                .at("2016-01-01T00:00:00Z")
                .by(1, "ada"),
        )
        .release(
            CrateRelease::new("1.1.0")
                .at("2017-01-01T00:00:00Z")
                .by(2, "bob"),
        )
        .owner(2, "bob")
}

const API: &str = "/api/v1/crates/river";

fn options(world: &World, cargo: &FakeCargo) -> FetcherOptions {
    FetcherOptions {
        upstreams: [(Ecosystem::Cargo, format!("sparse+{}", cargo.url()))].into(),
        api_pause: Duration::ZERO,
        ..world.options()
    }
}

fn package(name: &str) -> PackageId {
    PackageId::new(Ecosystem::Cargo, name).unwrap()
}

fn fetch(options: FetcherOptions, name: &str) -> Result<Found, FetchError> {
    let mut all = Fetcher::new(options).histories(&[package(name)], &|_| {});
    all.remove(0).found
}

#[test]
fn the_index_and_the_api_are_one_history() {
    let (world, cargo) = (World::new(), FakeCargo::start());
    cargo.put(river());
    let found = fetch(options(&world, &cargo), "river").unwrap();
    let history = &found.history;
    assert_eq!(history.source().kind, DocumentKind::CargoApi);
    assert_eq!(history.source().from, format!("{}{API}", cargo.api()));
    let publishers: Vec<_> = history
        .releases()
        .iter()
        .filter_map(|release| Some(history.publisher(release)?.to_string()))
        .collect();
    assert_eq!(publishers, ["cargo:ada#1", "cargo:bob#2"]);
    let owners = history.owners_now().unwrap();
    assert_eq!(history.party(owners[0]).to_string(), "cargo:bob#2");
}

#[test]
fn while_the_index_has_nothing_new_the_api_is_left_alone_for_a_week() {
    let (world, cargo) = (World::new(), FakeCargo::start());
    cargo.put(river());
    let via = || fetch(options(&world, &cargo), "river").unwrap().via;
    assert_eq!(via(), Via::Network);
    world.wait_hours(7.0);
    assert_eq!(via(), Via::Revalidated);
    assert_eq!(cargo.count(API), 1);
    world.wait_hours(24.0 * 7.0);
    assert_eq!(via(), Via::Network);
    assert_eq!(cargo.count(API), 2);
}

#[test]
fn without_an_api_nobody_is_known() {
    let (world, cargo) = (World::new(), FakeCargo::start());
    cargo.put(river());
    cargo.set_config(json!({"dl": "https://files.example/"}));
    let found = fetch(options(&world, &cargo), "river").unwrap();
    assert_eq!(found.history.source().kind, DocumentKind::CargoIndex);
    assert_eq!(found.history.owners_now(), None);
    assert!(
        found
            .history
            .releases()
            .iter()
            .all(|r| r.publisher.is_none())
    );
    assert_eq!(cargo.count(API), 0);
}

#[test]
fn the_api_is_asked_at_its_own_pace() {
    let (world, cargo) = (World::new(), FakeCargo::start());
    let names = ["aaaa", "bbbb", "cccc"];
    for name in names {
        cargo.put(Crate::new(name).release(CrateRelease::new("1.0.0").by(1, "ada")));
    }
    let pause = Duration::from_millis(100);
    let fetcher = Fetcher::new(FetcherOptions {
        api_pause: pause,
        ..options(&world, &cargo)
    });
    let started = Instant::now();
    let found = fetcher.histories(&names.map(package), &|_| {});
    assert!(
        found
            .iter()
            .all(|FetchedHistory { found, .. }| found.is_ok())
    );
    // Each crate is two questions.
    assert!(started.elapsed() >= pause * 5);
    // The index says only once where the API is.
    assert_eq!(cargo.count("/index/config.json"), 1);
}

#[test]
fn what_is_not_there_is_said() {
    let (world, cargo) = (World::new(), FakeCargo::start());
    let missing = fetch(options(&world, &cargo), "river").unwrap_err();
    assert!(matches!(missing, FetchError::NotFound { .. }), "{missing}");
    let no_name = fetch(options(&world, &cargo), "not.a.crate").unwrap_err();
    assert!(
        no_name.to_string().contains("no crate can be named"),
        "{no_name}"
    );
    let offline = FetcherOptions {
        offline: true,
        ..options(&world, &cargo)
    };
    let offline = fetch(offline, "river").unwrap_err();
    assert!(matches!(offline, FetchError::Offline { .. }), "{offline}");
}

#[test]
fn a_registry_that_only_the_lockfile_names_is_not_asked() {
    let (world, cargo) = (World::new(), FakeCargo::start());
    cargo.put(river());
    std::fs::create_dir_all(world.project().join(".cargo")).unwrap();
    world.write(
        ".cargo/config.toml",
        "[source.crates-io]\nreplace-with = 'near'\n[source.near]\nregistry = 'sparse+https://near.example/'\n",
    );
    let locked = format!("sparse+{}", cargo.url());
    let error = fetch(
        FetcherOptions {
            upstreams: [].into(),
            locked_registries: [(package("river"), locked.clone())].into(),
            ..options(&world, &cargo)
        },
        "river",
    );
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("the lockfile takes it from"), "{error}");
    assert_eq!(cargo.count("/index/ri/ve/river"), 0);
    // Named by the configuration, it is.
    world.write(
        ".cargo/config.toml",
        &format!("[registries.mine]\nindex = '{locked}'\n"),
    );
    let found = fetch(
        FetcherOptions {
            upstreams: [].into(),
            locked_registries: [(package("river"), locked)].into(),
            ..options(&world, &cargo)
        },
        "river",
    );
    assert_eq!(found.unwrap().via, Via::Network);
}
