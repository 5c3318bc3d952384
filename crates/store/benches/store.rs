//! What an observation and a look-up take, on SQLite and a folder, for a package
//! as large as npm's largest: 3,700 releases.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tenure_domain::{
    Contact, Days, DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party,
    Source, Time, fact,
};
use tenure_store::{BlobsAt, DatabaseAt, Digest, Observed, Seen, Store, StoreOptions, Validators};
use tokio::runtime::Runtime;

const UPSTREAM: &str = "https://registry.example/";
const RELEASES: usize = 3700;

fn package(number: usize) -> PackageId {
    PackageId::new(Ecosystem::Npm, &format!("package-{number}")).unwrap()
}

fn account(number: usize) -> Party {
    Party::account(Ecosystem::Npm, &format!("maintainer-{number}"))
}

/// Twelve eras of a team: publishers, owners and dependencies change now and
/// then.
fn history(package: PackageId, releases: usize) -> History {
    let mut builder = HistoryBuilder::default();
    let started: Time = "2012-10-01T00:00:00Z".parse().unwrap();
    for number in 0..releases {
        let era = number / (RELEASES / 12);
        builder.push(NewRelease {
            published: Some(started + Days(number as f64 * 1.37)),
            publisher: Some(account(era)),
            contact: Some(Contact {
                digest: era as u64 * 0x9e37_79b9_7f4a_7c15,
                domain: "mail.example".into(),
            }),
            owners: Some((era..era + 12).map(account).collect()),
            dependencies: (0..era).map(|n| format!("dependency-{n}").into()).collect(),
            repository: Some("git+https://code.example/team/project.git".into()),
            ..NewRelease::new(&format!("{era}.{number}.0-dev.20261122"))
        });
    }
    builder.set_owners_now((12..24).map(account).collect());
    let source = Source {
        from: format!("{UPSTREAM}{}", package.name()),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::FullPackument,
    };
    builder.build(package, source)
}

/// Sees histories at later and later moments.
struct Watch {
    store: Store,
    runtime: Runtime,
    count: i64,
}

impl Watch {
    fn see(&mut self, history: &History) -> Observed {
        self.count += 1;
        let seen = Seen {
            upstream: UPSTREAM,
            package: history.package(),
            at: Time::from_millis(1_795_000_000_000 + self.count),
            document: Digest::of(&history.releases().len().to_le_bytes()),
            validators: Validators::default(),
            history,
        };
        self.runtime.block_on(self.store.observe(&seen)).unwrap()
    }
}

fn observe(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        database: DatabaseAt::Sqlite(folder.path().join("tenure.db")),
        blobs: BlobsAt::Folder(folder.path().join("blobs")),
    };
    let runtime = Runtime::new().unwrap();
    let store = runtime.block_on(Store::open(&options)).unwrap();
    let mut watch = Watch {
        store,
        runtime,
        count: 0,
    };
    let mut group = criterion.benchmark_group("store");
    group.sample_size(30);

    let mut next = 0;
    group.bench_function("first observation, 3,700 releases", |b| {
        b.iter_batched(
            || {
                next += 1;
                history(package(next), RELEASES)
            },
            |history| watch.see(&history),
            criterion::BatchSize::PerIteration,
        );
    });
    let whole = history(package(0), RELEASES);
    group.bench_function("facts, 3,700 releases", |b| {
        b.iter(|| fact::first(black_box(&whole)));
    });
    let (shorter, longer) = (
        history(package(0), RELEASES),
        history(package(0), RELEASES + 1),
    );
    watch.see(&shorter);
    group.bench_function("one release more", |b| {
        b.iter(|| (watch.see(&longer), watch.see(&shorter)));
    });
    group.bench_function("nothing new", |b| b.iter(|| watch.see(&shorter)));
    let Watch { store, runtime, .. } = &watch;
    let package = package(0);
    group.bench_function("history, 3,700 releases", |b| {
        b.iter(|| black_box(runtime.block_on(store.history(UPSTREAM, &package)).unwrap()));
    });
    group.bench_function("document", |b| {
        b.iter(|| {
            black_box(
                runtime
                    .block_on(store.document(UPSTREAM, &package))
                    .unwrap(),
            )
        });
    });
    group.finish();
}

criterion_group!(benches, observe);
criterion_main!(benches);
