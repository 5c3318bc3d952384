//! Tarballs: verified against the registry's document, kept once, and handed
//! out while they arrive.

use super::arrival::{self, Arrival, Arrived, Progress, State};
use super::formats::{self, Said};
use super::integrity::Expected;
use super::message::AMBIGUOUS;
use super::{Document, Proxy, ProxyError, direct};
use crate::flight::Flights;
use crate::observe;
use bytes::Bytes;
use moka::future::Cache;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tenure_domain::Ecosystem;
use tenure_store::{Digest, StoreError, TarballRecord, TemporaryFile};
use tokio::sync::watch;

/// A tarball that can be handed out.
pub(crate) enum File {
    /// A small one, in memory, and its digest.
    Bytes(Digest, Bytes),
    /// A kept one, by its digest and size.
    Kept(Digest, u64),
    /// One that is still on its way, with its length if that is known.
    Arriving(Option<u64>, axum::body::Body),
}

type Key = (Digest, Box<str>);

type SaidOfAll = Arc<formats::SaidOfAll>;

pub(super) struct Files {
    /// What documents say of their tarballs.
    said: Cache<Digest, SaidOfAll>,
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
/// How much room on the disk an upstream can take by announcing a file.
const RESERVED: u64 = 64 * 1024 * 1024;

impl Files {
    pub(super) fn new() -> Self {
        Self {
            said: Cache::builder()
                .weigher(|_, said: &SaidOfAll| 256 + 350 * said.len() as u32)
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
        if let Some(found) = self.files.known.get(&key).await {
            if let Some(file) = self.kept_file(found).await {
                return Ok(file);
            }
            self.forget_file(document, version).await;
        }
        let said = self.said(document, version).await?;
        if let Some(arrival) = self.files.under_way(&key) {
            return self.arriving(document, version, &said, Ok(arrival)).await;
        }
        if let Some(found) = self.record_of_file(document, version, &said).await
            && let Some(file) = self.kept_file(found).await
        {
            self.files.known.insert(key, found).await;
            return Ok(file);
        }
        let (proxy, whole, wanted) = (Arc::clone(self), Arc::clone(document), said.clone());
        let named = key.1.clone();
        let begin = move || async move { proxy.begin(whole, named, wanted).await };
        let arrival = self.files.beginnings.join(key, begin).await;
        let arrival = arrival.ok_or(ProxyError::Broken)?;
        self.arriving(document, version, &said, arrival).await
    }

    /// Forgets that a tarball is kept: its bytes were not where they should be.
    pub(crate) async fn forget_file(&self, document: &Document, version: &str) {
        self.files
            .known
            .invalidate(&(document.digest, Box::from(version)))
            .await;
    }

    /// A tarball from the store; `None` if the store has lost or damaged it.
    async fn kept_file(&self, (digest, size): (Digest, u64)) -> Option<File> {
        if size > SMALL {
            return Some(File::Kept(digest, size));
        }
        if let Some(bytes) = self.files.small.get(&digest).await {
            return Some(File::Bytes(digest, bytes));
        }
        let bytes = self.store.blobs().get(&digest).await;
        let bytes = bytes.unwrap_or_else(|error| {
            observe::store_failed("reading a tarball", &error);
            None
        })?;
        if Digest::of(&bytes) != digest {
            tracing::warn!(%digest, "a tarball in the store is damaged; asking for it anew");
            return None;
        }
        self.files.small.insert(digest, bytes.clone()).await;
        Some(File::Bytes(digest, bytes))
    }

    /// A kept tarball that is still what the document says.
    async fn record_of_file(
        &self,
        document: &Document,
        version: &str,
        said: &Said,
    ) -> Option<(Digest, u64)> {
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
        (size == record.size).then_some((record.blob, record.size))
    }

    async fn said(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
    ) -> Result<Said, ProxyError> {
        let all = self.said_of_all(document).await?;
        match all.get(version) {
            Some(said) if said.readable => Ok(said.clone()),
            Some(_) => Err(ProxyError::Blocked(format!(
                "{} is held, for {AMBIGUOUS}, its file's digest included",
                called(document, version)
            ))),
            None => Err(ProxyError::NotFound(not_offered(document, version))),
        }
    }

    pub(super) async fn said_of_all(
        self: &Arc<Self>,
        document: &Document,
    ) -> Result<SaidOfAll, ProxyError> {
        if let Some(all) = self.files.said.get(&document.digest).await {
            return Ok(all);
        }
        let raw = self.raw(document).await?;
        let package = document.package.clone();
        let address = formats::address(&document.upstream, &package)?;
        let read = self.work(move || formats::files(&package, &address, &raw));
        let all = Arc::new(read.await??);
        let kept = Arc::clone(&all);
        self.files.said.insert(document.digest, kept).await;
        Ok(all)
    }

    /// The versions (or the lines, where they name none) that can be understood in more than one way, so
    /// that they are held unjudged.
    pub(crate) async fn unreadable(
        self: &Arc<Self>,
        document: &Document,
    ) -> Result<Vec<Box<str>>, ProxyError> {
        let all = self.said_of_all(document).await?;
        let unreadable = all.iter().filter(|(_, said)| !said.readable);
        let mut versions: Vec<_> = unreadable.map(|(version, _)| version.clone()).collect();
        versions.sort();
        Ok(versions)
    }

    /// Begins to fetch a tarball; the answer comes with the upstream's first
    /// bytes.
    async fn begin(
        self: Arc<Self>,
        document: Arc<Document>,
        version: Box<str>,
        said: Said,
    ) -> Result<Arrival, ProxyError> {
        let (what, expected) = expected(&document, &version, &said)?;
        let temporary = self.store.blobs().temporary().map_err(|e| unkept(&e))?;
        let download = self.download(&document, &version, &said).await?;
        let length = download.length;
        if let Some(length) = length.filter(|length| *length > SMALL) {
            // A smaller one is sent when it is whole, and otherwise if it
            // cannot be written; of this one a part would have been sent.
            let room = temporary.reserve(length.min(RESERVED));
            room.map_err(|error| unkept(&error))?;
        }
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
        let landing = Landing(Arc::clone(&self), key);
        tokio::spawn(async move {
            let received =
                arrival::receive(download, temporary.path(), &expected, &what, &sender).await;
            let state = match received {
                Ok(mut arrived) => {
                    let keep = self.keep_file(&document, &version, arrived, &expected, temporary);
                    arrived.is_kept = keep.await;
                    State::Done(arrived)
                }
                Err(why) => {
                    tracing::warn!(tarball = what, %why, "a tarball did not arrive");
                    State::Failed(why)
                }
            };
            drop(landing);
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
    ) -> bool {
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
            Err(error) => {
                observe::store_failed("keeping a tarball", &error);
                return false;
            }
        }
        true
    }

    /// What can be handed out of a file that is under way. A small one is
    /// waited for, so that a damaged one is answered with what is wrong.
    async fn arriving(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
        said: &Said,
        arrival: Result<Arrival, ProxyError>,
    ) -> Result<File, ProxyError> {
        let file = match arrival {
            Ok(arrival) => self.arrived_so_far(arrival).await,
            Err(error) => Err(error),
        };
        match file {
            Ok(Some(file)) => Ok(file),
            Ok(None) => self.passed_on(document, version, said).await,
            Err(ProxyError::Unkept(why)) => {
                tracing::warn!(package = %document.package, version, why, "a tarball is passed on and not kept");
                self.passed_on(document, version, said).await
            }
            Err(error) => Err(error),
        }
    }

    /// `None` if it has arrived and cannot be had any more.
    async fn arrived_so_far(&self, mut arrival: Arrival) -> Result<Option<File>, ProxyError> {
        // Before it is moved to its place, or thrown away.
        let file = tokio::fs::File::open(&*arrival.path).await.ok();
        let is_small = arrival.length.is_some_and(|length| length <= SMALL);
        let enough = |progress: &Progress| {
            !matches!(progress.state, State::Arriving) || progress.readable > 0 && !is_small
        };
        let state = arrival.progress.wait_for(enough).await;
        let state = state.map(|progress| progress.state.clone());
        let length = match state.map_err(|_| ProxyError::Broken)? {
            State::Failed(why) => return Err(why),
            State::Arriving => arrival.length,
            State::Done(arrived) if arrived.is_kept => {
                return Ok(self.kept_file((arrived.digest, arrived.size)).await);
            }
            State::Done(arrived) => Some(arrived.size),
        };
        Ok(file.map(|file| {
            let body = axum::body::Body::from_stream(arrival::stream(arrival, file));
            File::Arriving(length, body)
        }))
    }

    /// A file from the upstream for one client alone, not kept.
    async fn passed_on(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
        said: &Said,
    ) -> Result<File, ProxyError> {
        let (what, expected) = expected(document, version, said)?;
        let download = self.download(document, version, said).await?;
        let length = download.length;
        if length.is_some_and(|length| length <= SMALL) {
            let bytes = direct::whole(download, &expected, &what).await?;
            return Ok(File::Bytes(Digest::of(&bytes), bytes));
        }
        let pieces = direct::pieces(download, expected, what);
        Ok(File::Arriving(
            length,
            axum::body::Body::from_stream(pieces),
        ))
    }
}

/// Takes an arrival off the list when it is over, however it ends.
struct Landing(Arc<Proxy>, Key);

impl Drop for Landing {
    fn drop(&mut self) {
        self.0.files.arriving().remove(&self.1);
    }
}

/// What a release's tarball is, for people, and what it has to be.
fn expected(
    document: &Document,
    version: &str,
    said: &Said,
) -> Result<(String, Expected), ProxyError> {
    let what = called(document, version);
    match &said.expected {
        Some(expected) => Ok((what, expected.clone())),
        None => Err(ProxyError::Damaged(format!(
            "the registry gives no digest of `{what}`, so it cannot be verified"
        ))),
    }
}

/// A release's file, for people: some have names of their own.
pub(super) fn called(document: &Document, file: &str) -> String {
    match document.package.ecosystem() {
        Ecosystem::Pypi => file.to_owned(),
        _ => format!("{}@{file}", document.package.name()),
    }
}

fn unkept(error: &StoreError) -> ProxyError {
    ProxyError::Unkept(error.to_string())
}

fn not_offered(document: &Document, version: &str) -> String {
    let (what, registry) = (called(document, version), document.upstream.url());
    if document.history.position(version).is_some() {
        format!("`{what}` is not offered by the registry {registry} any more")
    } else {
        format!("`{what}` is not in the registry {registry}")
    }
}
