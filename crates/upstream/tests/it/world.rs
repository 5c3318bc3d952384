use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tenure_domain::{Days, Ecosystem, PackageId, Time};
use tenure_testkit::{FakeNpm, Packument, Release};
use tenure_upstream::client::Limits;
use tenure_upstream::{
    Environment, FetchError, FetchedHistory, Fetcher, FetcherOptions, Found, Via,
};

/// A registry, and a user with a home, a project and a cache.
pub(crate) struct World {
    pub(crate) npm: FakeNpm,
    folder: tempfile::TempDir,
    now: Cell<Time>,
}

impl World {
    /// With `left-pad` in the registry.
    pub(crate) fn new() -> Self {
        Self::with(FakeNpm::start())
    }

    pub(crate) fn with(npm: FakeNpm) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "project"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("project/package.json"), "{}").unwrap();
        npm.put(left_pad());
        Self {
            npm,
            folder,
            now: Cell::new("2026-11-22T10:00:00Z".parse().unwrap()),
        }
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    pub(crate) fn now(&self) -> Time {
        self.now.get()
    }

    pub(crate) fn wait_hours(&self, hours: f64) {
        self.now.set(self.now.get() + Days(hours / 24.0));
    }

    /// Writes a file in the project.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.project().join(name), text).unwrap();
    }

    pub(crate) fn env(&self) -> Environment {
        Environment::empty(self.project())
            .with_home(self.home())
            .with_variable("TENURE_CACHE", self.cache())
    }

    /// Quick to try again, and pointed at the registry with the flag.
    pub(crate) fn options(&self) -> FetcherOptions {
        FetcherOptions {
            upstreams: [(Ecosystem::Npm, self.npm.url().to_owned())].into(),
            limits: Limits {
                // Long enough for a busy machine.
                read_timeout: Duration::from_secs(10),
                first_pause: Duration::from_millis(1),
                ..Limits::default()
            },
            ..FetcherOptions::new(self.env(), self.project(), self.now())
        }
    }

    pub(crate) fn fetcher(&self) -> Fetcher {
        Fetcher::new(self.options())
    }

    /// Fetches one package with a new fetcher.
    pub(crate) fn fetch(&self, name: &str) -> Result<Found, FetchError> {
        fetch(&self.fetcher(), name)
    }

    /// Fetches `left-pad` and says by which way it came.
    pub(crate) fn via(&self) -> Via {
        self.fetch("left-pad").unwrap().via
    }

    pub(crate) fn error(&self) -> FetchError {
        self.fetch("left-pad").unwrap_err()
    }

    /// The cached files, temporary ones included.
    pub(crate) fn cached_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(&self.cache(), &mut files);
        files.sort();
        files
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

pub(crate) fn fetch(fetcher: &Fetcher, name: &str) -> Result<Found, FetchError> {
    let mut all = fetcher.histories(&[package(name)], &|_| {});
    let FetchedHistory {
        package: answered,
        found,
    } = all.remove(0);
    assert_eq!(answered, package(name));
    found
}

pub(crate) fn package(name: &str) -> PackageId {
    PackageId::new(Ecosystem::Npm, name).unwrap()
}

pub(crate) fn left_pad() -> Packument {
    Packument::new("left-pad")
        .release(
            Release::new("1.0.0")
                .at("2014-03-14T10:00:00.000Z")
                .by("azer"),
        )
        .release(
            Release::new("1.1.0")
                .at("2016-03-23T10:00:00.000Z")
                .by("stevemao"),
        )
}
