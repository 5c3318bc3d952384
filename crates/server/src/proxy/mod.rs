//! Between a client and the upstream: which document is current, what of it is
//! held, and the bytes that say so.

mod addresses;
mod arrival;
mod cargo;
mod compress;
mod direct;
mod documents;
mod early;
mod facts;
mod files;
mod formats;
mod integrity;
mod judging;
mod keeping;
mod memory;
mod message;
pub(crate) mod nuget;
mod parsed;
mod popularity;
mod pypi;
mod ready;
mod recent;
mod upstreams;

pub(crate) use documents::Document;
pub(crate) use files::File;
pub(crate) use formats::Form;
pub(crate) use judging::{Judged, Restriction};
pub(crate) use message::{AMBIGUOUS, of_versions, some_of, told_with_link as told};
pub(crate) use ready::{Key as ReadyKey, Manner};
pub(crate) use upstreams::unknown as no_upstream;

use crate::flight::Flights;
use crate::options::ProxyLimits;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use tenure_domain::{Clock, Ecosystem, PackageId};
use tenure_store::{Store, StoreError};
use tenure_upstream::client::Client;
use tenure_upstream::npm_config::Registries;
use tenure_upstream::{FetchError, Upstream, UpstreamError};
use tokio::sync::Semaphore;

/// The proxy of one server. What it holds in memory can be lost at any time.
pub(crate) struct Proxy {
    pub(crate) store: Store,
    pub(crate) client: Client,
    /// Where npm's packages come from.
    pub(crate) registries: Registries,
    /// Where those of other ecosystems do.
    pub(crate) others: BTreeMap<Ecosystem, Upstream>,
    pub(crate) clock: Clock,
    limits: ProxyLimits,
    tarball_hosts: Vec<String>,
    documents: documents::Documents,
    judged: judging::Cache,
    ready: ready::Cache,
    files: files::Files,
    cargo: cargo::Cargo,
    nuget: nuget::Nuget,
    facts: facts::Wanted,
    asking: Flights<PackageId, ()>,
    /// Reading and writing large documents takes processor and memory, so only
    /// so many at a time.
    work: Arc<Semaphore>,
}

/// What a [`Proxy`] is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) registries: Registries,
    pub(crate) others: BTreeMap<Ecosystem, Upstream>,
    pub(crate) clock: Clock,
    pub(crate) limits: ProxyLimits,
    pub(crate) tarball_hosts: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ProxyError {
    /// The upstream does not have it.
    #[error("{0}")]
    NotFound(String),
    /// The upstream could not be asked, or did not answer with what was asked.
    #[error(transparent)]
    Upstream(#[from] FetchError),
    #[error(transparent)]
    NoUpstream(UpstreamError),
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// What the upstream sent is not what it says it is.
    #[error("{0}")]
    Damaged(String),
    /// It cannot be written to disk, and can be passed on all the same.
    #[error("{0}")]
    Unkept(String),
    /// Must not be used.
    #[error("{0}")]
    Blocked(String),
    /// A bug: a task broke down.
    #[error("an error within the server, which its log tells more of")]
    Broken,
}

impl ProxyError {
    /// What a client is answered.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) | Self::Upstream(FetchError::NotFound { .. }) => {
                StatusCode::NOT_FOUND
            }
            Self::Blocked(_) => StatusCode::FORBIDDEN,
            Self::Upstream(FetchError::Stalled { .. }) => StatusCode::GATEWAY_TIMEOUT,
            Self::Upstream(_) | Self::Damaged(_) => StatusCode::BAD_GATEWAY,
            Self::Store(_) | Self::NoUpstream(_) | Self::Unkept(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<UpstreamError> for ProxyError {
    fn from(error: UpstreamError) -> Self {
        match error {
            // What was looked at is whoever runs the server's to know.
            UpstreamError::NotFound { ecosystem, .. } => {
                Self::NotFound(upstreams::unknown(ecosystem))
            }
            error => Self::NoUpstream(error),
        }
    }
}

impl From<StoreError> for ProxyError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl Proxy {
    pub(crate) fn new(parts: Parts) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            store: parts.store,
            client: parts.client,
            registries: parts.registries,
            others: parts.others,
            clock: parts.clock.clone(),
            limits: parts.limits,
            tarball_hosts: parts.tarball_hosts,
            documents: documents::Documents::new(parts.clock, &parts.limits),
            judged: judging::cache(),
            ready: ready::cache(parts.limits.memory),
            files: files::Files::new(),
            cargo: cargo::Cargo::new(),
            nuget: nuget::Nuget::new(),
            facts: facts::Wanted::new(),
            asking: Flights::new(),
            work: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Runs work that takes the processor for long, off the threads that serve.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProxyError> {
        let permit = Arc::clone(&self.work).acquire_owned().await;
        let permit = permit.map_err(|_| ProxyError::Broken)?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        task.await.map_err(|_| ProxyError::Broken)
    }
}
