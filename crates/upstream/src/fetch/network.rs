use super::cargo::{self, Apis};
use super::nuget::{self, Feeds};
use super::pace::Pace;
use super::patience::Patience;
use super::{FetcherOptions, Found, Progress, Said, Via, pypi};
use crate::cache::{Cache, Entry, PopularityEntry, Validators};
use crate::client::{Answer, Client, Room};
use crate::feed::Signed;
use crate::{FetchError, Upstream};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tenure_domain::{Days, Ecosystem, History, PackageId, Source, Time};
use tenure_ecosystem::npm::packument;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// A package to ask for.
pub(crate) struct Request {
    pub(crate) package: PackageId,
    pub(crate) upstream: Upstream,
    pub(crate) known: Option<Entry>,
    /// For a ledger: to be asked in any case, but for a document that these
    /// name.
    pub(crate) anew: Option<Validators>,
}

/// A request, and where its result belongs.
pub(crate) struct Job {
    pub(crate) index: usize,
    pub(crate) request: Box<Request>,
}

/// The threads that requests run on, and what they share.
pub(crate) struct Network {
    runtime: Runtime,
    shared: Arc<Shared>,
    concurrency: usize,
}

pub(super) struct Shared {
    cache: Option<Cache>,
    pub(super) now: Time,
    patience: Patience,
    pub(super) pace: Pace,
    /// For the feeds of NuGet, which take many more questions.
    pub(super) feed_pace: Pace,
    pub(super) apis: Apis,
    pub(super) feeds: Feeds,
    /// The versions that lockfiles have, of packages of which not every version
    /// is asked about.
    locked: HashMap<PackageId, Vec<String>>,
    /// The first thing that went wrong with the cache.
    cache_error: Mutex<Option<String>>,
}

/// Inflating and reading documents keeps this many busy at most.
const MAX_THREADS: usize = 4;

impl Network {
    pub(crate) fn new(options: &FetcherOptions, cache: Option<Cache>) -> Result<Self, FetchError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores.min(MAX_THREADS))
            .enable_all()
            .build()
            .map_err(|error| FetchError::Setup {
                why: error.to_string(),
            })?;
        Ok(Self {
            runtime,
            shared: Arc::new(Shared {
                cache,
                now: options.now,
                patience: Patience::default(),
                pace: Pace::new(options.api_pause),
                feed_pace: Pace::new(options.feed_pause),
                apis: Apis::default(),
                feeds: Feeds::default(),
                locked: options.locked_versions.clone(),
                cache_error: Mutex::new(None),
            }),
            concurrency: options.concurrency.max(1),
        })
    }

    /// Waits for one thing.
    pub(super) fn wait<T>(&self, asking: impl Future<Output = T>) -> T {
        self.runtime.block_on(asking)
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What went wrong without stopping anything.
    pub(crate) fn warning(&self) -> Option<String> {
        let error = &self.shared.cache_error;
        error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `job` for each of `items`, so many at a time.
    /// `done` hears of each on the calling thread; results come in any order.
    pub(crate) fn each<T, R, F>(
        &self,
        items: impl IntoIterator<Item = T>,
        job: impl Fn(T) -> F,
        mut done: impl FnMut(&R),
    ) -> Vec<R>
    where
        F: Future<Output = R> + Send + 'static,
        R: Send + 'static,
    {
        let places = Arc::new(Semaphore::new(self.concurrency));
        self.runtime.block_on(async {
            let mut running = JoinSet::new();
            for item in items {
                let work = job(item);
                let places = Arc::clone(&places);
                running.spawn(async move {
                    let _place = places.acquire().await;
                    work.await
                });
            }
            let mut results = Vec::with_capacity(running.len());
            while let Some(joined) = running.join_next().await {
                match joined {
                    Ok(result) => {
                        done(&result);
                        results.push(result);
                    }
                    Err(error) => resume(error),
                }
            }
            results
        })
    }

    /// Asks for all of `jobs` with `ask`. Each result comes with where it
    /// belongs.
    pub(super) fn all<R, F>(
        &self,
        jobs: Vec<(Client, Job)>,
        ask: impl Fn(Arc<Shared>, Client, Box<Request>) -> F,
        progress: &dyn Fn(Progress<'_>),
    ) -> Vec<(usize, R)>
    where
        F: Future<Output = R> + Send + 'static,
        R: Send + 'static,
    {
        let total = jobs.len();
        let mut done = 0;
        let job = |(client, Job { index, request }): (Client, Job)| {
            let package = request.package.clone();
            let asked = ask(Arc::clone(&self.shared), client, request);
            async move { (package, index, asked.await) }
        };
        let results = self.each(jobs, job, |(package, ..)| {
            done += 1;
            progress(Progress {
                done,
                total,
                package,
            });
        });
        let results = results.into_iter();
        results.map(|(_, index, result)| (index, result)).collect()
    }

    pub(crate) fn histories(
        &self,
        jobs: Vec<(Client, Job)>,
        progress: &dyn Fn(Progress<'_>),
    ) -> Vec<(usize, Result<Found, FetchError>)> {
        self.all(jobs, Shared::fetch, progress)
    }
}

/// What came of asking, if there is something for us.
pub(super) fn if_there<T>(asked: Result<T, FetchError>) -> Result<Option<T>, FetchError> {
    match asked {
        Err(error) if error.means_absence() => Ok(None),
        asked => asked.map(Some),
    }
}

/// Reads a document on a thread that may be kept busy, and gives its room back
/// afterwards.
pub(super) async fn reading<T: Send + 'static>(
    room: Room,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, FetchError> {
    let read = tokio::task::spawn_blocking(move || {
        let _room = room;
        read()
    });
    read.await.map_err(ending)
}

/// The program is ending, or a task panicked, which goes on here.
pub(super) fn ending(error: tokio::task::JoinError) -> FetchError {
    resume(error);
    FetchError::Setup {
        why: "the program is ending".to_owned(),
    }
}

/// Goes on with the panic of a task: it is a mistake in this program, and
/// nothing that the network may cause.
fn resume(error: tokio::task::JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}

/// What asking a registry brought.
pub(super) enum Read {
    /// What was known is still so.
    Confirmed,
    /// New facts.
    New(New),
}

/// New facts.
pub(super) struct New {
    pub(super) history: Box<History>,
    /// What names this version of their document.
    pub(super) validators: Validators,
    /// The same for a ledger, where that is wanted and anything is said of
    /// people.
    pub(super) said: Option<Box<Said>>,
}

impl Shared {
    async fn fetch(
        self: Arc<Self>,
        client: Client,
        request: Box<Request>,
    ) -> Result<Found, FetchError> {
        match self.read(&client, &request).await {
            Err(error) => request.otherwise(error),
            Ok(None) => self.confirm(*request),
            Ok(Some(new)) => Ok(self.take(*new.history, new.validators, &request)),
        }
    }

    /// Asks the registry; `None` where nothing is new.
    pub(super) async fn read(
        self: &Arc<Self>,
        client: &Client,
        request: &Request,
    ) -> Result<Option<New>, FetchError> {
        if let Some(error) = self.patience.exhausted(&request.upstream) {
            return Err(error);
        }
        let read = match request.package.ecosystem() {
            Ecosystem::Cargo => cargo::ask(self, client, request).await,
            Ecosystem::Pypi => pypi::ask(self, client, request).await,
            Ecosystem::Nuget => nuget::ask(self, client, request).await,
            Ecosystem::Npm => self.ask_npm(client, request).await,
        };
        self.patience.note(&request.upstream, &read);
        match read? {
            Read::Confirmed => Ok(None),
            Read::New(new) if *new.history.package() != request.package => {
                let (url, got) = (request.url(), new.history.package().clone());
                Err(FetchError::WrongPackage { url, got })
            }
            Read::New(new) => Ok(Some(new)),
        }
    }

    async fn ask_npm(
        self: &Arc<Self>,
        client: &Client,
        request: &Request,
    ) -> Result<Read, FetchError> {
        let none = Validators::default();
        let known = request.known.as_ref().map(|entry| &entry.validators);
        let validators = request.anew.as_ref().or(known).unwrap_or(&none);
        let answer = client
            .get_packument(&request.upstream, &request.package, validators)
            .await?;
        let Answer::Document {
            bytes,
            validators,
            room,
            ..
        } = answer
        else {
            return Ok(Read::Confirmed);
        };
        let url = request.url();
        let document = request.anew.as_ref().map(|_| bytes.clone());
        let history = reading(room, move || packument::read(&bytes)).await?;
        let mut history = history.map_err(|error| FetchError::unreadable(&*url, &error))?;
        history.set_source(Source {
            from: url,
            ..history.source().clone()
        });
        let said = document.map(|document| {
            Box::new(Said {
                address: request.upstream.url().to_string(),
                document,
                validators: Validators::default(),
                history: history.clone(),
            })
        });
        Ok(Read::New(New {
            history: Box::new(history),
            validators,
            said,
        }))
    }

    pub(super) fn take(
        &self,
        mut history: History,
        validators: Validators,
        request: &Request,
    ) -> Found {
        history.set_source(Source {
            seen: Some(self.now),
            ..history.source().clone()
        });
        let entry = Entry {
            validators,
            checked: self.now,
            history,
        };
        self.keep(&request.upstream, &entry);
        entry.found(Via::Network)
    }

    /// What was known is still so.
    fn confirm(&self, request: Request) -> Result<Found, FetchError> {
        let url = request.url();
        let mut entry = request.known.ok_or(FetchError::Status {
            url,
            status: 304,
            retry_after: None,
        })?;
        entry.checked = self.now;
        self.keep(&request.upstream, &entry);
        Ok(entry.found(Via::Revalidated))
    }

    pub(super) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// The versions of a package that lockfiles have, as far as it matters.
    pub(super) fn locked(&self, package: &PackageId) -> &[String] {
        self.locked.get(package).map_or(&[], Vec::as_slice)
    }

    pub(super) fn keep_signed(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        signed: &BTreeMap<Box<str>, Signed>,
    ) {
        self.keeping(|cache| cache.store_signed(upstream, package, signed));
    }

    pub(super) fn keep_popularity(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        entry: &PopularityEntry,
    ) {
        self.keeping(|cache| cache.store_popularity(upstream, package, entry));
    }

    fn keep(&self, upstream: &Upstream, entry: &Entry) {
        self.keeping(|cache| cache.store(upstream, entry));
    }

    fn keeping(&self, keep: impl FnOnce(&Cache) -> io::Result<()>) {
        let Some(cache) = &self.cache else {
            return;
        };
        if let Err(error) = keep(cache) {
            let folder = cache.folder().display();
            let mut slot = self
                .cache_error
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            slot.get_or_insert_with(|| {
                format!("the cache in `{folder}` cannot be written: {error}")
            });
        }
    }
}

impl Request {
    /// The address of the package's main document.
    pub(super) fn url(&self) -> String {
        let url = match self.package.ecosystem() {
            Ecosystem::Cargo => cargo::url(self),
            Ecosystem::Pypi => pypi::url(self),
            Ecosystem::Nuget => nuget::url(self),
            Ecosystem::Npm => Ok(self.upstream.packument_url(&self.package)),
        };
        url.map_or_else(|error| error.to_string(), String::from)
    }

    /// What to show the registry: nothing where the facts beside the document
    /// are older than `good_for`, so that they are asked for again although
    /// the document may be the same.
    pub(super) fn validators(&self, now: Time, good_for: Days) -> Validators {
        let known = self.known.as_ref().filter(|entry| {
            let seen = entry.history.source().seen;
            seen.is_some_and(|seen| (0.0..good_for.0).contains(&now.since(seen).0))
        });
        known
            .map(|entry| entry.validators.clone())
            .unwrap_or_default()
    }

    /// What is left when the registry could not be asked: what is known from
    /// before, or the error.
    pub(crate) fn otherwise(self, error: FetchError) -> Result<Found, FetchError> {
        match self.known {
            Some(entry) if error.leaves_room_for_stale() => {
                Ok(entry.found(Via::Stale { why: error }))
            }
            _ => Err(error),
        }
    }
}
