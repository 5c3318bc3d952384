//! Tarballs: verified against the registry's document, kept once, and handed
//! out while they arrive.

use super::arrival::{self, Arrival, Arrived, Expected, Progress, State};
use super::{Document, Proxy, ProxyError};
use crate::flight::Flights;
use crate::observe;
use bytes::Bytes;
use moka::future::Cache;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tenure_ecosystem::npm::hold;
use tenure_store::{Digest, TarballRecord, TemporaryFile};
use tenure_upstream::FetchError;
use tokio::sync::watch;
use url::Url;

/// A tarball that can be handed out.
pub(crate) enum File {
    /// A small one, in memory.
    Bytes(Bytes),
    /// A kept one, by its digest and size.
    Kept(Digest, u64),
    /// One that is still on its way, with its length if that is known.
    Arriving(Option<u64>, axum::body::Body),
}

/// What a document says of a release's tarball.
#[derive(Clone, Debug)]
struct Said {
    url: Option<String>,
    expected: Option<Expected>,
}

type Key = (Digest, Box<str>);

pub(super) struct Files {
    /// What documents say of their tarballs.
    said: Cache<Digest, Arc<HashMap<Box<str>, Said>>>,
    /// Tarballs that are kept, by document and version.
    known: Cache<Key, (Digest, u64)>,
    /// The contents of small ones.
    small: Cache<Digest, Bytes>,
    beginnings: Flights<Key, Result<Arrival, ProxyError>>,
    /// Those under way.
    arriving: Mutex<HashMap<Key, Arrival>>,
}

/// Larger tarballs are read from the store each time.
const SMALL: u64 = 256 * 1024;

impl Files {
    pub(super) fn new() -> Self {
        Self {
            said: Cache::builder()
                .weigher(|_, said: &Arc<HashMap<_, _>>| 256 + 350 * said.len() as u32)
                .max_capacity(8 * 1024 * 1024)
                .time_to_idle(Duration::from_mins(1))
                .build(),
            known: Cache::builder().max_capacity(20_000).build(),
            small: Cache::builder()
                .weigher(|_, bytes: &Bytes| bytes.len() as u32)
                .max_capacity(16 * 1024 * 1024)
                .build(),
            beginnings: Flights::new(),
            arriving: Mutex::default(),
        }
    }
}

impl Files {
    fn arriving(&self) -> MutexGuard<'_, HashMap<Key, Arrival>> {
        self.arriving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn under_way(&self, key: &Key) -> Option<Arrival> {
        self.arriving().get(key).cloned()
    }
}

impl Proxy {
    /// The tarball of a release of a document.
    pub(crate) async fn file(
        self: &Arc<Self>,
        document: &Arc<Document>,
        version: &str,
    ) -> Result<File, ProxyError> {
        let key = (document.digest, Box::from(version));
        if let Some((digest, size)) = self.files.known.get(&key).await {
            return self.kept_file(digest, size).await;
        }
        if let Some(arrival) = self.files.under_way(&key) {
            return self.arriving(arrival).await;
        }
        let said = self.said(document, version).await?;
        if let Some(record) = self.record_of_file(document, version, &said).await {
            let found = (record.blob, record.size);
            self.files.known.insert(key, found).await;
            return self.kept_file(found.0, found.1).await;
        }
        let (proxy, document, named) = (Arc::clone(self), Arc::clone(document), key.1.clone());
        let begin = move || async move { proxy.begin(document, named, said).await };
        let arrival = self.files.beginnings.join(key, begin).await;
        self.arriving(arrival.ok_or(ProxyError::Broken)??).await
    }

    /// Forgets that a tarball is kept: its bytes were not where they should be.
    pub(crate) async fn forget_file(&self, document: &Document, version: &str) {
        self.files
            .known
            .invalidate(&(document.digest, Box::from(version)))
            .await;
    }

    async fn kept_file(&self, digest: Digest, size: u64) -> Result<File, ProxyError> {
        if size > SMALL {
            return Ok(File::Kept(digest, size));
        }
        if let Some(bytes) = self.files.small.get(&digest).await {
            return Ok(File::Bytes(bytes));
        }
        let bytes = self.store.blobs().get(&digest).await?;
        let bytes = bytes.filter(|bytes| bytes.len() as u64 == size);
        let bytes = bytes.ok_or_else(|| {
            ProxyError::Damaged("the tarball is not in the store any more; ask again".to_owned())
        })?;
        self.files.small.insert(digest, bytes.clone()).await;
        Ok(File::Bytes(bytes))
    }

    /// A kept tarball that is still what the document says.
    async fn record_of_file(
        &self,
        document: &Document,
        version: &str,
        said: &Said,
    ) -> Option<TarballRecord> {
        let upstream = document.upstream.url().as_str();
        let record = self
            .store
            .tarball(upstream, &document.package, version)
            .await;
        let record = record.unwrap_or_else(|error| {
            observe::store_failed("reading of a tarball", &error);
            None
        })?;
        let expected = said.expected.as_ref()?;
        if record.integrity != expected.to_string() {
            return None;
        }
        // A blob that was lost is fetched again.
        let size = self.store.blobs().size(&record.blob).await.ok()??;
        (size == record.size).then_some(record)
    }

    async fn said(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
    ) -> Result<Said, ProxyError> {
        let all = if let Some(all) = self.files.said.get(&document.digest).await {
            all
        } else {
            let raw = self.raw(document).await?;
            let read = self.work(move || hold::files(&raw)).await?;
            let read = read.map_err(|error| ProxyError::Damaged(error.to_string()))?;
            let all: HashMap<_, _> = read.into_iter().map(of_manifest).collect();
            let all = Arc::new(all);
            self.files
                .said
                .insert(document.digest, Arc::clone(&all))
                .await;
            all
        };
        let name = document.package.name();
        all.get(version).cloned().ok_or_else(|| {
            ProxyError::NotFound(format!(
                "`{name}@{version}` is not offered by the registry {} (any more)",
                document.upstream.url()
            ))
        })
    }

    /// Begins to fetch a tarball; the answer comes with the upstream's first
    /// bytes.
    async fn begin(
        self: Arc<Self>,
        document: Arc<Document>,
        version: Box<str>,
        said: Said,
    ) -> Result<Arrival, ProxyError> {
        let what = format!("{}@{version}", document.package.name());
        let expected = said.expected.clone().ok_or_else(|| {
            ProxyError::Damaged(format!(
                "the registry gives no digest of `{what}`, so it cannot be verified"
            ))
        })?;
        let url = self.address_of_file(&document, &version, &said);
        let asked = self.client.get_file(&url).await;
        observe::upstream_asked("tarball", asked.as_ref().err());
        let download = asked.map_err(|error| match error {
            FetchError::NotFound { url } => {
                ProxyError::NotFound(format!("`{what}` is not there: {url}"))
            }
            error => error.into(),
        })?;
        let length = download.length;
        let temporary = self.store.blobs().temporary()?;
        let first = Progress {
            readable: 0,
            state: State::Arriving,
        };
        let (sender, receiver) = watch::channel(first);
        let arrival = Arrival {
            path: Arc::new(temporary.path().to_owned()),
            length,
            progress: receiver,
        };
        let key = (document.digest, version.clone());
        self.files.arriving().insert(key.clone(), arrival.clone());
        tokio::spawn(async move {
            let received =
                arrival::receive(download, temporary.path(), &expected, &what, &sender).await;
            let state = match received {
                Ok(arrived) => {
                    self.keep_file(&document, &version, arrived, &expected, temporary)
                        .await;
                    State::Done(arrived)
                }
                Err(why) => {
                    tracing::warn!(tarball = what, %why, "a tarball did not arrive");
                    State::Failed(why)
                }
            };
            self.files.arriving().remove(&key);
            sender.send_modify(|progress| progress.state = state);
        });
        Ok(arrival)
    }

    async fn keep_file(
        &self,
        document: &Document,
        version: &str,
        arrived: Arrived,
        expected: &Expected,
        temporary: TemporaryFile,
    ) {
        let kept = self
            .store
            .blobs()
            .put_file(&arrived.digest, temporary)
            .await;
        let record = TarballRecord {
            blob: arrived.digest,
            size: arrived.size,
            integrity: expected.to_string(),
        };
        let upstream = document.upstream.url().as_str();
        let now = self.clock.now();
        let kept = match kept {
            Ok(()) => {
                self.store
                    .keep_tarball(upstream, &document.package, version, &record, now)
                    .await
            }
            Err(error) => Err(error),
        };
        match kept {
            Ok(()) => {
                let key = (document.digest, Box::from(version));
                self.files
                    .known
                    .insert(key, (arrived.digest, arrived.size))
                    .await;
            }
            Err(error) => observe::store_failed("keeping a tarball", &error),
        }
    }

    /// Where a tarball is fetched from. An address elsewhere than the
    /// upstream's own is not followed blindly: anybody who can write into a
    /// registry's document could make this server ask anything within its
    /// reach. Instead the upstream is asked for it, as mirrors mean it.
    fn address_of_file(&self, document: &Document, version: &str, said: &Said) -> Url {
        let upstream = &document.upstream;
        let said = said.url.as_deref().and_then(|url| url.parse::<Url>().ok());
        match said {
            Some(url) if upstream.is_home_of(&url) || self.is_allowed(&url) => url,
            elsewhere => {
                if let Some(url) = elsewhere {
                    tracing::debug!(package = %document.package, %url, "the tarball's address is elsewhere; asking the upstream for it");
                }
                upstream.file_url(&document.package, version)
            }
        }
    }

    fn is_allowed(&self, url: &Url) -> bool {
        let authority = url.authority();
        matches!(url.scheme(), "http" | "https")
            && self.tarball_hosts.iter().any(|host| host == authority)
    }

    async fn arriving(&self, mut arrival: Arrival) -> Result<File, ProxyError> {
        // A file that cannot be opened has just been moved to its place, or
        // thrown away; then its end is near.
        if let Ok(file) = tokio::fs::File::open(&*arrival.path).await {
            let length = arrival.length;
            let body = axum::body::Body::from_stream(arrival::stream(arrival, file));
            return Ok(File::Arriving(length, body));
        }
        let over = |progress: &Progress| !matches!(progress.state, State::Arriving);
        let last = arrival.progress.wait_for(over).await;
        let last = last.map(|progress| progress.state.clone());
        match last.map_err(|_| ProxyError::Broken)? {
            State::Done(arrived) => self.kept_file(arrived.digest, arrived.size).await,
            State::Failed(why) => Err(why),
            State::Arriving => Err(ProxyError::Broken),
        }
    }
}

fn of_manifest(file: hold::FileOf) -> (Box<str>, Said) {
    let shasum = file.shasum.map(Expected::Shasum);
    let expected = file.integrity.map(Expected::Integrity).or(shasum);
    let said = Said {
        url: file.tarball,
        expected,
    };
    (file.version.into(), said)
}
