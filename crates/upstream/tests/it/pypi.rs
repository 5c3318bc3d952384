//! The facts of Python projects.

use crate::world::World;
use tenure_domain::{DocumentKind, Ecosystem, PackageId};
use tenure_testkit::{FakePypi, PypiProject};
use tenure_upstream::{FetchError, Fetcher, FetcherOptions, Found, Via};

fn demo() -> PypiProject {
    PypiProject::new("demo")
        .release("1.0", "2020-01-01T00:00:00Z")
        .attested("2.0", "2021-01-01T00:00:00Z", "Ada/demo")
        .owners(&["ada", "bob"])
}

fn options(world: &World, pypi: &FakePypi) -> FetcherOptions {
    FetcherOptions {
        upstreams: [(Ecosystem::Pypi, pypi.url())].into(),
        ..world.options()
    }
}

fn fetch(options: FetcherOptions, name: &str) -> Result<Found, FetchError> {
    let package = PackageId::new(Ecosystem::Pypi, name).unwrap();
    let mut all = Fetcher::new(options).histories(&[package], &|_| {});
    all.remove(0).found
}

#[test]
fn owners_and_attested_publishers_are_read() {
    let (world, pypi) = (World::new(), FakePypi::start());
    pypi.put(&demo());
    let found = fetch(options(&world, &pypi), "demo").unwrap();
    let history = &found.history;
    assert_eq!(history.source().kind, DocumentKind::PypiApi);
    assert_eq!(history.source().from, format!("{}demo/", pypi.url()));
    let said: Vec<String> = history
        .releases()
        .iter()
        .map(|release| {
            let publisher = history.publisher(release).map(ToString::to_string);
            format!("{} {}", release.version, publisher.unwrap_or_default())
        })
        .collect();
    assert_eq!(said[0], "1.0 ");
    assert!(said[1].contains("ada/demo/release.yml"), "{said:?}");
    let owners = history.owners_now().unwrap().iter();
    let owners: Vec<String> = owners.map(|ix| history.party(*ix).to_string()).collect();
    assert_eq!(owners, ["pypi:ada", "pypi:bob"]);
}

#[test]
fn a_page_that_is_the_same_is_confirmed_and_owners_are_asked_again_after_a_day() {
    let (world, pypi) = (World::new(), FakePypi::start());
    pypi.put(&demo());
    let via = || fetch(options(&world, &pypi), "demo").unwrap().via;
    assert_eq!(via(), Via::Network);
    assert_eq!(via(), Via::Cache);
    world.wait_hours(7.0);
    assert_eq!(via(), Via::Revalidated);
    pypi.put(&demo().owners(&["eve"]));
    world.wait_hours(18.0);
    let found = fetch(options(&world, &pypi), "demo").unwrap();
    assert_eq!(found.via, Via::Network);
    let owners = found.history.owners_now().unwrap();
    assert_eq!(found.history.party(owners[0]).to_string(), "pypi:eve");
}

#[test]
fn an_index_with_pages_alone_says_nothing_of_people() {
    let (world, pypi) = (World::new(), FakePypi::start());
    pypi.put(&demo());
    pypi.remove("/pypi/demo/json");
    pypi.remove("/integrity/demo/2.0/demo-2.0-py3-none-any.whl/provenance");
    let found = fetch(options(&world, &pypi), "demo").unwrap();
    assert_eq!(found.history.source().kind, DocumentKind::SimplePage);
    assert_eq!(found.history.owners_now(), None);
    assert!(
        found
            .history
            .releases()
            .iter()
            .all(|r| r.publisher.is_none())
    );
    let missing = fetch(options(&world, &pypi), "other").unwrap_err();
    assert!(matches!(missing, FetchError::NotFound { .. }), "{missing}");
}

#[test]
fn no_other_host_is_asked_for_attestations() {
    let (world, pypi, other) = (World::new(), FakePypi::start(), FakePypi::start());
    pypi.put(&demo());
    other.put(&demo());
    // The page of one index, whose provenance is on the other.
    let page = tenure_testkit::http::get(&format!("{}demo/", pypi.url())).unwrap();
    let text = String::from_utf8(page.body).unwrap();
    let here = pypi.url().replace("/simple/", "/integrity");
    let there = other.url().replace("/simple/", "/integrity");
    pypi.put_page("demo", &text.replace(&here, &there));
    let found = fetch(options(&world, &pypi), "demo").unwrap();
    assert!(
        found
            .history
            .releases()
            .iter()
            .all(|r| r.publisher.is_none())
    );
    assert_eq!(other.asked(), Vec::<String>::new());
}
