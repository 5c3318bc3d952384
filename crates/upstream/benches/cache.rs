//! How long a warm run waits for its facts: 1,500 packages of 100 releases.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tenure_domain::{
    Contact, Days, DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party,
    Source, Time,
};
use tenure_upstream::cache::{Cache, Entry, Validators};
use tenure_upstream::{Environment, Fetcher, FetcherOptions, Place, Upstream};

const PACKAGES: usize = 1500;
const RELEASES: usize = 100;
const REGISTRY: &str = "https://registry.example/";

fn now() -> Time {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn package(number: usize) -> PackageId {
    PackageId::new(
        Ecosystem::Npm,
        &format!("@scope-{}/package-{number}", number % 50),
    )
    .unwrap()
}

/// As varied as real ones: publishers, owners and dependencies change now and
/// then.
fn history(package: PackageId) -> History {
    let mut builder = HistoryBuilder::default();
    let started: Time = "2016-01-01T00:00:00Z".parse().unwrap();
    for number in 0..RELEASES {
        let era = number / 12;
        let login = |n: usize| Party::account(Ecosystem::Npm, &format!("maintainer-{n}"));
        builder.push(NewRelease {
            published: Some(started + Days(number as f64 * 30.0)),
            publisher: Some(login(era)),
            contact: Some(Contact {
                digest: era as u64 * 0x9e37_79b9_7f4a_7c15,
                domain: "mail.example".into(),
            }),
            owners: Some((0..=era).map(login).collect()),
            dependencies: (0..era).map(|n| format!("dependency-{n}").into()).collect(),
            repository: Some("git+https://code.example/team/project.git".into()),
            ..NewRelease::new(&format!("{era}.{}.{}", number % 12, number % 3))
        });
    }
    let source = Source {
        from: format!("{REGISTRY}{}", package.name()),
        seen: Some(now()),
        sha256: "0123456789abcdef".repeat(4),
        kind: DocumentKind::FullPackument,
    };
    builder.build(package, source)
}

fn fill(cache: &Cache, upstream: &Upstream, packages: &[PackageId]) {
    for package in packages {
        let entry = Entry {
            validators: Validators {
                etag: Some("\"d41d8cd98f00b204e9800998ecf8427e\"".to_owned()),
                last_modified: None,
            },
            checked: now(),
            history: history(package.clone()),
        };
        cache.store(upstream, &entry).unwrap();
    }
}

fn warm(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path());
    let (upstream, _) = Upstream::parse(REGISTRY, Place::Flag).unwrap();
    let packages: Vec<PackageId> = (0..PACKAGES).map(package).collect();
    fill(&cache, &upstream, &packages);
    let wanted: Vec<_> = packages
        .iter()
        .map(|package| (&upstream, package))
        .collect();

    let mut group = criterion.benchmark_group("cache");
    group.bench_function("one of 1,500", |b| {
        b.iter(|| black_box(cache.load(&upstream, &packages[7])));
    });
    for threads in [1, 2] {
        group.bench_function(format!("all 1,500, threads: {threads}"), |b| {
            // Dropping them is not part of the wait.
            b.iter_with_large_drop(|| {
                let all = cache.load_all_on(black_box(&wanted), threads);
                assert!(all.iter().all(Option::is_some));
                all
            });
        });
    }
    group.bench_function("a whole warm call", |b| {
        let options = FetcherOptions {
            upstreams: [(tenure_domain::Ecosystem::Npm, REGISTRY.to_owned())].into(),
            cache_dir: Some(folder.path().to_owned()),
            ..FetcherOptions::new(Environment::empty(folder.path()), folder.path(), now())
        };
        b.iter_with_large_drop(|| {
            let all = Fetcher::new(options.clone()).histories(&packages, &|_| {});
            assert!(all.iter().all(|one| one.found.is_ok()));
            all
        });
    });
    group.finish();
}

criterion_group!(benches, warm);
criterion_main!(benches);
