//! Who owned a package at each version, out of the signatures that the feed put
//! into its packages, and who owns it now, out of an answer of search.

use super::unreadable;
use crate::observe;
use crate::proxy::{Document, Proxy, ProxyError};
use std::cmp::Reverse;
use std::sync::Arc;
use tenure_domain::{DocumentKind, History, Party, Source};
use tenure_ecosystem::nuget::registration::observed;
use tenure_ecosystem::nuget::service::Resource;
use tenure_ecosystem::nuget::signature::{Locator, PackageSignature, Step};
use tenure_ecosystem::nuget::{search, signers};
use tenure_upstream::client::{Part, Piece};
use tenure_upstream::{FetchError, Upstream};
use tokio::time::Interval;
use url::Url;

/// Each version is a question of its own, or two. Of a package with more, the
/// newest are asked about, and the next ones the next time.
const MOST_VERSIONS: usize = 100;

/// Under which address what is learnt is kept.
pub(in crate::proxy) fn source(upstream: &Upstream) -> Box<str> {
    format!("{}index.json#owners", upstream.url()).into()
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
        let owners_now = self.owners_now(document, pace).await?;
        let mut signed: Vec<(Box<str>, Option<Vec<Party>>)> = Vec::new();
        for release in earlier.iter().flat_map(History::releases) {
            let history = earlier.as_ref().ok_or(ProxyError::Broken)?;
            let owners = release.owners.map(|set| history.owner_set(set));
            let owners = owners.map(|set| set.iter().map(|ix| history.party(*ix).clone()));
            signed.push((release.version.clone(), owners.map(Iterator::collect)));
        }
        let known = |version: &str| {
            let history = earlier.as_ref();
            history.is_some_and(|history| history.position(version).is_some())
        };
        let mut releases: Vec<_> = document.history.releases().iter().collect();
        releases.retain(|release| !known(&release.version));
        releases.sort_by_key(|release| Reverse(release.published));
        if let Some(signers) = self.signers(pace).await? {
            for release in releases.into_iter().take(MOST_VERSIONS) {
                let owners = self.signed_owners(document, &release.version, &signers, pace);
                signed.push((release.version.clone(), owners.await?));
            }
        } else {
            let unsigned = releases.into_iter();
            signed.extend(unsigned.map(|release| (release.version.clone(), None)));
        }
        let from = Source {
            from: kept_under.to_string(),
            seen: Some(self.clock.now()),
            sha256: String::new(),
            kind: DocumentKind::NugetOwners,
        };
        let history = observed(package, &signed, owners_now, from);
        Ok(Some((kept_under, history)))
    }

    /// Who owns a package, as search finds it; `None` where it does not.
    async fn owners_now(
        self: &Arc<Self>,
        document: &Document,
        pace: &mut Interval,
    ) -> Result<Option<Vec<Party>>, ProxyError> {
        let Some(mut url) = self.resource(Resource::Search, "").await? else {
            return Ok(None);
        };
        let id = document.package.name();
        url.query_pairs_mut()
            .append_pair("q", id)
            .append_pair("prerelease", "true")
            .append_pair("semVerLevel", "2.0.0")
            .append_pair("take", "20");
        let answer = self.ask_slowly(&url, pace).await?;
        let found = search::find(&answer, id).map_err(|error| unreadable(&url, &error))?;
        Ok(found.and_then(|found| found.owners))
    }

    /// The certificates of the feed; `None` where it does not say, so that no
    /// signature can be told to be its own.
    async fn signers(
        self: &Arc<Self>,
        pace: &mut Interval,
    ) -> Result<Option<Vec<Box<str>>>, ProxyError> {
        let found = self.resource(Resource::RepositorySignatures, "").await?;
        let Some(url) = found else {
            return Ok(None);
        };
        let answer = self.ask_slowly(&url, pace).await?;
        let signers = signers::read(&answer).map_err(|error| unreadable(&url, &error))?;
        Ok(Some(signers))
    }

    /// The owners that the feed signed for a version; `None` where it did not.
    async fn signed_owners(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
        signers: &[Box<str>],
        pace: &mut Interval,
    ) -> Result<Option<Vec<Party>>, ProxyError> {
        let url = self.address_in_feed(document, version, ".nupkg").await?;
        let signature = match self.signature(&url, pace).await {
            Err(ProxyError::Upstream(FetchError::NotFound { .. })) => None,
            signature => signature?,
        };
        let Some(signature) = signature else {
            return Ok(None);
        };
        let read = self.work(move || PackageSignature::read(&signature));
        let read = match read.await? {
            Ok(read) => read,
            Err(error) => {
                let package = &document.package;
                tracing::warn!(%package, version, %error, "a signature cannot be read");
                return Ok(None);
            }
        };
        let repository = read.repository();
        let certificate = repository.and_then(|signer| signer.certificate.as_ref());
        let is_its_own = certificate.is_some_and(|one| signers.contains(&one.sha256));
        Ok(read.owners().filter(|_| is_its_own))
    }

    /// The signature in a package, of which only the end is fetched.
    async fn signature(
        &self,
        url: &Url,
        pace: &mut Interval,
    ) -> Result<Option<Vec<u8>>, ProxyError> {
        let mut wanted = Part::Last(Locator::TAIL);
        let mut locator: Option<Locator> = None;
        loop {
            pace.tick().await;
            let asked = self.client.get_part(url, &wanted).await;
            observe::upstream_asked("facts", asked.as_ref().err());
            let Piece { start, bytes, size } = asked?;
            let locator = locator.get_or_insert_with(|| Locator::new(size));
            locator.give(start, bytes.to_vec());
            match locator.step() {
                Ok(Step::Signed(signature)) => return Ok(Some(signature)),
                Ok(Step::Unsigned) => return Ok(None),
                Ok(Step::Need(range)) => wanted = Part::Bytes(range),
                Err(error) => {
                    tracing::warn!(%url, %error, "a package cannot be read");
                    return Ok(None);
                }
            }
        }
    }

    async fn ask_slowly(&self, url: &Url, pace: &mut Interval) -> Result<bytes::Bytes, ProxyError> {
        pace.tick().await;
        let asked = self.client.asking_once().get_json(url.clone()).await;
        observe::upstream_asked("facts", asked.as_ref().err());
        Ok(asked?)
    }
}
