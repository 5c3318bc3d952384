//! `GET /:package`: the document, without what is held.

use super::{Asked, failed};
use crate::answer::{self, refusal};
use crate::negotiate::{self, ABBREVIATED, Encoding, FULL};
use crate::proxy::{Document, ProxyError, ReadyKey};
use crate::text;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, VARY, WARNING,
};
use axum::http::{HeaderMap, Response, StatusCode};
use tenure_domain::PackageId;
use tenure_ecosystem::npm::hold::Form;

pub(super) async fn answer(asked: Asked, package: PackageId) -> Response<Body> {
    respond(&asked, &package)
        .await
        .unwrap_or_else(|error| failed(&error))
}

async fn respond(asked: &Asked, package: &PackageId) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let document = proxy.document(package).await?;
    let judged = proxy.judged(&document, &asked.view).await?;
    let request = &asked.parts.headers;
    let (form, encoding) = (negotiate::form(request), Encoding::of(request));
    let key = ReadyKey::new(&document, &judged, asked.base(), form, encoding);
    let etag = key.etag();
    let mut response = Response::new(Body::empty());
    describe(response.headers_mut(), &document);
    let known = etag
        .to_str()
        .is_ok_and(|tag| negotiate::has_already(request, tag));
    response.headers_mut().insert(ETAG, etag);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = answer::of_unsaid_length();
        return Ok(response);
    }
    let page = asked.page(package);
    let ready = proxy.ready(&key, &document, &judged, &page).await?;
    if let Some(why) = &ready.nothing_left
        && !negotiate::names_full(request)
    {
        return Ok(nothing_left(why, &document));
    }
    let headers = response.headers_mut();
    let kind = match form {
        Form::Full => FULL,
        Form::Abbreviated => ABBREVIATED,
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, ready.body.len().into());
    if encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
    }
    *response.body_mut() = Body::from(ready.body);
    Ok(response)
}

/// A document without versions tells most clients that the package may have
/// been unpublished. So they are refused it, with the reason. npm has a field
/// for the reason within the document, and pnpm 11 and later look up in the
/// full one when the releases in a lockfile were published, and refuse the
/// lockfile if they cannot: both ask for the full document by name.
fn nothing_left(why: &str, document: &Document) -> Response<Body> {
    let mut response = refusal(StatusCode::FORBIDDEN, why);
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
    mark_stale(headers, document);
    response
}

/// What is said of every answer about a document, also of one that it has not
/// changed (RFC 9110, section 15.4.5).
fn describe(headers: &mut HeaderMap, document: &Document) {
    headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
    // A release that was accepted or blocked a moment ago has to show: clients
    // ask each time, and a 304 is cheap.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    mark_stale(headers, document);
}

/// Says that a document could not be confirmed, and why.
pub(super) fn mark_stale(headers: &mut HeaderMap, document: &Document) {
    let Some(why) = &document.stale else { return };
    let why = text::ascii(why).replace(['"', '\\'], "'");
    let text = format!(
        "110 tenure \"not confirmed since {}: {why}\"",
        document.checked
    );
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(WARNING, value);
    }
}
