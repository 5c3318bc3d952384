use super::patience::Patience;
use super::{FetcherOptions, Found, Progress, Via};
use crate::cache::{Cache, Entry, Validators};
use crate::client::{Answer, Client, ClientOptions};
use crate::npm_config::{Registries, Transport};
use crate::{FetchError, Upstream};
use std::sync::{Arc, Mutex, PoisonError};
use tenure_domain::{Clock, History, PackageId, Source, Time};
use tenure_ecosystem::npm::packument;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// A package to ask for.
pub(crate) struct Request {
    pub(crate) package: PackageId,
    pub(crate) upstream: Upstream,
    pub(crate) known: Option<Entry>,
}

/// A request, and where its result belongs.
pub(crate) struct Job {
    pub(crate) index: usize,
    pub(crate) request: Box<Request>,
}

/// The HTTP client and the threads that it runs on.
pub(crate) struct Network {
    runtime: Runtime,
    shared: Arc<Shared>,
    concurrency: usize,
}

struct Shared {
    client: Client,
    cache: Option<Cache>,
    now: Time,
    patience: Patience,
    /// The first thing that went wrong with the cache.
    cache_error: Mutex<Option<String>>,
}

/// Inflating and reading documents keeps this many busy at most.
const MAX_THREADS: usize = 4;

impl Network {
    pub(crate) fn new(
        options: &FetcherOptions,
        registries: &Registries,
        cache: Option<Cache>,
    ) -> Result<Self, FetchError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores.min(MAX_THREADS))
            .enable_all()
            .build()
            .map_err(|error| FetchError::Setup {
                why: error.to_string(),
            })?;
        let client = Client::new(ClientOptions {
            transport: Transport::new(registries.config(), &options.env),
            credentials: registries.credentials(),
            limits: options.limits.clone(),
            clock: Clock::fixed(options.now),
        })?;
        Ok(Self {
            runtime,
            shared: Arc::new(Shared {
                client,
                cache,
                now: options.now,
                patience: Patience::default(),
                cache_error: Mutex::new(None),
            }),
            concurrency: options.concurrency.max(1),
        })
    }

    /// What went wrong without stopping anything.
    pub(crate) fn warning(&self) -> Option<String> {
        let error = &self.shared.cache_error;
        error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `job` with the client for each of `items`, so many at a time.
    /// `done` hears of each on the calling thread; results come in any order.
    pub(crate) fn each<T, R, F>(
        &self,
        items: impl IntoIterator<Item = T>,
        job: impl Fn(Client, T) -> F,
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
                let work = job(self.shared.client.clone(), item);
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

    pub(crate) fn histories(
        &self,
        jobs: Vec<Job>,
        progress: &dyn Fn(Progress<'_>),
    ) -> Vec<(usize, Result<Found, FetchError>)> {
        let total = jobs.len();
        let mut done = 0;
        let results = self.each(
            jobs,
            |_, job| self.shared.clone().run(job),
            |(package, ..)| {
                done += 1;
                progress(Progress {
                    done,
                    total,
                    package,
                });
            },
        );
        results
            .into_iter()
            .map(|(_, index, result)| (index, result))
            .collect()
    }
}

/// Goes on with the panic of a task: it is a mistake in this program, and
/// nothing that the network may cause.
fn resume(error: tokio::task::JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}

impl Shared {
    async fn run(self: Arc<Self>, job: Job) -> (PackageId, usize, Result<Found, FetchError>) {
        let Job { index, request } = job;
        let package = request.package.clone();
        (package, index, self.fetch(request).await)
    }

    async fn fetch(self: Arc<Self>, request: Box<Request>) -> Result<Found, FetchError> {
        if let Some(error) = self.patience.exhausted(&request.upstream) {
            return request.otherwise(error);
        }
        let none = Validators::default();
        let known = request.known.as_ref();
        let validators = known.map_or(&none, |entry| &entry.validators);
        let answer = self
            .client
            .get_packument(&request.upstream, &request.package, validators)
            .await;
        self.patience.note(&request.upstream, &answer);
        match answer {
            Err(error) => request.otherwise(error),
            Ok(answer) => self.accept(answer, request).await,
        }
    }

    /// Reads the answer on a thread that may be kept busy.
    async fn accept(
        self: Arc<Self>,
        answer: Answer,
        request: Box<Request>,
    ) -> Result<Found, FetchError> {
        let read = tokio::task::spawn_blocking(move || self.take(answer, request));
        match read.await {
            Ok(result) => result,
            Err(error) => {
                resume(error);
                Err(FetchError::Setup {
                    why: "the program is ending".to_owned(),
                })
            }
        }
    }

    fn take(&self, answer: Answer, request: Box<Request>) -> Result<Found, FetchError> {
        let (bytes, validators, _room) = match answer {
            Answer::NotModified => return self.confirm(*request),
            Answer::Document {
                bytes,
                validators,
                room,
            } => (bytes, validators, room),
        };
        let history = match self.read(&bytes, &request) {
            Ok(history) => history,
            Err(error) => return request.otherwise(error),
        };
        let entry = Entry {
            validators,
            checked: self.now,
            history,
        };
        self.keep(&request.upstream, &entry);
        Ok(entry.found(Via::Network))
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

    fn read(&self, bytes: &[u8], request: &Request) -> Result<History, FetchError> {
        let mut history = packument::read(bytes).map_err(|error| FetchError::Unreadable {
            url: request.url(),
            why: error.to_string(),
        })?;
        if *history.package() != request.package {
            return Err(FetchError::WrongPackage {
                url: request.url(),
                got: history.package().clone(),
            });
        }
        let source = Source {
            from: request.url(),
            seen: Some(self.now),
            ..history.source().clone()
        };
        history.set_source(source);
        Ok(history)
    }

    fn keep(&self, upstream: &Upstream, entry: &Entry) {
        let Some(cache) = &self.cache else {
            return;
        };
        if let Err(error) = cache.store(upstream, entry) {
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
    fn url(&self) -> String {
        self.upstream.packument_url(&self.package).into()
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
