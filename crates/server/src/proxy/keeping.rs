//! Keeping documents that have just come, while they are answered with already.

use super::early::Early;
use super::ready::Key;
use super::{Document, Proxy};
use crate::observe;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tenure_domain::{History, PackageId, Party};
use tenure_store::{self as store, Seen, Store, StoreError};
use tenure_upstream::cache::Validators;
use tenure_upstream::client::Room;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

/// Documents that are being kept at a time. Where they come quicker than that,
/// whoever asks for them waits.
const AT_A_TIME: u32 = 16;
/// Keeping takes the processor, too, so it lets the first answer go first, for
/// at most so long: not every document is answered with.
const ANSWER_FIRST: Duration = Duration::from_millis(200);

/// What is being kept, by package.
pub(super) struct Keeping {
    turns: Arc<Semaphore>,
    pending: Arc<Mutex<Pending>>,
}

type Pending = HashMap<PackageId, Arc<Coming>>;

/// A document that is not kept yet.
struct Coming {
    document: Arc<Document>,
    bytes: Bytes,
    /// The answer to whoever waits for it.
    early: Mutex<Option<Early>>,
    /// Told when an answer has been made of it.
    answered: Notify,
    /// Nobody sends: it is over when it is closed.
    over: watch::Receiver<()>,
}

/// The keeping of a document, over when this is dropped.
struct Turn {
    package: PackageId,
    coming: Arc<Coming>,
    pending: Arc<Mutex<Pending>>,
    _over: watch::Sender<()>,
    _permit: Option<OwnedSemaphorePermit>,
    _room: Room,
}

impl Keeping {
    pub(super) fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_A_TIME as usize)),
            pending: Arc::default(),
        }
    }

    /// The bytes of a document that is not kept yet.
    pub(super) fn bytes(&self, document: &Document) -> Option<Bytes> {
        let pending = lock(&self.pending);
        let coming = pending.get(&document.package)?;
        (coming.document.digest == document.digest).then(|| coming.bytes.clone())
    }

    /// The answer that `key` names to a document that is not kept yet, where it
    /// is made already. Once: it is remembered elsewhere.
    pub(super) fn early(&self, document: &Document, key: &Key) -> Option<Early> {
        let pending = lock(&self.pending);
        let mut early = lock(&pending.get(&document.package)?.early);
        early.take_if(|early| early.is(key))
    }

    /// An answer was made of a document, so it can be kept now.
    fn answered(&self, document: &Document) {
        let pending = lock(&self.pending);
        if let Some(coming) = pending.get(&document.package) {
            coming.answered.notify_one();
        }
    }

    /// The histories that are not kept yet of packages in which one of `parties`
    /// acts.
    pub(super) fn histories_of(&self, parties: &[Party]) -> Vec<Arc<History>> {
        let pending = lock(&self.pending);
        let histories = pending.values().map(|coming| &coming.document.history);
        let acts = |party: &Party| parties.contains(party);
        histories
            .filter(|history| history.parties().iter().any(acts))
            .map(Arc::clone)
            .collect()
    }

    /// Waits until the store knows what has come of a package.
    pub(super) async fn settled(&self, package: &PackageId) {
        let coming = lock(&self.pending).get(package).map(Arc::clone);
        if let Some(coming) = coming {
            // The error is that nobody can send any more.
            let _ = coming.over.clone().changed().await;
        }
    }

    async fn turn(
        &self,
        document: &Arc<Document>,
        (bytes, early): (Bytes, Option<Early>),
        room: Room,
    ) -> Turn {
        // There is no permit only where the semaphore was closed, which nobody
        // does.
        let permit = Arc::clone(&self.turns).acquire_owned().await.ok();
        let (closing, over) = watch::channel(());
        let coming = Arc::new(Coming {
            document: Arc::clone(document),
            bytes,
            early: Mutex::new(early),
            answered: Notify::new(),
            over,
        });
        let package = document.package.clone();
        lock(&self.pending).insert(package.clone(), Arc::clone(&coming));
        Turn {
            package,
            coming,
            pending: Arc::clone(&self.pending),
            _over: closing,
            _permit: permit,
            _room: room,
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut pending = lock(&self.pending);
        let last = pending.get(&self.package);
        // A newer document may have come meanwhile.
        if last.is_some_and(|last| Arc::ptr_eq(last, &self.coming)) {
            pending.remove(&self.package);
        }
    }
}

impl Proxy {
    /// Begins to keep a document that has just come, and the answer that was
    /// made `early` until somebody wants it. `room` is given back when
    /// that is done.
    pub(super) async fn keep(
        &self,
        document: &Arc<Document>,
        (bytes, early): (Bytes, Option<Early>),
        validators: Validators,
        room: Room,
    ) {
        let keeping = &self.documents.keeping;
        let turn = keeping.turn(document, (bytes.clone(), early), room).await;
        let (store, document) = (self.store.clone(), Arc::clone(document));
        tokio::spawn(async move {
            // Either is a reason to begin.
            let _ = tokio::time::timeout(ANSWER_FIRST, turn.coming.answered.notified()).await;
            if let Err(error) = kept(&store, &document, bytes, &validators).await {
                // The answer is good; only the next one costs another request.
                observe::store_failed("keeping a document", &error);
            }
            drop(turn);
        });
    }

    /// An answer was made of a document.
    pub(crate) fn answered(&self, document: &Document) {
        self.documents.keeping.answered(document);
    }

    /// Waits until everything that has come is kept.
    pub(crate) async fn all_kept(&self) {
        // It fails only where the semaphore was closed.
        let _ = self.documents.keeping.turns.acquire_many(AT_A_TIME).await;
    }
}

async fn kept(
    store: &Store,
    document: &Document,
    bytes: Bytes,
    validators: &Validators,
) -> Result<(), StoreError> {
    // The bytes first: a record must not name what is not there.
    store.documents().put(bytes).await?;
    let seen = Seen {
        upstream: document.upstream.url().as_str(),
        package: &document.package,
        at: document.checked,
        document: document.digest,
        validators: store::Validators {
            etag: validators.etag.as_deref(),
            last_modified: validators.last_modified.as_deref(),
        },
        history: &document.history,
    };
    store.observe(&seen).await?;
    Ok(())
}
