//! Answers in the shape that clients print.
//!
//! npm and yarn 1 print the body's `error`; pnpm and yarn 4 print the reason
//! phrase of HTTP/1.1 instead (research: registries 2.3), so a refusal says it
//! in both. cargo prints the whole body; where it reads one, it looks for
//! `errors[].detail`.

use crate::proxy::ProxyError;
use crate::text;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use hyper::ext::ReasonPhrase;
use serde::Serialize;
use std::convert::Infallible;
use tenure_domain::Ecosystem;

/// What npm prints as `npm notice`, where it does not cache the answer.
pub(crate) const NPM_NOTICE: HeaderName = HeaderName::from_static("npm-notice");

/// A status and why, as npm's clients print it.
pub(crate) fn refusal(status: StatusCode, why: &str) -> Response<Body> {
    refusal_to(Ecosystem::Npm, status, why)
}

/// A status and why, as the clients of an ecosystem print it.
pub(crate) fn refusal_to(ecosystem: Ecosystem, status: StatusCode, why: &str) -> Response<Body> {
    let plain = text::plain(why);
    let body = match ecosystem {
        Ecosystem::Cargo => serde_json::json!({ "errors": [{ "detail": plain }] }),
        _ => serde_json::json!({ "error": plain }),
    };
    let mut response = json(status, &body);
    if let Ok(reason) = ReasonPhrase::try_from(text::ascii(why).into_bytes()) {
        response.extensions_mut().insert(reason);
    }
    no_store(&mut response);
    response
}

/// What went wrong, as the clients of an ecosystem print it.
pub(crate) fn failure_to(ecosystem: Ecosystem, error: &ProxyError) -> Response<Body> {
    refusal_to(ecosystem, error.status(), &error.to_string())
}

/// A JSON document.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    // Only maps with keys that are no texts cannot be written.
    let body = serde_json::to_vec(value).unwrap_or_default();
    bytes(status, "application/json", body)
}

/// An answer of that type.
pub(crate) fn bytes(status: StatusCode, kind: &str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, body.len().into());
    let kind = HeaderValue::from_str(kind);
    headers.insert(
        CONTENT_TYPE,
        kind.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    *response.body_mut() = Body::from(body);
    response
}

/// The absent body of a 304. With an empty one `Content-Length: 0` would be
/// sent, and in a 304 that is the length of the document (RFC 9110, section
/// 8.6).
pub(crate) fn of_unsaid_length() -> Body {
    Body::from_stream(futures_util::stream::empty::<Result<Vec<u8>, Infallible>>())
}

/// Nobody keeps this answer.
pub(crate) fn no_store(response: &mut Response<Body>) {
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, never);
}

/// Adds a line that npm prints as a notice.
pub(crate) fn notice(response: &mut Response<Body>, line: &str) {
    if let Ok(value) = HeaderValue::from_str(&text::ascii(line)) {
        response.headers_mut().insert(NPM_NOTICE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_it_in_the_body_and_in_the_reason_phrase() {
        let response = refusal(StatusCode::FORBIDDEN, "held: a → b\nsince 3.3.5");
        let reason = response.extensions().get::<ReasonPhrase>().unwrap();
        assert_eq!(reason.as_bytes(), b"held: a > b since 3.3.5");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    }

    #[tokio::test]
    async fn each_client_finds_the_reason_where_it_looks_for_it() {
        let body = async |ecosystem| {
            let response = refusal_to(ecosystem, StatusCode::FORBIDDEN, "held");
            axum::body::to_bytes(response.into_body(), 100)
                .await
                .unwrap()
        };
        assert_eq!(body(Ecosystem::Npm).await, r#"{"error":"held"}"#);
        let cargo = body(Ecosystem::Cargo).await;
        assert_eq!(cargo, r#"{"errors":[{"detail":"held"}]}"#);
    }
}
