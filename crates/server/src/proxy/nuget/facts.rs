//! Who owned a package at each version, out of the signatures that the feed put
//! into its packages, and who owns it now, out of an answer of search.

use crate::observe;
use crate::proxy::{Document, Proxy, ProxyError};
use bytes::Bytes;
use std::cmp::Reverse;
use std::sync::Arc;
use tenure_domain::{History, NewRelease};
use tenure_ecosystem::nuget::registration::{Signed, observed};
use tenure_ecosystem::nuget::search::Found;
use tenure_ecosystem::nuget::service::Resource;
use tenure_upstream::client::{Client, Part, Piece};
use tenure_upstream::feed::{self, Asks};
use tenure_upstream::{FetchError, Upstream};
use tokio::time::Interval;
use url::Url;

/// Each version is a question of its own, or two. Of a package with more, the
/// newest are asked about, and the next ones the next time.
const MOST_VERSIONS: usize = 100;

/// Under which address what is learnt is kept.
pub(in crate::proxy) fn source(upstream: &Upstream) -> Box<str> {
    feed::kept_under(upstream).into()
}

impl Proxy {
    /// Asks the feed who owns a package and who owned it at each version. The
    /// address that this is kept under, and what it says.
    pub(in crate::proxy) async fn ask_feed(
        self: &Arc<Self>,
        document: &Document,
        pace: &mut Interval,
    ) -> Result<Option<(Box<str>, History)>, ProxyError> {
        let package = &document.package;
        let kept_under = source(&document.upstream);
        let earlier = self.kept_facts(&kept_under, package).await?;
        let earlier = earlier.map(|(history, _)| history);
        let found = self.found(document, pace).await?;
        let mut signed: Vec<Signed> = Vec::new();
        for release in earlier.iter().flat_map(History::releases) {
            let history = earlier.as_ref().ok_or(ProxyError::Broken)?;
            let known = NewRelease::from_history(history, release);
            signed.push((known.version, known.owners, known.signed_with));
        }
        let known = |version: &str| {
            let history = earlier.as_ref();
            history.is_some_and(|history| history.position(version).is_some())
        };
        let mut releases: Vec<_> = document.history.releases().iter().collect();
        releases.retain(|release| !known(&release.version));
        releases.sort_by_key(|release| Reverse(release.published));
        if let Some(certificates) = self.certificates(pace).await? {
            for release in releases.into_iter().take(MOST_VERSIONS) {
                let said = self.signed(document, &release.version, pace).await?;
                let owners = said.owners_by(&certificates).cloned();
                signed.push((release.version.clone(), owners, said.author));
            }
        } else {
            let unsigned = releases.into_iter();
            signed.extend(unsigned.map(|release| (release.version.clone(), None, None)));
        }
        let owners_now = found.and_then(|found| found.owners);
        let from = feed::source(&document.upstream, Some(self.clock.now()));
        let history = observed(package, &signed, owners_now, from);
        Ok(Some((kept_under, history)))
    }

    /// What search finds of a package; `None` where it does not.
    async fn found(
        self: &Arc<Self>,
        document: &Document,
        pace: &mut Interval,
    ) -> Result<Option<Found>, ProxyError> {
        let Some(url) = self.resource(Resource::Search, "").await? else {
            return Ok(None);
        };
        let mut slowly = Slowly(&self.client, pace);
        let found = feed::found(&mut slowly, &url, document.package.name()).await?;
        let first = feed::first_release(&document.history);
        let downloads = found.as_ref().and_then(|found| found.downloads);
        let now = self.clock.now();
        let popularity =
            downloads.and_then(|downloads| feed::popularity(downloads, first, &url, now));
        if let Some(popularity) = popularity {
            self.keep_popularity(document, popularity).await;
        }
        Ok(found)
    }

    /// The certificates of the feed; `None` where it does not say, so that no
    /// signature can be told to be its own.
    async fn certificates(
        self: &Arc<Self>,
        pace: &mut Interval,
    ) -> Result<Option<Vec<Box<str>>>, ProxyError> {
        let found = self.resource(Resource::RepositorySignatures, "").await?;
        let Some(url) = found else {
            return Ok(None);
        };
        let mut slowly = Slowly(&self.client, pace);
        Ok(Some(feed::certificates(&mut slowly, &url).await?))
    }

    /// What the signature of a version says; nothing where there is none.
    async fn signed(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
        pace: &mut Interval,
    ) -> Result<feed::Signed, ProxyError> {
        let package = &document.package;
        let url = self.address_in_feed(document, version, ".nupkg").await?;
        let signature = match feed::signature(&mut Slowly(&self.client, pace), &url).await {
            Err(FetchError::NotFound { .. }) => None,
            signature => signature?.unwrap_or_else(|error| {
                tracing::warn!(%package, version, %error, "a package cannot be read");
                None
            }),
        };
        let Some(signature) = signature else {
            return Ok(feed::Signed::default());
        };
        let read = self.work(move || feed::Signed::read(&signature)).await?;
        Ok(read.unwrap_or_else(|error| {
            tracing::warn!(%package, version, %error, "a signature cannot be read");
            feed::Signed::default()
        }))
    }
}

/// Asks no faster than everything in the background.
struct Slowly<'a>(&'a Client, &'a mut Interval);

impl Asks for Slowly<'_> {
    async fn json(&mut self, url: &Url) -> Result<Bytes, FetchError> {
        self.1.tick().await;
        let asked = self.0.asking_once().get_json(url.clone()).await;
        observe::upstream_asked("facts", asked.as_ref().err());
        asked
    }

    async fn part(&mut self, url: &Url, part: &Part) -> Result<Piece, FetchError> {
        self.1.tick().await;
        let asked = self.0.get_part(url, part).await;
        observe::upstream_asked("facts", asked.as_ref().err());
        asked
    }
}
