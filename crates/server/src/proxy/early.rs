//! The answer to whoever waits for a document that is coming, made while the
//! document comes, is read and judged: as if nothing of it were held, which is
//! the usual case.

use super::compress::{Compressed, PART};
use super::formats::{self, Form};
use super::ready::{Key, Manner, Ready};
use super::{Judged, Proxy, ProxyError};
use crate::negotiate::Encoding;
use bytes::Bytes;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tenure_domain::{History, PackageId};
use tenure_ecosystem::npm::hold::{self, Beginning};
use tenure_store::Digest;
use tokio::task::JoinHandle;

/// Somebody waits for a document.
pub(super) struct Waiting {
    manner: Manner,
    proxy: Arc<Proxy>,
    begun: Option<Mutex<Begun>>,
}

/// What is made of an answer while its document still comes.
struct Begun {
    beginning: Beginning,
    parts: Vec<Compressed>,
}

impl Waiting {
    pub(super) fn new(proxy: &Arc<Proxy>, manner: Manner) -> Self {
        // Only these are long, and compressed in parts.
        let is_long = manner.form == Form::Npm(hold::Form::Full);
        let begun = (is_long && manner.encoding == Encoding::Gzip).then(|| {
            Mutex::new(Begun {
                beginning: Beginning::new(&manner.base),
                parts: Vec::new(),
            })
        });
        Self {
            manner,
            proxy: Arc::clone(proxy),
            begun,
        }
    }

    /// Goes on with the answer, now that so much of the document has come.
    pub(super) fn come(&self, bytes: &[u8]) {
        let Some(begun) = &self.begun else { return };
        let mut begun = begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.beginning.go_on(bytes);
        while let Some(part) = begun.beginning.take(PART) {
            begun
                .parts
                .push(self.proxy.compress_part(part.into(), false));
        }
    }
}

/// An answer that is right if nothing is held.
pub(super) struct Early {
    key: Key,
    /// The versions that it offers.
    offered: Vec<Box<str>>,
    nothing_left: Option<Arc<str>>,
    body: JoinHandle<Result<Bytes, ProxyError>>,
}

impl Early {
    /// Whether the reader understood everything that is offered: what it did
    /// not was not judged.
    pub(super) fn offers_only(&self, history: &History) -> bool {
        let releases = history.releases().iter();
        let read: HashSet<&str> = releases.map(|release| &*release.version).collect();
        self.offered.iter().all(|version| read.contains(&**version))
    }

    /// Whether it is what `key` names.
    pub(super) fn is(&self, key: &Key) -> bool {
        self.key == *key
    }

    /// The answer, once it is made; nothing if that broke down, which whoever
    /// makes it again will meet again.
    pub(super) async fn ready(self) -> Option<Ready> {
        Some(Ready {
            body: self.body.await.ok()?.ok()?,
            nothing_left: self.nothing_left,
        })
    }
}

impl Proxy {
    /// Looks through a document that has come, and goes on with the answer to
    /// whoever waits for it. The error within says why it cannot be passed on.
    pub(super) async fn checked(
        self: &Arc<Self>,
        package: &PackageId,
        (bytes, digest): (Bytes, Digest),
        waiting: Option<Waiting>,
    ) -> Result<Result<Option<Early>, String>, ProxyError> {
        let package = package.clone();
        let Some(waiting) = waiting else {
            let checked = self.work(move || formats::check(&package, &bytes)).await?;
            return Ok(checked.map(|()| None));
        };
        let Waiting { manner, begun, .. } = waiting;
        let (form, base) = (manner.form, Arc::clone(&manner.base));
        let draft = self.work(move || formats::draft(&package, &bytes, form, &base));
        let draft = draft.await?;
        let begun = begun.map(|begun| begun.into_inner().unwrap_or_else(PoisonError::into_inner));
        let parts = begun.map(|begun| begun.parts).unwrap_or_default();
        Ok(draft.map(|draft| {
            let draft = draft?;
            let (proxy, encoding) = (Arc::clone(self), manner.encoding);
            let body = draft.bytes.into();
            let judged = Judged::nothing_held(self.clock.now());
            Some(Early {
                key: Key::new(digest, &judged, manner),
                offered: draft.offered,
                nothing_left: draft.nothing_left,
                body: tokio::spawn(async move { proxy.compressed(body, encoding, parts).await }),
            })
        }))
    }
}
