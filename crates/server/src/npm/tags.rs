//! `GET /-/package/:package/dist-tags`: the tags, none of them at anything held.

use super::{Asked, failed};
use crate::answer;
use crate::document;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{Response, StatusCode};
use tenure_domain::PackageId;

pub(super) async fn answer(asked: Asked, package: PackageId) -> Response<Body> {
    respond(&asked, &package)
        .await
        .unwrap_or_else(|error| failed(&error))
}

async fn respond(asked: &Asked, package: &PackageId) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let document = proxy.document(package).await?;
    let judged = proxy.judged(&document, &asked.view).await?;
    let tags = proxy.tags(&document, &judged).await?;
    let mut response = answer::json(StatusCode::OK, &tags);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    document::mark_stale(headers, &document);
    Ok(response)
}
