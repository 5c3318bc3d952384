//! The one call for many packages: from the cache, from the network, or both.

mod anew;
mod cargo;
mod journal;
mod network;
mod nuget;
mod pace;
mod patience;
mod pypi;
mod registries;
mod sides;

pub use anew::{Anew, Said, SaidNow};
pub use journal::JournalRead;
pub(crate) use registries::RegistryClients;

use crate::cache::{Cache, Entry};
use crate::client::{Client, Limits};
use crate::npm_config::harmless;
use crate::{Environment, FetchError, Upstream, UpstreamError};
use network::{Job, Network, Request};
use sides::Sides;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tenure_domain::{Ecosystem, History, PackageId, Time};

/// How facts are to be fetched.
#[derive(Clone)]
pub struct FetcherOptions {
    /// The process environment.
    pub env: Environment,
    /// The folder of the project, whose `.npmrc`, `.cargo/config.toml`,
    /// `uv.toml` and `NuGet.Config` apply.
    pub project: PathBuf,
    /// The addresses given with `--upstream ECOSYSTEM=URL`.
    pub upstreams: BTreeMap<Ecosystem, String>,
    /// The addresses in `tenure.toml`.
    pub configured_upstreams: BTreeMap<Ecosystem, String>,
    /// Where most of the npm packages in the lockfiles were taken from: asked
    /// when nothing else names a registry.
    pub lockfile_origin: Option<String>,
    /// Which registry the lockfiles take packages from, where they say so:
    /// those of cargo and of some Python tools do.
    pub locked_registries: HashMap<PackageId, String>,
    /// Which versions the lockfiles have of packages of which not every version
    /// is asked about: those of NuGet.
    pub locked_versions: HashMap<PackageId, Vec<String>>,
    /// Where facts are kept; `None` keeps nothing.
    pub cache_dir: Option<PathBuf>,
    /// Use the cache alone, however old.
    pub offline: bool,
    /// Facts that the registry confirmed more recently are not asked for.
    pub max_age: Duration,
    /// Requests at the same time.
    pub concurrency: usize,
    /// How long and how much to put up with.
    pub limits: Limits,
    /// Between two questions to the API of a cargo registry: the public one
    /// asks for a second.
    pub api_pause: Duration,
    /// Between two questions to a NuGet feed about people.
    pub feed_pause: Duration,
    /// The current time.
    pub now: Time,
}

impl FetcherOptions {
    /// The defaults: the cache that `env` names, facts good for six hours,
    /// twelve requests at the same time.
    pub fn new(env: Environment, project: impl Into<PathBuf>, now: Time) -> Self {
        Self {
            cache_dir: env.cache_dir(),
            env,
            project: project.into(),
            upstreams: BTreeMap::new(),
            configured_upstreams: BTreeMap::new(),
            lockfile_origin: None,
            locked_registries: HashMap::new(),
            locked_versions: HashMap::new(),
            offline: false,
            max_age: Duration::from_hours(6),
            concurrency: 12,
            limits: Limits::default(),
            api_pause: Duration::from_secs(1),
            feed_pause: Duration::from_millis(50),
            now,
        }
    }
}

impl fmt::Debug for FetcherOptions {
    /// Without the passwords that addresses may carry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |addresses: &BTreeMap<Ecosystem, String>| -> Vec<String> {
            addresses
                .values()
                .map(|address| harmless(address))
                .collect()
        };
        f.debug_struct("FetcherOptions")
            .field("project", &self.project)
            .field("upstreams", &shown(&self.upstreams))
            .field("configured_upstreams", &shown(&self.configured_upstreams))
            .field(
                "lockfile_origin",
                &self.lockfile_origin.as_deref().map(harmless),
            )
            .field("cache_dir", &self.cache_dir)
            .field("offline", &self.offline)
            .field("max_age", &self.max_age)
            .field("concurrency", &self.concurrency)
            .field("limits", &self.limits)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What became of one package.
#[derive(Clone, Debug)]
pub struct FetchedHistory {
    /// The package that was asked for.
    pub package: PackageId,
    /// Its facts, or why there are none.
    pub found: Result<Found, FetchError>,
}

/// Facts, and the way they came.
#[derive(Clone, Debug)]
pub struct Found {
    /// The facts. Their source says which document they were read from.
    pub history: Arc<History>,
    /// The way they came.
    pub via: Via,
    /// When the registry last confirmed them; for recorded ones, when the
    /// document says that it was last changed.
    pub checked: Option<Time>,
}

/// The ways that facts come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A new document was read.
    Network,
    /// The registry confirmed what was in the cache.
    Revalidated,
    /// What was in the cache was fresh enough, or asked for alone.
    Cache,
    /// What was in the cache has to do, for the registry could not be asked.
    Stale {
        /// Why not.
        why: FetchError,
    },
    /// A folder of recorded documents.
    Recorded,
}

/// How far a call has come. Only what has to be asked for is counted.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Packages done.
    pub done: usize,
    /// Packages to ask for in all.
    pub total: usize,
    /// The package that was just done.
    pub package: &'a PackageId,
}

/// Answers for many packages at once. Blocking; not for use within an
/// asynchronous runtime.
pub struct Fetcher {
    options: FetcherOptions,
    sides: Sides,
    cache: Option<Cache>,
    network: OnceLock<Result<Network, FetchError>>,
}

impl Fetcher {
    /// Nothing is read, nothing is asked and no connection is made before a
    /// call needs it.
    pub fn new(options: FetcherOptions) -> Self {
        Self {
            sides: Sides::default(),
            cache: options.cache_dir.as_deref().map(Cache::new),
            network: OnceLock::new(),
            options,
        }
    }

    /// The registry of those packages of an ecosystem that nothing else is said
    /// of, and where it was found.
    ///
    /// # Errors
    /// When nothing names one, or what does is no address.
    pub fn default_upstream(&self, ecosystem: Ecosystem) -> Result<Upstream, UpstreamError> {
        self.sides.default_upstream(ecosystem, &self.options)
    }

    /// The registry of a package.
    ///
    /// # Errors
    /// When nothing names one, what does is no address, or the package is of
    /// an ecosystem that cannot be fetched.
    pub fn upstream(&self, package: &PackageId) -> Result<Upstream, FetchError> {
        self.sides.upstream(package, &self.options)
    }

    /// What went wrong without stopping anything, for people: configuration
    /// files that cannot be read, a cache that cannot be written.
    pub fn warnings(&self) -> Vec<String> {
        let config = self.sides.warnings().into_iter();
        let network = self.network.get().and_then(|network| network.as_ref().ok());
        config.chain(network.and_then(Network::warning)).collect()
    }

    /// The facts of `packages`, in their order.
    pub fn histories(
        &self,
        packages: &[PackageId],
        progress: &dyn Fn(Progress<'_>),
    ) -> Vec<FetchedHistory> {
        let upstreams: Vec<_> = packages.iter().map(|p| self.upstream(p)).collect();
        let known = self.load(packages, &upstreams);
        let mut jobs = Vec::new();
        let mut results = Vec::with_capacity(packages.len());
        let asked = packages.iter().zip(upstreams).zip(known);
        for (index, ((package, upstream), known)) in asked.enumerate() {
            results.push(match self.decide(package, upstream, known) {
                Decision::Done(result) => Some(result),
                Decision::Ask(request) => {
                    jobs.push(Job { index, request });
                    None
                }
            });
        }
        for (index, result) in self.ask(jobs, progress) {
            results[index] = Some(result);
        }
        let results = packages.iter().cloned().zip(results);
        results
            .filter_map(|(package, found)| found.map(|found| FetchedHistory { package, found }))
            .collect()
    }

    /// What the cache knows of each package whose registry is known.
    fn load(
        &self,
        packages: &[PackageId],
        upstreams: &[Result<Upstream, FetchError>],
    ) -> Vec<Option<Entry>> {
        let Some(cache) = &self.cache else {
            return packages.iter().map(|_| None).collect();
        };
        let wanted: Vec<_> = upstreams
            .iter()
            .zip(packages)
            .filter_map(|(upstream, package)| Some((upstream.as_ref().ok()?, package)))
            .collect();
        let mut loaded = cache.load_all(&wanted).into_iter();
        let entry = |upstream: &Result<_, _>| upstream.as_ref().ok().and_then(|_| loaded.next()?);
        upstreams.iter().map(entry).collect()
    }

    fn decide(
        &self,
        package: &PackageId,
        upstream: Result<Upstream, FetchError>,
        known: Option<Entry>,
    ) -> Decision {
        let upstream = match upstream {
            Ok(upstream) => upstream,
            Err(error) => return Decision::Done(Err(error)),
        };
        let package = package.clone();
        match known {
            Some(entry)
                if self.options.offline
                    || self.is_fresh(entry.checked) && !self.lacks(&upstream, &entry) =>
            {
                Decision::Done(Ok(entry.found(Via::Cache)))
            }
            None if self.options.offline => Decision::Done(Err(FetchError::Offline { package })),
            known => Decision::Ask(Box::new(Request {
                package,
                upstream,
                known,
                anew: None,
            })),
        }
    }

    /// Whether there is a version in the lockfiles that nobody asked about when
    /// these facts were had.
    fn lacks(&self, upstream: &Upstream, entry: &Entry) -> bool {
        let locked = self.options.locked_versions.get(entry.history.package());
        let asked = locked.zip(self.cache.as_ref());
        asked.is_some_and(|(locked, cache)| {
            nuget::lacks_locked(cache, upstream, locked, &entry.history)
        })
    }

    /// A moment in the future is no reason for trust: some clock was wrong.
    fn is_fresh(&self, checked: Time) -> bool {
        let age = self.options.now.as_millis() - checked.as_millis();
        u128::try_from(age).is_ok_and(|age| age < self.options.max_age.as_millis())
    }

    fn ask(
        &self,
        jobs: Vec<Job>,
        progress: &dyn Fn(Progress<'_>),
    ) -> Vec<(usize, Result<Found, FetchError>)> {
        if jobs.is_empty() {
            return Vec::new();
        }
        let network = match self.network() {
            Ok(network) => network,
            Err(error) => {
                let all = jobs.into_iter();
                return all
                    .map(|job| (job.index, job.request.otherwise(error.clone())))
                    .collect();
            }
        };
        let mut results = Vec::new();
        let mut ready = Vec::new();
        for job in jobs {
            match self.client(job.request.package.ecosystem()) {
                Ok(client) => ready.push((client, job)),
                Err(error) => results.push((job.index, job.request.otherwise(error))),
            }
        }
        results.extend(network.histories(ready, progress));
        results
    }

    /// What runs requests, made when first needed.
    pub(crate) fn network(&self) -> Result<&Network, FetchError> {
        let network = self
            .network
            .get_or_init(|| Network::new(&self.options, self.cache.clone()));
        network.as_ref().map_err(Clone::clone)
    }

    /// The HTTP client for the registries of an ecosystem.
    pub(crate) fn client(&self, ecosystem: Ecosystem) -> Result<Client, FetchError> {
        self.sides.client(ecosystem, &self.options)
    }

    pub(crate) fn options(&self) -> &FetcherOptions {
        &self.options
    }

    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }
}

/// How to come by the facts of one package.
enum Decision {
    Done(Result<Found, FetchError>),
    Ask(Box<Request>),
}

impl Entry {
    fn found(self, via: Via) -> Found {
        Found {
            history: Arc::new(self.history),
            via,
            checked: Some(self.checked),
        }
    }
}
