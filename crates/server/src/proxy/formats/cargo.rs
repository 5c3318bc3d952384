//! The file of a crate in a cargo index, and the index's `config.json`, which
//! is looked up, kept and confirmed as if it were one.

use super::{Said, SaidOfAll, Writing, unusable, without_releases};
use crate::proxy::ProxyError;
use crate::proxy::integrity::Expected;
use tenure_domain::{DocumentKind, History, PackageId};
use tenure_ecosystem::cargo::config::{self, Config};
use tenure_ecosystem::cargo::index::{self, Index};
use tenure_upstream::{FetchError, Upstream};
use url::Url;

/// What cargo asks for.
pub(super) const ACCEPT: &str = "text/plain";

pub(super) fn address(upstream: &Upstream, package: &PackageId) -> Result<Url, FetchError> {
    let name = package.name();
    let path = index::path(name);
    upstream.below(path.as_deref().unwrap_or(name))
}

pub(super) fn read(package: &PackageId, bytes: &[u8]) -> Result<History, String> {
    if package.name() == config::NAME {
        Config::read(bytes).map_err(|error| error.to_string())?;
        return Ok(without_releases(package, DocumentKind::CargoIndex));
    }
    let index = Index::read(package.name(), bytes).map_err(|error| error.to_string())?;
    Ok(index.history())
}

pub(super) fn files(package: &PackageId, raw: &[u8]) -> Result<SaidOfAll, ProxyError> {
    let index = Index::read(package.name(), raw).map_err(|error| unusable(package, &error))?;
    let good = index.checksums().map(|(version, checksum)| {
        let said = Said {
            readable: true,
            url: None,
            expected: Some(Expected::Sha256(checksum.to_owned())),
        };
        (version.into(), said)
    });
    // Which version such a line is about is what cannot be known.
    let bad = index.bad_lines().map(|bad| {
        let said = Said {
            readable: false,
            url: None,
            expected: None,
        };
        (format!("line {}", bad.line).into(), said)
    });
    Ok(good.chain(bad).collect())
}

pub(super) fn write(writing: &Writing<'_>, raw: &[u8]) -> Result<Vec<u8>, ProxyError> {
    let package = &writing.document.package;
    let restricted = writing.restricted();
    let index = Index::read(package.name(), raw).map_err(|error| unusable(package, &error))?;
    let rendered = index.render(&|version: &str| restricted.is(version));
    for line in &rendered.unreadable {
        tracing::warn!(%package, %line, "a release is held, for its line cannot be read");
    }
    Ok(rendered.bytes)
}
