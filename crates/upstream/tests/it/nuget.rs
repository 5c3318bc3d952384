//! The facts of NuGet packages.

use crate::world::World;
use std::time::Duration;
use tenure_domain::{DocumentKind, Ecosystem, History, PackageId, Party};
use tenure_testkit::{FakeNuget, Fault, NugetPackage};
use tenure_upstream::{FetchError, Fetcher, FetcherOptions, Found, Via};

fn river() -> NugetPackage {
    NugetPackage::new("River")
        .release("1.0.0", "2012-03-01T10:00:00Z", &["ada"])
        .release("1.1.0", "2013-06-14T10:00:00Z", &["ada"])
        .release("2.0.0", "2016-07-17T10:00:00Z", &["ada", "bob"])
        .release("2.1.0", "2020-05-20T10:00:00Z", &["newcomer"])
        .owners(&["newcomer"])
}

/// Many versions, the last thirty by another owner.
fn long() -> NugetPackage {
    let versions = (0..100).map(|number| {
        let (year, month) = (2010 + number / 12, 1 + number % 12);
        let owner = if number < 70 { "ada" } else { "bob" };
        (
            format!("1.{number}.0"),
            format!("{year}-{month:02}-01T00:00:00Z"),
            owner,
        )
    });
    let start = NugetPackage::new("Long").owners(&["bob"]).in_pages_of(40);
    versions.fold(start, |package, (version, at, owner)| {
        package.release(&version, &at, &[owner])
    })
}

fn options(world: &World, feed: &FakeNuget) -> FetcherOptions {
    FetcherOptions {
        upstreams: [(Ecosystem::Nuget, feed.url())].into(),
        feed_pause: Duration::ZERO,
        ..world.options()
    }
}

fn locking(mut options: FetcherOptions, id: &str, version: &str) -> FetcherOptions {
    options.locked_versions = [(package(id), vec![version.to_owned()])].into();
    options
}

fn package(id: &str) -> PackageId {
    PackageId::new(Ecosystem::Nuget, id).unwrap()
}

fn fetch(options: FetcherOptions, id: &str) -> Result<Found, FetchError> {
    let mut all = Fetcher::new(options).histories(&[package(id)], &|_| {});
    all.remove(0).found
}

fn name(party: &Party) -> &str {
    party.login().unwrap()
}

/// Each version with who published it and who owned it then.
fn told(history: &History) -> Vec<String> {
    let releases = history.releases().iter().map(|release| {
        let publisher = history.publisher(release).map_or("?", |party| name(party));
        let owners = release.owners.map(|set| history.owner_set(set));
        let owners = owners.map(|set| set.iter().map(|ix| name(history.party(*ix))));
        let owners = owners.map_or("?".to_owned(), |names| names.collect::<Vec<_>>().join("+"));
        format!("{} {publisher} {owners}", release.version)
    });
    releases.collect()
}

fn nupkg(id: &str, version: &str) -> String {
    format!("/v3/flat/{id}/{version}/{id}.{version}.nupkg")
}

#[test]
fn owners_of_versions_are_read_out_of_signatures_by_their_ends() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(&river());
    let found = fetch(options(&world, &feed), "river").unwrap();
    let history = &found.history;
    assert_eq!(history.source().kind, DocumentKind::NugetOwners);
    assert!(
        history
            .source()
            .from
            .ends_with("/v3/registration/river/index.json")
    );
    assert_eq!(
        told(history),
        [
            "1.0.0 ada ada",
            "1.1.0 ada ada",
            "2.0.0 ? ada+bob",
            "2.1.0 newcomer newcomer"
        ]
    );
    let owners = history.owners_now().unwrap();
    assert_eq!(history.party(owners[0]).to_string(), "nuget:newcomer");
    let asked = feed.requests_to(&nupkg("river", "2.1.0"));
    assert_eq!(asked.len(), 1);
    let mut headers = asked[0].headers.iter();
    let range = headers.find(|(name, _)| name == "range");
    let range = range.map(|(_, value)| &**value);
    assert_eq!(range, Some("bytes=-49152"));
}

#[test]
fn signatures_are_asked_for_once() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(&river());
    let via = || fetch(options(&world, &feed), "river").unwrap().via;
    assert_eq!(via(), Via::Network);
    assert_eq!(via(), Via::Cache);
    world.wait_hours(7.0);
    assert_eq!(via(), Via::Revalidated);
    feed.put(&river().release("2.2.0", "2020-06-01T10:00:00Z", &["newcomer"]));
    world.wait_hours(7.0);
    assert_eq!(via(), Via::Network);
    assert_eq!(feed.count(&nupkg("river", "2.1.0")), 1);
    assert_eq!(feed.count(&nupkg("river", "2.2.0")), 1);
    // Owners may be others without a new version.
    world.wait_hours(25.0);
    let searches = feed.count("/v3/search");
    assert_eq!(via(), Via::Network);
    assert_eq!(feed.count("/v3/search"), searches + 1);
}

#[test]
fn of_many_versions_those_are_asked_for_that_tell_of_changes() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(&long());
    let found = fetch(locking(options(&world, &feed), "long", "1.90"), "long").unwrap();
    let first = told(&found.history);
    assert_eq!(first.len(), 100);
    assert_eq!(first[90], "1.90.0 bob bob");
    assert_eq!(
        (&*first[69], &*first[70]),
        ("1.69.0 ada ada", "1.70.0 bob bob")
    );
    assert_eq!(first[30], "1.30.0 ? ?");
    let asked = |number: &usize| feed.count(&nupkg("long", &format!("1.{number}.0"))) > 0;
    let count = (0..100).filter(asked).count();
    assert!((20..32).contains(&count), "{count}");
    // Another locked version is asked about, though the facts are fresh.
    let found = fetch(locking(options(&world, &feed), "long", "1.30"), "long").unwrap();
    assert_eq!(told(&found.history)[30], "1.30.0 ada ada");
    let again = fetch(locking(options(&world, &feed), "long", "1.30"), "long").unwrap();
    assert_eq!(again.via, Via::Cache);
}

#[test]
fn what_somebody_else_signed_is_not_the_feeds_word() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(
        &river()
            .release("3.0.0", "2021-01-01T00:00:00Z", &["ada"])
            .forged(),
    );
    let found = fetch(options(&world, &feed), "river").unwrap();
    assert_eq!(told(&found.history)[4], "3.0.0 ? ?");
}

#[test]
fn a_feed_without_signatures_or_search_says_nothing_of_people() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(&river());
    feed.remove("/v3/signatures/index.json");
    feed.remove("/v3/search");
    let found = fetch(options(&world, &feed), "river").unwrap();
    assert_eq!(found.history.source().kind, DocumentKind::NugetRegistration);
    assert_eq!(feed.count(&nupkg("river", "2.1.0")), 0);
    let missing = fetch(options(&world, &feed), "pond").unwrap_err();
    assert!(matches!(missing, FetchError::NotFound { .. }), "{missing}");
    feed.fail("/v3/index.json", Fault::Status(404));
    let error = fetch(options(&world, &feed), "pond").unwrap_err();
    assert!(error.to_string().contains("no service index"), "{error}");
}

#[test]
fn a_ledger_is_told_of_people_under_an_address_of_their_own() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(&river());
    let fetcher = Fetcher::new(options(&world, &feed));
    let wanted = tenure_upstream::Anew {
        package: package("river"),
        known: tenure_upstream::cache::Validators::default(),
    };
    let said = fetcher.ask_anew(vec![wanted], &|_| {}).remove(0);
    let said = said.unwrap().unwrap();
    assert_eq!(said.address, format!("{}#owners", feed.url()));
    assert_eq!(told(&said.history).len(), 4);
    let address = fetcher.ledger_address(&said.history);
    assert_eq!(address, Some(said.address));
}

#[test]
fn downloads_since_ever_stand_for_those_of_a_week() {
    let (world, feed) = (World::new(), FakeNuget::start());
    feed.put(&river().downloads(7_000_000));
    let fetcher = Fetcher::new(options(&world, &feed));
    let asked = |id: &str| fetcher.popularity(&[package(id)]).remove(0).answer;
    let why = asked("river").unwrap_err().to_string();
    assert!(why.contains("not asked for it"), "{why}");
    fetcher.histories(&[package("river")], &|_| {});
    let said = asked("river").unwrap();
    // In the 768 weeks since March 2012.
    assert_eq!(said.downloads_per_week, Some(9_109));
    assert!(said.source.ends_with("/v3/search#totalDownloads"));
}

#[test]
fn the_certificate_of_an_author_is_a_fact() {
    let (world, feed) = (World::new(), FakeNuget::start());
    let signed = river().release("3.0.0", "2021-01-01T00:00:00Z", &[]);
    feed.put(&signed.by_author());
    let found = fetch(options(&world, &feed), "river").unwrap();
    let history = &found.history;
    let certificates: Vec<_> = history.releases().iter().map(|r| r.signed_with).collect();
    assert_eq!(certificates[..4], [None; 4]);
    let certificate = history.certificate(certificates[4].unwrap());
    assert_eq!(certificate.sha256.len(), 64);
    assert!(certificate.subject.starts_with("CN="), "{certificate:?}");
    assert_eq!(told(history)[4], "3.0.0 ? ?");
}

#[test]
fn the_mapped_feed_is_asked_with_its_own_password() {
    let (world, feed, other) = (World::new(), FakeNuget::start(), FakeNuget::start());
    feed.put(&river());
    let config = format!(
        "<configuration><packageSources><clear /><add key='other' value='{}' /><add key='mine' value='{}' /></packageSources>\
         <packageSourceCredentials><mine><add key='Username' value='ada' /><add key='ClearTextPassword' value='s3cret' /></mine></packageSourceCredentials>\
         <packageSourceMapping><packageSource key='other'><package pattern='*' /></packageSource><packageSource key='mine'><package pattern='Riv*' /></packageSource></packageSourceMapping></configuration>",
        other.url(),
        feed.url()
    );
    world.write("NuGet.Config", &config);
    let options = || FetcherOptions {
        feed_pause: Duration::ZERO,
        ..world.options()
    };
    let found = fetch(options(), "river").unwrap();
    assert_eq!(told(&found.history).len(), 4);
    let asked = feed.requests_to("/v3/index.json");
    let shown = |name: &str| asked[0].headers.iter().any(|(known, _)| known == name);
    assert!(shown("authorization"), "{:?}", asked[0].headers);
    assert_eq!(other.count("/v3/index.json"), 0);
    let missing = fetch(options(), "pond").unwrap_err();
    assert!(matches!(missing, FetchError::NotFound { .. }), "{missing}");
    let asked = other.requests_to("/v3/index.json");
    let shown = |name: &str| asked[0].headers.iter().any(|(known, _)| known == name);
    assert!(!shown("authorization"), "{:?}", asked[0].headers);
}
