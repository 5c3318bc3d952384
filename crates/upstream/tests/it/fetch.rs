use crate::world::{World, fetch, left_pad, package};
use std::cell::RefCell;
use tenure_domain::{DocumentKind, PackageId};
use tenure_testkit::{Packument, Release};
use tenure_upstream::{FetchError, Fetcher, FetcherOptions, Via};

#[test]
fn facts_say_where_and_when_they_were_read() {
    let world = World::new();
    let found = world.fetch("left-pad").unwrap();
    assert_eq!(found.via, Via::Network);
    assert_eq!(found.checked, Some(world.now()));
    let source = found.history.source();
    assert_eq!(source.from, format!("{}left-pad", world.npm.url()));
    assert_eq!(source.seen, Some(world.now()));
    assert_eq!(source.sha256.len(), 64);
    assert_eq!(source.kind, DocumentKind::FullPackument);
    let logins: Vec<_> = found.history.parties().iter().map(|p| p.login()).collect();
    assert!(logins.contains(&Some("azer")) && logins.contains(&Some("stevemao")));
}

#[test]
fn asks_for_the_full_document_with_our_name_on_it() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    let request = world.npm.requests().remove(0);
    assert_eq!(request.header("accept"), Some("application/json"));
    let agent = request.header("user-agent").unwrap();
    assert!(agent.starts_with("tenure/"), "{agent}");
    assert!(request.header("accept-encoding").unwrap().contains("gzip"));
}

#[test]
fn asks_again_only_when_the_facts_are_old() {
    let world = World::new();
    assert_eq!(world.via(), Via::Network);
    world.wait_hours(5.0);
    assert_eq!(world.via(), Via::Cache);
    assert_eq!(world.npm.count("/left-pad"), 1);
    world.wait_hours(2.0);
    let found = world.fetch("left-pad").unwrap();
    assert_eq!(found.via, Via::Revalidated);
    assert_eq!(found.checked, Some(world.now()));
    assert_eq!(found.history.releases().len(), 2);
    let requests = world.npm.requests_to("/left-pad");
    assert!(requests[1].header("if-none-match").is_some());
    // The confirmation counts from when it was given.
    world.wait_hours(5.0);
    assert_eq!(world.via(), Via::Cache);
    assert_eq!(world.npm.count("/left-pad"), 2);
}

#[test]
fn sees_a_new_release() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    let release = Release::new("1.2.0")
        .at("2026-11-22T11:00:00.000Z")
        .by("camwest");
    world.npm.put(left_pad().release(release));
    world.wait_hours(7.0);
    let found = world.fetch("left-pad").unwrap();
    assert_eq!(found.via, Via::Network);
    assert_eq!(found.history.releases().len(), 3);
}

#[test]
fn a_date_serves_where_there_is_no_etag() {
    let world = World::new();
    world.npm.set_etags(false);
    world.fetch("left-pad").unwrap();
    world.wait_hours(7.0);
    assert_eq!(world.via(), Via::Revalidated);
    let request = world.npm.requests().remove(1);
    assert!(request.header("if-modified-since").is_some());
}

#[test]
fn a_clock_that_went_back_is_no_reason_to_trust() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    world.wait_hours(-1.0);
    assert_eq!(world.via(), Via::Revalidated);
}

#[test]
fn a_package_that_is_gone_is_gone() {
    let world = World::new();
    let error = world.fetch("no-such-package").unwrap_err();
    assert!(matches!(error, FetchError::NotFound { .. }), "{error}");
    assert_eq!(world.npm.count("/no-such-package"), 1);
    world.fetch("left-pad").unwrap();
    world.npm.remove("left-pad");
    world.wait_hours(7.0);
    assert!(matches!(world.error(), FetchError::NotFound { .. }));
}

#[test]
fn scoped_names_are_escaped_as_npm_does() {
    let world = World::new();
    world
        .npm
        .put(Packument::new("@acme/tool").release(Release::new("1.0.0")));
    world.fetch("@acme/tool").unwrap();
    let request = world.npm.requests().remove(0);
    assert_eq!(request.target, "/@acme%2ftool");
}

#[test]
fn many_come_in_their_order_and_progress_is_told() {
    let world = World::new();
    let names: Vec<String> = (0..40).map(|n| format!("package-{n}")).collect();
    for name in names.iter().filter(|name| !name.ends_with('7')) {
        world
            .npm
            .put(Packument::new(name).release(Release::new("1.0.0")));
    }
    let packages: Vec<PackageId> = names.iter().map(|name| package(name)).collect();
    let told = RefCell::new(Vec::new());
    let all = world.fetcher().histories(&packages, &|progress| {
        assert_eq!(progress.total, 40);
        told.borrow_mut().push(progress.done);
    });
    assert_eq!(told.into_inner(), (1..=40).collect::<Vec<_>>());
    let order: Vec<&PackageId> = all.iter().map(|one| &one.package).collect();
    assert_eq!(order, packages.iter().collect::<Vec<_>>());
    let missing = all.iter().filter(|one| one.found.is_err()).count();
    assert_eq!(missing, 4);
    // What is known is not asked for, and not counted.
    let again = world.fetcher();
    again.histories(&packages, &|progress| assert_eq!(progress.total, 4));
    assert_eq!(world.npm.requests().len(), 44);
}

#[test]
fn offline_uses_the_cache_alone() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    world.wait_hours(24.0 * 400.0);
    let offline = Fetcher::new(FetcherOptions {
        offline: true,
        ..world.options()
    });
    assert_eq!(fetch(&offline, "left-pad").unwrap().via, Via::Cache);
    let error = fetch(&offline, "right-pad").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`pkg:npm/right-pad` is not in the cache; run once without `--offline` to fetch it"
    );
    assert_eq!(world.npm.requests().len(), 1);
}

#[test]
fn earlier_facts_stand_in_when_the_registry_is_down() {
    let mut world = World::new();
    let url = world.npm.url().to_owned();
    world.fetch("left-pad").unwrap();
    let first = world.now();
    world.wait_hours(7.0);
    // Another registry is there now, at another address.
    world.npm = tenure_testkit::FakeNpm::start();
    let fetcher = Fetcher::new(FetcherOptions {
        upstreams: [(tenure_domain::Ecosystem::Npm, url)].into(),
        ..world.options()
    });
    let found = fetch(&fetcher, "left-pad").unwrap();
    assert!(
        matches!(
            found.via,
            Via::Stale {
                why: FetchError::Unreachable { .. }
            }
        ),
        "{:?}",
        found.via
    );
    assert_eq!(found.checked, Some(first));
    let error = fetch(&fetcher, "right-pad").unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

#[test]
fn works_without_a_cache() {
    let world = World::new();
    let fetcher = Fetcher::new(FetcherOptions {
        cache_dir: None,
        ..world.options()
    });
    assert_eq!(fetch(&fetcher, "left-pad").unwrap().via, Via::Network);
    assert_eq!(fetch(&fetcher, "left-pad").unwrap().via, Via::Network);
    assert!(world.cached_files().is_empty());
}
