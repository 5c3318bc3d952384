//! What cargo's registries have beside the files of crates: a configuration,
//! and an API that knows who published what.

use super::parsed::Parsed;
use super::{Document, Proxy, ProxyError};
use crate::observe;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tenure_domain::{DocumentKind, Ecosystem, History, Popularity, Source, Time};
use tenure_ecosystem::cargo::api::{self, ApiError, Version};
use tenure_ecosystem::cargo::config::{self, Config};
use tenure_upstream::FetchError;
use tokio::time::Interval;
use url::Url;

pub(super) struct Cargo {
    configs: Parsed<Config>,
}

/// Ten times as many as the crate with the most versions needs.
const MOST_PAGES: usize = 100;
/// The API tells the downloads of so many days.
const RECENT_DAYS: u64 = 90;

impl Cargo {
    pub(super) fn new() -> Self {
        Self {
            configs: Parsed::new(),
        }
    }
}

impl Proxy {
    /// The configuration of the index behind this server.
    pub(super) fn cargo_config(
        self: &Arc<Self>,
    ) -> BoxFuture<'static, Result<Arc<Config>, ProxyError>> {
        let file = (Ecosystem::Cargo, config::NAME);
        let read = |raw: &[u8]| Config::read(raw).map_err(|error| error.to_string());
        self.cargo.configs.current(self, file, read)
    }

    /// Asks the registry's API about a crate. The API's address, and what it
    /// says; `None` where there is none.
    pub(super) async fn ask_cargo_api(
        self: &Arc<Self>,
        document: &Document,
        pace: &mut Interval,
    ) -> Result<Option<(Box<str>, History)>, ProxyError> {
        let Some(base) = self.cargo_config().await?.api.clone() else {
            return Ok(None);
        };
        let name = document.history.package().name();
        let address = format!("{base}{}", api::path(name));
        let address = self.outward(&address, document.upstream.url()).await?;
        let about = self.ask_api(&address, pace).await?;
        let about = read(&address, &about, api::read_crate)?;
        self.keep_recent_downloads(document, &address, about.recent_downloads)
            .await;
        let mut versions = about.versions;
        if versions.len() < document.history.releases().len() {
            versions = self.ask_versions(&address, pace).await?;
        }
        let owners = below(&address, "owners");
        let owners = match self.ask_api(&owners, pace).await {
            Ok(answer) => Some(read(&owners, &answer, api::read_owners)?),
            Err(ProxyError::Upstream(FetchError::NotFound { .. })) => None,
            Err(error) => return Err(error),
        };
        let source = Source {
            from: address.to_string(),
            seen: Some(self.clock.now()),
            sha256: String::new(),
            kind: DocumentKind::CargoApi,
        };
        let package = document.history.package();
        let history = api::history(package, &versions, owners.as_deref(), source);
        Ok(Some((base, history)))
    }

    /// All pages of a crate's versions.
    async fn ask_versions(
        &self,
        address: &Url,
        pace: &mut Interval,
    ) -> Result<Vec<Version>, ProxyError> {
        let mut versions = Vec::new();
        let mut next = below(address, "versions");
        next.set_query(Some("per_page=100"));
        for _ in 0..MOST_PAGES {
            let page = self.ask_api(&next, pace).await?;
            let page = read(&next, &page, api::read_versions)?;
            versions.extend(page.versions);
            match page
                .next
                .as_deref()
                .and_then(|query| query.strip_prefix('?'))
            {
                Some(query) => next.set_query(Some(query)),
                None => break,
            }
        }
        Ok(versions)
    }

    /// Asks for a document that says something of people.
    pub(super) async fn ask_api(
        &self,
        url: &Url,
        pace: &mut Interval,
    ) -> Result<bytes::Bytes, ProxyError> {
        pace.tick().await;
        let asked = self.client.asking_once().get_json(url.clone()).await;
        observe::upstream_asked("facts", asked.as_ref().err());
        Ok(asked?)
    }

    async fn keep_recent_downloads(&self, document: &Document, source: &Url, recent: Option<u64>) {
        let Some(recent) = recent else { return };
        let now: Time = self.clock.now();
        let popularity = Popularity {
            downloads_per_week: Some(recent.saturating_mul(7) / RECENT_DAYS),
            dependents: None,
            source: source.to_string(),
            seen: now,
            highest: None,
        };
        self.keep_popularity(document, popularity).await;
    }
}

fn below(address: &Url, path: &str) -> Url {
    let mut url = address.clone();
    url.set_path(&format!("{}/{path}", address.path()));
    url
}

fn read<T>(
    url: &Url,
    bytes: &[u8],
    read: fn(&[u8]) -> Result<T, ApiError>,
) -> Result<T, FetchError> {
    read(bytes).map_err(|error| FetchError::Unreadable {
        url: url.to_string(),
        why: error.to_string(),
    })
}
