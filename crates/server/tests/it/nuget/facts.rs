//! Who owned a package at each version: out of the signatures of the feed.

use super::{VERSIONS, eventually, get, held, river, versions, world};
use crate::world::World;
use tenure_domain::{Days, Ecosystem, History, PackageId};
use tenure_testkit::Fault;

const PACKAGE: &str = "/v3/flat/river/2.1.0/river.2.1.0.nupkg";

/// What is kept of people.
fn known(world: &World) -> History {
    let address = format!("{}#owners", world.nuget.url());
    let river = PackageId::new(Ecosystem::Nuget, "river").unwrap();
    world.in_store(async |store| {
        let known = store.recorded(&address, &river).await.unwrap();
        known.history.unwrap()
    })
}

fn owners(history: &History, version: &str) -> Option<Vec<String>> {
    let release = &history.releases()[history.position(version)?];
    let owners = history.owner_set(release.owners?).iter();
    Some(owners.map(|ix| history.party(*ix).to_string()).collect())
}

#[test]
fn until_they_come_nothing_is_held_and_nobody_waits() {
    let world = world("");
    world.nuget.fail("/v3/search", Fault::Silence);
    assert_eq!(versions(&get(&world, VERSIONS)).len(), 5);
    let page = world.get_root("-/package/nuget/river");
    let page = String::from_utf8(page.body).unwrap();
    let why = "the registry does not say who published this release";
    assert!(page.contains(why), "{page}");
}

#[test]
fn they_are_in_the_end_of_each_package() {
    let world = world("");
    held(&world);
    let known = known(&world);
    assert_eq!(owners(&known, "1.0.0").unwrap(), ["nuget:ada"]);
    assert_eq!(owners(&known, "2.1.0").unwrap(), ["nuget:newcomer"]);
    let asked = world.nuget.requests_to(PACKAGE);
    let ranges = asked.iter().filter_map(|request| request.header("range"));
    assert!(ranges.count() >= 1);
    assert!(
        asked
            .iter()
            .all(|request| request.header("range").is_some())
    );
}

#[test]
fn they_are_asked_for_once() {
    let world = world("");
    held(&world);
    let before = world.nuget.count(PACKAGE);
    let next = river().release("2.2.0", "2026-11-22T09:00:00Z", &["newcomer"]);
    world.nuget.put(&next);
    world.later(Days(1.1));
    eventually(&world, VERSIONS, |_| {
        world.nuget.count("/v3/flat/river/2.2.0/river.2.2.0.nupkg") > 0
    });
    held(&world);
    assert_eq!(world.nuget.count(PACKAGE), before);
}

#[test]
fn what_somebody_else_signed_says_nothing() {
    let world = World::new();
    let forged = river()
        .release("2.2.0", "2026-11-21T10:00:00Z", &["ada"])
        .forged();
    world.nuget.put(&forged);
    eventually(&world, VERSIONS, |answer| {
        !versions(answer).contains(&"2.1.0".to_owned())
    });
    let known = known(&world);
    assert!(known.position("2.2.0").is_some());
    assert_eq!(owners(&known, "2.2.0"), None);
}
