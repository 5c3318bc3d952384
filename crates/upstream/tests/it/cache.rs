use crate::world::{World, fetch, package};
use std::process::{Command, Stdio};
use tenure_testkit::{Packument, Release};
use tenure_upstream::cache::Cache;
use tenure_upstream::{Environment, Fetcher, FetcherOptions, Via};

#[test]
fn a_damaged_file_is_fetched_anew() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    let files = world.cached_files();
    assert_eq!(files.len(), 1);
    let good = std::fs::read(&files[0]).unwrap();
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let damages: [&[u8]; 4] = [
        &flipped,
        &good[..good.len() / 2],
        b"",
        b"{\"some\":\"json\"}",
    ];
    for damage in damages {
        std::fs::write(&files[0], damage).unwrap();
        assert_eq!(world.via(), Via::Network);
        assert_eq!(std::fs::read(&files[0]).unwrap(), good);
    }
}

#[test]
fn the_file_of_another_package_is_not_believed() {
    let world = World::new();
    world
        .npm
        .put(Packument::new("right-pad").release(Release::new("9.0.0")));
    world.fetch("left-pad").unwrap();
    let left = world.cached_files().remove(0);
    world.fetch("right-pad").unwrap();
    let right = world
        .cached_files()
        .into_iter()
        .find(|file| *file != left)
        .unwrap();
    std::fs::copy(&right, &left).unwrap();
    let found = world.fetch("left-pad").unwrap();
    assert_eq!(found.via, Via::Network);
    assert_eq!(*found.history.package(), package("left-pad"));
}

#[test]
fn registries_do_not_share_facts() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    let other = Fetcher::new(FetcherOptions {
        upstreams: [(tenure_domain::Ecosystem::Npm, world.npm.url_on_localhost())].into(),
        offline: true,
        ..world.options()
    });
    assert!(fetch(&other, "left-pad").is_err());
}

#[test]
fn names_that_differ_in_case_are_kept_apart() {
    let world = World::new();
    for (name, version) in [("JSONStream", "1.0.0"), ("jsonstream", "2.0.0")] {
        world
            .npm
            .put(Packument::new(name).release(Release::new(version)));
        world.fetch(name).unwrap();
    }
    let version = |name| {
        world.fetch(name).unwrap().history.releases()[0]
            .version
            .to_string()
    };
    assert_eq!(
        (version("JSONStream"), version("jsonstream")),
        ("1.0.0".into(), "2.0.0".into())
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_told_and_survived() {
    let world = World::new();
    // A file stands where the folder should be.
    std::fs::write(world.cache(), "").unwrap();
    let fetcher = world.fetcher();
    assert_eq!(fetch(&fetcher, "left-pad").unwrap().via, Via::Network);
    let warnings = fetcher.warnings();
    assert!(warnings[0].contains("cannot be written"), "{warnings:?}");
}

#[test]
fn many_threads_may_fetch_the_same() {
    let world = World::new();
    let options = world.options();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let fetcher = Fetcher::new(FetcherOptions {
                        max_age: std::time::Duration::ZERO,
                        ..options.clone()
                    });
                    let found = fetch(&fetcher, "left-pad").unwrap();
                    assert_eq!(found.history.releases().len(), 2);
                }
            });
        }
    });
    assert_eq!(
        world.cached_files().len(),
        1,
        "temporary files were left behind"
    );
}

const CACHE: &str = "TENURE_TEST_CACHE";
const UPSTREAM: &str = "TENURE_TEST_UPSTREAM";

/// Does nothing by itself: the next test runs it in processes of their own.
#[test]
fn rewrites_an_entry_many_times() {
    let env = Environment::from_process();
    let (Some(folder), Some(url)) = (env.path(CACHE), env.variable(UPSTREAM)) else {
        return;
    };
    let (upstream, _) =
        tenure_upstream::Upstream::parse(url, tenure_upstream::Place::Flag).unwrap();
    let cache = Cache::new(folder);
    for _ in 0..300 {
        let entry = cache.load(&upstream, &package("left-pad"));
        cache
            .store(&upstream, &entry.expect("never half an entry"))
            .unwrap();
    }
}

#[test]
fn many_processes_may_write_the_same() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "cache::rewrites_an_entry_many_times"])
            .env(CACHE, world.cache())
            .env(UPSTREAM, world.npm.url())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let processes = [start(), start(), start()];
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}"
        );
    }
    assert_eq!(world.via(), Via::Cache);
    assert_eq!(
        world.cached_files().len(),
        1,
        "temporary files were left behind"
    );
}
