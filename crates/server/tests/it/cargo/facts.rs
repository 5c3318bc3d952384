//! Who published: asked of the registry's API, in the background and slowly.

use super::{RIVER, eventually, get, held, river, text, world, yanked};
use crate::world::World;
use tenure_domain::{Days, DocumentKind, Ecosystem, PackageId};
use tenure_testkit::{CrateRelease, Fault};

const ABOUT: &str = "/api/v1/crates/river";
const OWNERS: &str = "/api/v1/crates/river/owners";

fn page(world: &World) -> String {
    text(&world.get_root("-/package/cargo/river"))
}

#[test]
fn until_they_come_nothing_is_known_and_that_is_said() {
    let world = world("");
    world.cargo.fail(ABOUT, Fault::Silence);
    assert_eq!(yanked(&get(&world, RIVER)), ["2.0.1"]);
    let page = page(&world);
    assert!(page.contains("has not answered yet"), "{page}");
    assert!(
        page.contains("the registry does not say who published this release"),
        "{page}"
    );
}

#[test]
fn they_are_observations_of_their_own_in_the_ledger() {
    let world = world("");
    held(&world);
    let address = world.cargo.api().to_owned();
    let river = PackageId::new(Ecosystem::Cargo, "river").unwrap();
    let (known, observations) = world.in_store(async |store| {
        let known = store.recorded(&address, &river).await.unwrap();
        let observations = store.ledger(&river).await.unwrap();
        (known.history.unwrap(), observations)
    });
    let api = world.cargo.api();
    assert_eq!(known.source().kind, DocumentKind::CargoApi);
    assert_eq!(known.source().from, format!("{api}{ABOUT}"));
    let publishers: Vec<String> = known
        .releases()
        .iter()
        .map(|release| known.publisher(release).unwrap().to_string())
        .collect();
    assert_eq!(publishers[3..], ["cargo:ada#1", "cargo:newcomer#2"]);
    let of_api = observations.iter().filter(|one| one.upstream == api);
    assert_eq!(of_api.count(), 1);
}

#[test]
fn they_are_asked_for_once_a_day_and_by_name() {
    let world = world("");
    held(&world);
    for _ in 0..3 {
        get(&world, RIVER);
    }
    assert_eq!(
        (world.cargo.count(ABOUT), world.cargo.count(OWNERS)),
        (1, 1)
    );
    let asked = &world.cargo.requests_to(ABOUT)[0];
    let agent = asked.header("user-agent").unwrap();
    assert!(agent.starts_with("tenure/"), "{agent}");
    world.later(Days(1.1));
    eventually(&world, RIVER, |_| world.cargo.count(OWNERS) == 2);
}

#[test]
fn an_api_that_failed_is_asked_again_soon() {
    let world = world("");
    world.cargo.fail(ABOUT, Fault::Status(500));
    eventually(&world, RIVER, |_| world.cargo.count(ABOUT) == 1);
    world.cargo.heal();
    eventually(&world, RIVER, |answer| {
        world.later(Days(0.5 / (24.0 * 60.0)));
        yanked(answer) == ["2.0.1", "2.1.0"]
    });
}

#[test]
fn an_old_hand_that_the_registry_forgets_still_counts() {
    let world = world("");
    held(&world);
    // Whoever holds a crate may have its past taken out of the registry.
    let new = CrateRelease::new("2.1.0")
        .at("2026-11-20T10:00:00Z")
        .by(2, "newcomer");
    world.cargo.put(
        tenure_testkit::Crate::new("river")
            .release(new)
            .owner(2, "newcomer")
            .recent_downloads(26_000_000),
    );
    world.later(Days(1.1));
    eventually(&world, RIVER, |_| world.cargo.count(OWNERS) == 2);
    let left = eventually(&world, RIVER, |answer| text(answer).lines().count() == 1);
    assert_eq!(yanked(&left), ["2.1.0"]);
}

#[test]
fn a_registry_without_an_api_is_served_as_unknown() {
    let world = World::new();
    world.cargo.put(river());
    world
        .cargo
        .set_config(serde_json::json!({ "dl": format!("{}/files", world.cargo.api()) }));
    assert_eq!(yanked(&get(&world, RIVER)), ["2.0.1"]);
    let unknown = world.metric("tenure_judged_releases_total{verdict=\"unknown\"}");
    assert_eq!(unknown, Some(5.0));
    assert_eq!(world.cargo.count(ABOUT), 0);
}
