//! Where a release's file is fetched from.

use super::files::called;
use super::formats::Said;
use super::integrity::Expected;
use super::{Document, Proxy, ProxyError};
use crate::observe;
use std::sync::Arc;
use tenure_domain::Ecosystem;
use tenure_upstream::FetchError;
use tenure_upstream::client::Download;
use tenure_upstream::{Unfollowed, check_own};
use url::Url;

impl Proxy {
    /// Begins to fetch the file of a release.
    pub(super) async fn download(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
        said: &Said,
    ) -> Result<Download, ProxyError> {
        let url = match document.package.ecosystem() {
            Ecosystem::Cargo => self.address_of_crate(document, version, said).await?,
            Ecosystem::Pypi => self.address_on_page(document, said).await?,
            Ecosystem::Nuget => self.address_in_feed(document, version, ".nupkg").await?,
            Ecosystem::Npm => self.address_of_tarball(document, version, said),
        };
        let asked = self.client.get_file(&url).await;
        observe::upstream_asked("tarball", asked.as_ref().err());
        asked.map_err(|error| match error {
            FetchError::NotFound { url } => ProxyError::NotFound(format!(
                "the registry lists `{}` and does not have its file: {url}",
                called(document, version)
            )),
            error => error.into(),
        })
    }

    /// An address elsewhere than the upstream's own is not followed blindly:
    /// anybody who can write into a registry's document could make this server
    /// ask anything within its reach. Instead the upstream is asked for it, as
    /// mirrors mean it.
    fn address_of_tarball(&self, document: &Document, version: &str, said: &Said) -> Url {
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

    /// Crates lie on another host than the index as a rule, and no crate's
    /// author has a say in where: the index's `config.json` has.
    async fn address_of_crate(
        self: &Arc<Self>,
        document: &Document,
        version: &str,
        said: &Said,
    ) -> Result<Url, ProxyError> {
        let config = self.cargo_config().await?;
        let checksum = said.expected.as_ref().map(Expected::to_string);
        // As the crate's authors write it.
        let name = document.history.package().name();
        let address = config.download(name, version, &checksum.unwrap_or_default());
        let address = address.ok_or(ProxyError::Broken)?;
        self.outward(&address, document.upstream.url()).await
    }

    /// Files lie on another host than the pages as a rule, and no project has a
    /// say in where: its page is the index's own.
    async fn address_on_page(&self, document: &Document, said: &Said) -> Result<Url, ProxyError> {
        let address = said.url.as_deref().ok_or(ProxyError::Broken)?;
        self.outward(address, document.upstream.url()).await
    }

    /// An address that a registry at `home` says is its own, if it can be: it
    /// leads neither from `https` to `http` nor from outside into the network
    /// that this server is in.
    pub(crate) async fn outward(&self, address: &str, home: &Url) -> Result<Url, ProxyError> {
        let refuse = |why: &str| {
            Err(ProxyError::Damaged(format!(
                "the registry {home} names an address of its own that is not followed, for {why}: {address}"
            )))
        };
        let Ok(url) = address.parse::<Url>() else {
            return refuse("it is no address");
        };
        if self.is_allowed(&url) || url.origin() == home.origin() {
            return Ok(url);
        }
        match check_own(home, &url).await {
            Ok(()) => Ok(url),
            Err(Unfollowed::NotHttps) => refuse("it is not https"),
            Err(Unfollowed::Inside) => refuse("it is within this server's own network"),
        }
    }
}
