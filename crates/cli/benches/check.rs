//! `tenure check` on a project with 1,500 packages and a warm cache: the whole
//! process, as people wait for it. The goal is less than 150 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use tenure_domain::{
    Contact, DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party,
    Source, Time,
};
use tenure_upstream::cache::{Cache, Entry, Validators};
use tenure_upstream::{Place, Upstream};

const PACKAGES: usize = 1_500;
/// The mean of the corpus' histories is 25 releases.
const RELEASES: usize = 25;
const UPSTREAM: &str = "http://127.0.0.1:9/";

/// A history with a maintainer or two, who hold several packages each.
fn history(number: usize) -> History {
    let mut builder = HistoryBuilder::default();
    let first = format!("person-{}", number % 200);
    let second = format!("person-{}", number % 331);
    for release in 0..RELEASES {
        let login = if release % 7 == 5 { &second } else { &first };
        let owners = vec![
            Party::account(Ecosystem::Npm, &first),
            Party::account(Ecosystem::Npm, &second),
        ];
        let day = (number % 700 + release * 60) as i64;
        builder.push(NewRelease {
            published: Some(Time::from_millis(1_400_000_000_000 + day * 86_400_000)),
            publisher: Some(Party::account(Ecosystem::Npm, login)),
            contact: Some(Contact {
                digest: login.len() as u64,
                domain: "mail.example".into(),
            }),
            owners: Some(owners),
            dependencies: (0..4)
                .map(|n| format!("package-{}", number + n).into())
                .collect(),
            repository: Some(format!("git.example/{first}/{number}").into()),
            ..NewRelease::new(&format!("1.{release}.0"))
        });
    }
    let source = Source {
        from: format!("{UPSTREAM}package-{number}"),
        seen: None,
        sha256: "0".repeat(64),
        kind: DocumentKind::FullPackument,
    };
    let package = PackageId::new(Ecosystem::Npm, &format!("package-{number}"));
    builder.build(package.expect("a package name"), source)
}

fn fill(folder: &Path) {
    let cache = Cache::new(folder.join("cache"));
    let (upstream, _) = Upstream::parse(UPSTREAM, Place::Flag).expect("an address");
    let mut lock = "{\"lockfileVersion\": 3, \"packages\": {\n\"\": {}".to_owned();
    for number in 0..PACKAGES {
        let entry = Entry {
            validators: Validators::default(),
            checked: Time::from_millis(1_600_000_000_000),
            history: history(number),
        };
        cache.store(&upstream, &entry).expect("a writable folder");
        let name = format!("package-{number}");
        write!(
            lock,
            ",\n\"node_modules/{name}\": {{\n\"version\": \"1.{}.0\",\n\"resolved\": \"{UPSTREAM}{name}/-/{name}-1.{}.0.tgz\"\n}}",
            RELEASES - 1,
            RELEASES - 1
        )
        .expect("a text");
    }
    lock.push_str("\n}}\n");
    fs::create_dir(folder.join("project")).expect("a writable folder");
    fs::write(folder.join("project/package-lock.json"), lock).expect("a writable folder");
}

fn check(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
    let upstream = format!("npm={UPSTREAM}");
    command
        .args(["check", "--offline", "--upstream", &upstream])
        .current_dir(folder.join("project"))
        .env("TENURE_CACHE", folder.join("cache"));
    command
}

fn bench(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fill(folder.path());
    let once = check(folder.path()).output().expect("the binary");
    let said = String::from_utf8_lossy(&once.stdout);
    assert!(said.contains("1,500 releases"), "{said}");
    let mut group = criterion.benchmark_group("check");
    group.sample_size(40);
    group.bench_function("1500 packages, warm cache", |bencher| {
        bencher.iter(|| check(folder.path()).output().expect("the binary"));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
