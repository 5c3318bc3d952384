//! `GET /:package/:version` and `GET /:package/:tag`: one manifest.

use super::{Asked, failed};
use crate::answer;
use crate::document;
use crate::proxy::{ProxyError, of_versions};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::npm::hold::Manifest;

pub(super) async fn answer(asked: Asked, package: PackageId, wanted: &str) -> Response<Body> {
    respond(&asked, &package, wanted)
        .await
        .unwrap_or_else(|error| failed(&error))
}

async fn respond(
    asked: &Asked,
    package: &PackageId,
    wanted: &str,
) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let document = proxy.document(package).await?;
    let judged = proxy.judged(&document, &asked.view).await?;
    let found = proxy
        .manifest(&document, &judged, asked.base(Ecosystem::Npm), wanted)
        .await?;
    let manifest = match found {
        Some(Manifest::Offered { bytes, .. }) => bytes,
        Some(Manifest::Restricted { version, upstream }) => {
            let why = match upstream {
                Some(why) => {
                    let (name, registry) = (package.name(), document.upstream.url());
                    format!("{name}@{version} is held by the registry {registry}: {why}")
                }
                None => of_versions(package, &[version], &judged, &asked.page(package)),
            };
            return Err(ProxyError::Blocked(why));
        }
        None => {
            return Err(ProxyError::NotFound(format!(
                "`{}` has no version or tag `{wanted}`",
                package.name()
            )));
        }
    };
    let mut response = answer::bytes(StatusCode::OK, "application/json", manifest);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    document::mark_stale(headers, &document);
    Ok(response)
}
