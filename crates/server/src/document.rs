//! The document of a package, without what is held.

use crate::answer;
use crate::asked::Asked;
use crate::negotiate::{self, Encoding};
use crate::proxy::{Document, Form, Manner, ProxyError, ReadyKey};
use crate::text;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, VARY, WARNING,
};
use axum::http::{HeaderMap, Response, StatusCode};
use std::sync::Arc;
use tenure_domain::PackageId;

/// How a document is wanted.
pub(crate) struct Wanted {
    pub(crate) form: Form,
    /// What the addresses in it begin with; empty if there are none.
    pub(crate) base: Arc<str>,
    /// Its type.
    pub(crate) kind: &'static str,
    /// What of a request the answer depends on.
    pub(crate) vary: &'static str,
}

/// The answer.
pub(crate) struct Answered {
    pub(crate) response: Response<Body>,
    pub(crate) document: Arc<Document>,
    /// Why the document has no versions, where all of them are held or
    /// blocked.
    pub(crate) nothing_left: Option<Arc<str>>,
}

/// Answers with a package's document, or that the client has it.
pub(crate) async fn respond(
    asked: &Asked,
    package: &PackageId,
    wanted: Wanted,
) -> Result<Answered, ProxyError> {
    let proxy = &asked.app.proxy;
    let request = &asked.parts.headers;
    let encoding = Encoding::of(request);
    let manner = Manner {
        base: wanted.base,
        form: wanted.form,
        encoding,
    };
    let document = proxy.document_in(package, Some(&manner)).await?;
    let judged = proxy.judged(&document, &asked.view).await?;
    let key = ReadyKey::new(document.digest, &judged, manner);
    let etag = key.etag();
    let mut response = Response::new(Body::empty());
    describe(response.headers_mut(), &document, wanted.vary);
    let known = etag
        .to_str()
        .is_ok_and(|tag| negotiate::has_already(request, tag));
    response.headers_mut().insert(ETAG, etag);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = answer::of_unsaid_length();
        return Ok(Answered {
            response,
            document,
            nothing_left: None,
        });
    }
    let ready = proxy
        .ready(&key, &document, &judged, &asked.page(package))
        .await?;
    proxy.answered(&document);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(wanted.kind));
    headers.insert(CONTENT_LENGTH, ready.body.len().into());
    if encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
    }
    *response.body_mut() = Body::from(ready.body);
    Ok(Answered {
        response,
        document,
        nothing_left: ready.nothing_left,
    })
}

/// What is said of every answer about a document, also of one that it has not
/// changed (RFC 9110, section 15.4.5).
fn describe(headers: &mut HeaderMap, document: &Document, vary: &'static str) {
    headers.insert(VARY, HeaderValue::from_static(vary));
    // A release that was accepted or blocked a moment ago has to show: clients
    // ask each time, and a 304 is cheap.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    mark_stale(headers, document);
}

/// Says that a document could not be confirmed, and why.
pub(crate) fn mark_stale(headers: &mut HeaderMap, document: &Document) {
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
