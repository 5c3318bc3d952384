//! Who published and who owns: asked of the index in the background.

use super::{RIVER, eventually, get, held, river, text, world, yanked_versions};
use crate::world::World;
use tenure_domain::{Days, DocumentKind, Ecosystem, History, PackageId};
use tenure_testkit::{Fault, PypiProject, http};

const ABOUT: &str = "/pypi/river/json";

fn attestation(version: &str) -> String {
    format!("/integrity/river/{version}/river-{version}-py3-none-any.whl/provenance")
}

fn page(world: &World) -> String {
    text(&world.get_root("-/package/pypi/river"))
}

/// What is kept of people.
fn known(world: &World) -> History {
    let address = format!("{}/pypi/", world.pypi.root());
    let river = PackageId::new(Ecosystem::Pypi, "river").unwrap();
    world.in_store(async |store| {
        let known = store.recorded(&address, &river).await.unwrap();
        known.history.unwrap()
    })
}

#[test]
fn until_they_come_nothing_is_known_and_that_is_said() {
    let world = world("");
    world.pypi.fail(ABOUT, Fault::Silence);
    assert_eq!(yanked_versions(&get(&world, RIVER)), ["2.0.1"]);
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
    let known = known(&world);
    assert_eq!(known.source().kind, DocumentKind::PypiApi);
    assert_eq!(known.source().from, format!("{}{ABOUT}", world.pypi.root()));
    let last = known.releases().last().unwrap();
    let publisher = known.publisher(last).unwrap().to_string();
    assert!(
        publisher.contains("newcomer/river/release.yml"),
        "{publisher}"
    );
    let owners = known.owners_now().unwrap();
    assert_eq!(known.party(owners[0]).to_string(), "pypi:newcomer");
}

#[test]
fn owners_are_observed_over_time() {
    let world = world("");
    world.pypi.put(&river().owners(&["ada"]));
    held(&world);
    let next = river().attested("2.1.1", "2026-11-23T10:00:00Z", "newcomer/river");
    world.pypi.put(&next.owners(&["eve"]));
    world.later(Days(1.1));
    let all = ["2.0.1", "2.1.0", "2.1.1"];
    eventually(&world, RIVER, |answer| yanked_versions(answer) == all);
    let address = format!("{}/pypi/", world.pypi.root());
    let river = PackageId::new(Ecosystem::Pypi, "river").unwrap();
    let known = world.in_store(async |store| {
        let known = store.recorded(&address, &river).await.unwrap();
        known.memory.with(&known.history.unwrap())
    });
    let lists = known.owner_lists().into_iter();
    let lists: Vec<String> = lists.map(|list| list.owners[0].to_string()).collect();
    assert_eq!(lists, ["pypi:ada", "pypi:eve"]);
    // Who owned it when the earlier releases were made, nobody can tell.
    let of_releases = known.releases().iter().map(|release| release.owners);
    let of_releases: Vec<bool> = of_releases.map(|owners| owners.is_some()).collect();
    assert_eq!(of_releases, [false, false, false, false, false, true]);
}

#[test]
fn attestations_are_asked_for_once_and_owners_once_a_day() {
    let world = world("");
    held(&world);
    for _ in 0..3 {
        get(&world, RIVER);
    }
    assert_eq!(world.pypi.count(ABOUT), 1);
    assert_eq!(world.pypi.count(&attestation("2.1.0")), 1);
    let asked = &world.pypi.requests_to(ABOUT)[0];
    let agent = asked.header("user-agent").unwrap();
    assert!(agent.starts_with("tenure/"), "{agent}");
    world.later(Days(1.1));
    eventually(&world, RIVER, |_| world.pypi.count(ABOUT) == 2);
    assert_eq!(world.pypi.count(&attestation("2.1.0")), 1);
}

#[test]
fn a_file_that_was_added_to_a_release_is_asked_about() {
    let world = world("");
    held(&world);
    // The same release with another file, of which nobody says who made it.
    let page = http::get(&format!("{}river/", world.pypi.url())).unwrap();
    let mut page = page.json();
    let files = page["files"].as_array_mut().unwrap();
    let mut added = files[2].clone();
    added["filename"] = "river-2.0.0.tar.gz".into();
    added["provenance"] = serde_json::Value::Null;
    added["upload-time"] = "2026-11-22T10:05:00Z".into();
    files.push(added);
    world.pypi.put_page("river", &page.to_string());
    world.later(Days(0.5));
    eventually(&world, RIVER, |answer| {
        answer.json()["files"].as_array().unwrap().len() == 6
    });
    eventually(&world, RIVER, |_| world.pypi.count(ABOUT) == 2);
    let page = self::page(&world);
    assert!(
        page.contains("2.0.0: the registry does not say who published"),
        "{page}"
    );
}

#[test]
fn an_index_that_failed_is_asked_again_soon() {
    let world = world("");
    world.pypi.fail(&attestation("2.1.0"), Fault::Status(500));
    eventually(&world, RIVER, |_| {
        world.pypi.count(&attestation("2.1.0")) == 1
    });
    world.pypi.heal();
    eventually(&world, RIVER, |answer| {
        world.later(Days(0.5 / (24.0 * 60.0)));
        yanked_versions(answer) == ["2.0.1", "2.1.0"]
    });
}

#[test]
fn an_old_hand_that_the_index_forgets_still_counts() {
    let world = world("");
    held(&world);
    // Whoever owns a project may take its past out of the index.
    let new = PypiProject::new("river").attested("2.1.0", "2026-11-20T10:00:00Z", "newcomer/river");
    world.pypi.put(&new.owners(&["newcomer"]));
    world.later(Days(1.1));
    eventually(&world, RIVER, |_| world.pypi.count(ABOUT) == 2);
    let left = eventually(&world, RIVER, |answer| {
        answer.json()["files"].as_array().unwrap().len() == 1
    });
    assert_eq!(yanked_versions(&left), ["2.1.0"]);
}

#[test]
fn an_index_with_pages_alone_is_served_as_unknown() {
    let world = world("");
    world.pypi.remove(ABOUT);
    for version in ["1.0.0", "1.1.0", "2.0.0", "2.0.1", "2.1.0"] {
        world.pypi.remove(&attestation(version));
    }
    eventually(&world, RIVER, |_| {
        world.pypi.count(&attestation("1.0.0")) == 1
    });
    assert_eq!(yanked_versions(&get(&world, RIVER)), ["2.0.1"]);
    assert!(page(&world).contains("the registry does not say who published this release"));
}

#[test]
fn no_other_host_is_asked_who_attested() {
    let (world, other) = (world(""), tenure_testkit::FakePypi::start());
    other.put(&river());
    let page = text(&http::get(&format!("{}river/", world.pypi.url())).unwrap());
    let [here, there] = [world.pypi.root(), other.root()].map(|root| format!("{root}/integrity"));
    world.pypi.put_page("river", &page.replace(&here, &there));
    eventually(&world, RIVER, |_| world.pypi.count(ABOUT) == 1);
    assert_eq!(other.asked(), Vec::<String>::new());
}
