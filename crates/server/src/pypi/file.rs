//! `GET /files/river/river-2.1.0-py3-none-any.whl`: a file, or with `.metadata`
//! at the end what a wheel says of itself (PEP 658).

use crate::asked::Asked;
use crate::file;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::Response;
use tenure_domain::PackageId;
use tenure_trust::verdict::Verdict;

pub(super) async fn respond(
    asked: &Asked,
    package: &PackageId,
    name: &str,
) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let document = proxy.document(package).await?;
    if document.is_metadata(name) {
        // Nothing of it runs, and installers read it of whatever they may
        // choose.
        return file::content(asked, &document, name, None).await;
    }
    if let Some(version) = document.release_of(name) {
        return file::of(asked, &document, name, version).await;
    }
    let judged = proxy.judged(&document, &asked.view).await?;
    let mut restrictions = judged.restrictions.values();
    let some_blocked = restrictions.any(|restriction| restriction.verdict == Verdict::Block);
    if some_blocked && proxy.is_on_page(&document, name).await? {
        return Err(ProxyError::Blocked(format!(
            "{name} is blocked, for its name does not say of which release of `{}` it is, and some are blocked",
            package.name()
        )));
    }
    file::content(asked, &document, name, None).await
}
