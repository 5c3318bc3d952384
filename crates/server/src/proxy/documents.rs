//! Which document of a package is the current one.
//!
//! A fresh one is served as it is; one that is not quite fresh is served while
//! the upstream is asked in the background; for an old one the upstream is
//! asked first. Where it cannot be asked, what is known is served and marked.

use super::early::Waiting;
use super::facts::Facts;
use super::formats;
use super::keeping::Keeping;
use super::ready::Manner;
use super::recent::Recent;
use super::{Proxy, ProxyError, nuget};
use crate::flight::Flights;
use crate::observe;
use crate::options::ProxyLimits;
use bytes::Bytes;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use tenure_domain::{Clock, History, PackageId, Time};
use tenure_store::{self as store, Digest, DocumentRecord, Recorded};
use tenure_upstream::cache::Validators;
use tenure_upstream::client::{Answer, Room};
use tenure_upstream::{FetchError, Upstream};

/// A package's document as it was last seen.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) package: PackageId,
    pub(crate) upstream: Upstream,
    /// Of the bytes as they came.
    pub(crate) digest: Digest,
    /// What they say.
    pub(crate) history: Arc<History>,
    /// What is judged: the same, the releases of which only earlier documents
    /// speak, and what the registry says of people elsewhere.
    pub(crate) remembered: Arc<History>,
    /// What that is, where it is asked for apart.
    pub(crate) facts: Option<Facts>,
    /// When the upstream last confirmed it.
    pub(crate) checked: Time,
    /// Why it was not confirmed since, where that is overdue.
    pub(crate) stale: Option<Arc<str>>,
}

/// What is known of a package.
#[derive(Clone, Debug)]
pub(super) enum Known {
    Document(Arc<Document>),
    /// The upstream said that there is no such package.
    Gone(Arc<str>),
}

type Looked = Result<Known, ProxyError>;

pub(super) struct Documents {
    pub(super) recent: Recent,
    /// Bytes that have just come, which several forms are made of.
    raw: Cache<Digest, Bytes>,
    pub(super) keeping: Keeping,
    lookups: Flights<PackageId, Looked>,
    refreshes: Flights<PackageId, Looked>,
}

/// Raw documents in memory, in bytes.
const RAW: u64 = 24 * 1024 * 1024;

impl Documents {
    pub(super) fn new(clock: Clock, limits: &ProxyLimits) -> Self {
        Self {
            recent: Recent::new(clock, limits),
            raw: Cache::builder()
                .weigher(|_, bytes: &Bytes| bytes.len().try_into().unwrap_or(u32::MAX))
                .max_capacity(RAW)
                .time_to_live(Duration::from_secs(20))
                .build(),
            keeping: Keeping::new(),
            lookups: Flights::new(),
            refreshes: Flights::new(),
        }
    }
}

impl Proxy {
    /// The current document of a package.
    pub(crate) async fn document(
        self: &Arc<Self>,
        package: &PackageId,
    ) -> Result<Arc<Document>, ProxyError> {
        self.document_in(package, None).await
    }

    /// The current document of a package, to be answered with in a `manner`,
    /// which begins as soon as the document comes.
    pub(crate) async fn document_in(
        self: &Arc<Self>,
        package: &PackageId,
        manner: Option<&Manner>,
    ) -> Result<Arc<Document>, ProxyError> {
        let known = if let Some(known) = self.documents.recent.known(package).await {
            known
        } else {
            let proxy = Arc::clone(self);
            let (wanted, manner) = (package.clone(), manner.cloned());
            let look = move || async move { proxy.look(wanted, manner).await };
            let looked = self.documents.lookups.join(package.clone(), look).await;
            looked.ok_or(ProxyError::Broken)??
        };
        match known {
            Known::Document(document) => Ok(document),
            Known::Gone(why) => Err(ProxyError::NotFound(why.to_string())),
        }
    }

    /// The document if it is known here, however old: the upstream is not
    /// asked.
    pub(crate) async fn document_at_hand(
        self: &Arc<Self>,
        package: &PackageId,
    ) -> Option<Arc<Document>> {
        let known = if let Some(known) = self.documents.recent.known(package).await {
            known
        } else {
            let upstream = self.upstream_of(package).ok()?;
            let record = self.record(&upstream, package).await?;
            self.kept(package.clone(), upstream, record).await.ok()??
        };
        match known {
            Known::Document(document) => Some(document),
            Known::Gone(_) => None,
        }
    }

    async fn look(self: Arc<Self>, package: PackageId, manner: Option<Manner>) -> Looked {
        let upstream = self.upstream_of(&package)?;
        let record = self.record(&upstream, &package).await;
        let Some(record) = record else {
            return self.refresh(package, upstream, None, manner).await;
        };
        // What an older version of this program read may say more to this one.
        let age = if record.read_by_another_version {
            Duration::MAX
        } else {
            self.age(record.checked)
        };
        if age < self.limits.fresh {
            return self.kept_or_fetched(package, upstream, record).await;
        }
        if let Some(why) = self.documents.recent.failure(&package).await {
            return self.otherwise(package, upstream, record, &why).await;
        }
        if age < self.limits.background {
            self.refresh_in_background(&package, &upstream, &record);
            return self.kept_or_fetched(package, upstream, record).await;
        }
        let refresh = self.refresh(
            package.clone(),
            upstream.clone(),
            Some(record.clone()),
            manner,
        );
        if let Ok(looked) = tokio::time::timeout(self.limits.patience, refresh).await {
            looked
        } else {
            let why = FetchError::Stalled {
                url: formats::address(&upstream, &package)?.to_string(),
                patience: self.limits.patience,
            };
            self.otherwise(package, upstream, record, &why).await
        }
    }

    /// What the store says; nothing if it cannot be asked, for the upstream
    /// can.
    async fn record(&self, upstream: &Upstream, package: &PackageId) -> Option<DocumentRecord> {
        self.documents.keeping.settled(package).await;
        let record = self.store.document(upstream.url().as_str(), package).await;
        record.unwrap_or_else(|error| {
            observe::store_failed("reading", &error);
            None
        })
    }

    fn age(&self, checked: Time) -> Duration {
        let age = self.clock.now().as_millis() - checked.as_millis();
        // A moment in the future is no reason for trust: some clock was wrong.
        u64::try_from(age).map_or(Duration::MAX, Duration::from_millis)
    }

    fn refresh_in_background(
        self: &Arc<Self>,
        package: &PackageId,
        upstream: &Upstream,
        record: &DocumentRecord,
    ) {
        let (proxy, upstream, record) = (Arc::clone(self), upstream.clone(), record.clone());
        let wanted = package.clone();
        let fetch = move || async move { proxy.fetch(wanted, upstream, Some(record), None).await };
        self.documents.refreshes.begin(package.clone(), fetch);
    }

    /// Asks the upstream, once for all who want it.
    async fn refresh(
        self: &Arc<Self>,
        package: PackageId,
        upstream: Upstream,
        record: Option<DocumentRecord>,
        manner: Option<Manner>,
    ) -> Looked {
        if record.is_none()
            && let Some(why) = self.documents.recent.failure(&package).await
        {
            return Err(why.into());
        }
        let (proxy, wanted) = (Arc::clone(self), package.clone());
        let fetch = move || async move { proxy.fetch(wanted, upstream, record, manner).await };
        let looked = self.documents.refreshes.join(package, fetch).await;
        looked.ok_or(ProxyError::Broken)?
    }

    /// What has come since a record was read: the upstream need not be asked
    /// twice.
    async fn newer(&self, package: &PackageId, record: Option<&DocumentRecord>) -> Option<Known> {
        let known = self.documents.recent.known(package).await?;
        match &known {
            Known::Document(document) if document.checked > record?.checked => Some(known),
            _ => None,
        }
    }

    async fn fetch(
        self: Arc<Self>,
        package: PackageId,
        upstream: Upstream,
        record: Option<DocumentRecord>,
        manner: Option<Manner>,
    ) -> Looked {
        if let Some(newer) = self.newer(&package, record.as_ref()).await {
            return Ok(newer);
        }
        let validators = match &record {
            Some(DocumentRecord {
                document: Some(_),
                etag,
                last_modified,
                read_by_another_version: false,
                ..
            }) => Validators {
                etag: etag.clone(),
                last_modified: last_modified.clone(),
            },
            _ => Validators::default(),
        };
        let waiting = manner.map(|manner| Waiting::new(&self, manner));
        let asked = self.ask(&package, &upstream, &validators, waiting.as_ref());
        let looked = match asked.await {
            Ok(Answer::NotModified) => self.confirmed(&package, &upstream, record.as_ref()).await,
            Ok(Answer::Document {
                bytes,
                sha256,
                validators,
                room,
            }) => {
                let came = (bytes, Digest::from_bytes(sha256));
                let kept = (validators, room);
                self.arrived(&package, &upstream, came, kept, waiting).await
            }
            Err(ProxyError::Upstream(error @ FetchError::NotFound { .. })) => Ok(self
                .vanished(&package, &upstream, record.as_ref(), &error)
                .await),
            Err(error) => Err(error),
        };
        match looked {
            Ok(known) => {
                self.documents.recent.succeeded(&package).await;
                self.documents.recent.learnt(package, known.clone()).await;
                Ok(known)
            }
            Err(ProxyError::Upstream(error)) => {
                tracing::warn!(%package, %error, "the upstream could not be asked");
                let recent = &self.documents.recent;
                recent.failed(package.clone(), error.clone()).await;
                match record {
                    Some(record) if error.leaves_room_for_stale() => {
                        self.otherwise(package, upstream, record, &error).await
                    }
                    _ => Err(error.into()),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Asks the upstream for the document, or whether it is the same still.
    async fn ask(
        self: &Arc<Self>,
        package: &PackageId,
        upstream: &Upstream,
        known: &Validators,
        waiting: Option<&Waiting>,
    ) -> Result<Answer, ProxyError> {
        if nuget::is_package(package) {
            return self.ask_registration(package, upstream, known).await;
        }
        let url = formats::address(upstream, package)?;
        let accept = formats::accept(package);
        let watch = |come: &[u8]| {
            if let Some(waiting) = waiting {
                waiting.come(come);
            }
        };
        let asked = self.client.watch_document(url, accept, known, &watch);
        let asked = asked.await;
        observe::upstream_asked("packument", asked.as_ref().err());
        Ok(asked?)
    }

    /// What is known, marked as older than it should be.
    async fn otherwise(
        self: &Arc<Self>,
        package: PackageId,
        upstream: Upstream,
        record: DocumentRecord,
        why: &FetchError,
    ) -> Looked {
        let document = match self.kept(package.clone(), upstream, record).await? {
            Some(Known::Document(document)) => document,
            Some(gone) => return Ok(gone),
            None => return Err(why.clone().into()),
        };
        observe::served_stale();
        let marked = Known::Document(Arc::new(Document {
            stale: Some(why.to_string().into()),
            ..(*document).clone()
        }));
        self.documents.recent.learnt(package, marked.clone()).await;
        Ok(marked)
    }

    /// As [`kept`](Self::kept); where the store has lost it, the upstream
    /// still has it.
    async fn kept_or_fetched(
        self: &Arc<Self>,
        package: PackageId,
        upstream: Upstream,
        record: DocumentRecord,
    ) -> Looked {
        let kept = self.kept(package.clone(), upstream.clone(), record).await?;
        match kept {
            Some(known) => Ok(known),
            None => self.refresh(package, upstream, None, None).await,
        }
    }

    /// The document that the store's record names; `None` if the store has
    /// lost it.
    async fn kept(
        self: &Arc<Self>,
        package: PackageId,
        upstream: Upstream,
        record: DocumentRecord,
    ) -> Result<Option<Known>, ProxyError> {
        let Some(digest) = record.document else {
            return Ok(Some(Known::Gone(no_such_package(&package, &upstream))));
        };
        let recorded = self.store.recorded(upstream.url().as_str(), &package);
        let Recorded { history, memory } = recorded.await?;
        let Some(history) = history.map(Arc::new) else {
            return Ok(None);
        };
        let (remembered, facts) = self.whole(&package, &memory, &history).await?;
        let known = Known::Document(Arc::new(Document {
            package: package.clone(),
            upstream,
            digest,
            history,
            remembered,
            facts,
            checked: record.checked,
            stale: None,
        }));
        self.documents.recent.learnt(package, known.clone()).await;
        Ok(Some(known))
    }

    async fn confirmed(
        self: &Arc<Self>,
        package: &PackageId,
        upstream: &Upstream,
        record: Option<&DocumentRecord>,
    ) -> Looked {
        let now = self.clock.now();
        let url = upstream.url().as_str();
        let same = store::Validators::default();
        if let Err(error) = self.store.confirm(url, package, now, same).await {
            observe::store_failed("confirming", &error);
        }
        let mut record = record.cloned().ok_or(ProxyError::Broken)?;
        record.checked = now;
        let kept = self.kept(package.clone(), upstream.clone(), record).await?;
        if let Some(known) = kept {
            return Ok(known);
        }
        let (package, upstream) = (package.clone(), upstream.clone());
        Box::pin(Arc::clone(self).fetch(package, upstream, None, None)).await
    }

    /// A new document: read first, for what cannot be read is not kept.
    async fn arrived(
        self: &Arc<Self>,
        package: &PackageId,
        upstream: &Upstream,
        (bytes, digest): (Bytes, Digest),
        (validators, room): (Validators, Room),
        waiting: Option<Waiting>,
    ) -> Looked {
        let now = self.clock.now();
        let came = (bytes.clone(), digest);
        let (read, early) = self.read(package, upstream, came, now, waiting).await?;
        self.documents.raw.insert(digest, bytes.clone()).await;
        let history = Arc::new(read);
        let memory = self.memory(package, upstream, &history).await?;
        let (remembered, facts) = self.whole(package, &memory, &history).await?;
        let document = Arc::new(Document {
            package: package.clone(),
            upstream: upstream.clone(),
            digest,
            history,
            remembered,
            facts,
            checked: now,
            stale: None,
        });
        self.keep(&document, (bytes, early), validators, room).await;
        Ok(Known::Document(document))
    }

    async fn vanished(
        &self,
        package: &PackageId,
        upstream: &Upstream,
        record: Option<&DocumentRecord>,
        error: &FetchError,
    ) -> Known {
        let was_there = record.is_some_and(|record| record.document.is_some());
        if was_there {
            tracing::warn!(%package, %error, "a package is gone from its registry");
            let at = self.clock.now();
            let url = upstream.url().as_str();
            if let Err(error) = self.store.observe_gone(url, package, at).await {
                observe::store_failed("keeping that a package is gone", &error);
            }
        }
        Known::Gone(no_such_package(package, upstream))
    }

    /// The bytes of a document.
    pub(super) async fn raw(self: &Arc<Self>, document: &Document) -> Result<Bytes, ProxyError> {
        if let Some(bytes) = self.documents.raw.get(&document.digest).await {
            return Ok(bytes);
        }
        if let Some(bytes) = self.documents.keeping.bytes(document) {
            return Ok(bytes);
        }
        if let Some(bytes) = self.store.documents().get(&document.digest).await? {
            return Ok(bytes);
        }
        // The record outlived its bytes: a disk that lost them, or a folder
        // that was cleaned. The upstream still has them.
        tracing::warn!(package = %document.package, "the bytes of a document are not there; asking for them anew");
        let upstream = document.upstream.clone();
        self.refresh(document.package.clone(), upstream, None, None)
            .await?;
        let bytes = self.documents.raw.get(&document.digest).await;
        bytes.ok_or_else(|| {
            ProxyError::Damaged(format!(
                "the document of `{}` has just changed; ask again",
                document.package
            ))
        })
    }
}

fn no_such_package(package: &PackageId, upstream: &Upstream) -> Arc<str> {
    format!(
        "`{}` is not in the registry {}",
        package.name(),
        upstream.url()
    )
    .into()
}
