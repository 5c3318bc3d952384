//! `GET /v3/flat/river/1.0.0/river.1.0.0.nupkg`: the file of a version, and
//! `river.nuspec`: what it says of itself.

use super::document::{judged, warn};
use crate::answer;
use crate::asked::Asked;
use crate::file;
use crate::observe;
use crate::proxy::{Document, ProxyError, told};
use axum::body::Body;
use axum::http::{Response, StatusCode};
use std::sync::Arc;
use tenure_domain::PackageId;
use tenure_trust::verdict::Verdict;
use tenure_upstream::cache::Validators;
use tenure_upstream::client::Answer;

pub(super) async fn file(
    asked: &Asked,
    package: &PackageId,
    version: &str,
) -> Result<Response<Body>, ProxyError> {
    let (document, written) = found(asked, package, version).await?;
    let mut response = file::of(asked, &document, &written, &written).await?;
    let judged = judged(asked, &document).await?;
    warn(asked, &mut response, &document, &judged, &written);
    Ok(response)
}

/// Passed on as it is: the same stands in the package.
pub(super) async fn manifest(
    asked: &Asked,
    package: &PackageId,
    version: &str,
) -> Result<Response<Body>, ProxyError> {
    let (document, written) = found(asked, package, version).await?;
    let judged = judged(asked, &document).await?;
    if let Some(restriction) = judged.of(&written)
        && restriction.verdict == Verdict::Block
    {
        let told = told(restriction, &asked.page(package));
        let name = package.name();
        return Err(ProxyError::Blocked(format!("{name}@{written} {told}")));
    }
    let proxy = &asked.app.proxy;
    let url = proxy
        .address_in_feed(&document, &written, ".nuspec")
        .await?;
    let nothing = Validators::default();
    let answer = proxy.client.get_document(url, "*/*", &nothing).await;
    observe::upstream_asked("service", answer.as_ref().err());
    match answer? {
        Answer::Document { bytes, .. } => {
            let bytes = bytes.to_vec();
            Ok(answer::bytes(StatusCode::OK, "application/xml", bytes))
        }
        Answer::NotModified => Err(ProxyError::Broken),
    }
}

/// The package's document, and the version as the feed writes it.
async fn found(
    asked: &Asked,
    package: &PackageId,
    version: &str,
) -> Result<(Arc<Document>, String), ProxyError> {
    let document = asked.app.proxy.document(package).await?;
    let written = document.release(version).map(str::to_owned);
    let written = written.ok_or_else(|| {
        let (name, feed) = (package.name(), document.upstream.url());
        ProxyError::NotFound(format!("`{name}@{version}` is not in the feed {feed}"))
    })?;
    Ok((document, written))
}
