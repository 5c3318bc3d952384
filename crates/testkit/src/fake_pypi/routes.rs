use super::{Document, State};
use crate::Request;
use crate::fake_npm::fault::with_type;
use axum::body::Body;
use axum::extract;
use axum::http::header::{ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Answers any request.
pub(super) async fn answer(
    extract::State(state): extract::State<Arc<State>>,
    request: extract::Request,
) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.to_string(), value)
    });
    let (fault, found) = {
        let mut inner = state.inner();
        inner.requests.push(Request {
            method: parts.method.to_string(),
            target: parts.uri.to_string(),
            path: path.clone(),
            headers: headers.collect(),
            body: Vec::new(),
        });
        let mut faults = inner.faults.iter();
        let fault = faults.find(|(at, _)| *at == path || at == "*");
        let fault = fault.map(|(_, fault)| fault.clone());
        (fault, inner.documents.get(&path).cloned())
    };
    if let Some(fault) = &fault
        && let Some(answer) = fault.instead().await
    {
        return answer;
    }
    let answer = match found {
        Some(found) => document(found, &parts.headers),
        None => plain(StatusCode::NOT_FOUND),
    };
    match fault {
        Some(fault) => fault.spoil(answer).await,
        None => answer,
    }
}

/// A document, unless the client has it.
fn document(found: Document, headers: &HeaderMap) -> Response<Body> {
    let digest = Sha256::digest(&found.bytes);
    let etag = format!("\"{:02x}{:02x}{:02x}\"", digest[0], digest[1], digest[2]);
    let known = headers.get(IF_NONE_MATCH);
    let mut answer = if known.is_some_and(|known| known == etag.as_str()) {
        plain(StatusCode::NOT_MODIFIED)
    } else {
        with_type(found.kind, found.bytes)
    };
    let etag = etag.parse().expect("a header");
    answer.headers_mut().insert(ETAG, etag);
    let vary = HeaderValue::from_static("Accept");
    answer.headers_mut().insert(VARY, vary);
    answer
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}
