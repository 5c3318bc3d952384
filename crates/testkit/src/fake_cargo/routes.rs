use super::State;
use crate::Request;
use crate::fake_npm::fault::with_type;
use axum::body::Body;
use axum::extract;
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};
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
    let fault = {
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
        fault.map(|(_, fault)| fault.clone())
    };
    if let Some(fault) = &fault
        && let Some(answer) = fault.instead().await
    {
        return answer;
    }
    let answer = route(&state, &path, &parts.headers);
    match fault {
        Some(fault) => fault.spoil(answer).await,
        None => answer,
    }
}

fn route(state: &State, path: &str, headers: &HeaderMap) -> Response<Body> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let found = match segments.as_slice() {
        ["index", "config.json"] => {
            let config = state.inner().config.to_string();
            return document(config, headers);
        }
        ["index", .., name] => {
            let found = state.found(name).map(|found| found.index());
            return found.map_or_else(not_found, |index| document(index, headers));
        }
        ["files", name, file] => return of_crate(state, name, file),
        ["api", "v1", "crates", name] => state.found(name).map(|found| found.about()),
        ["api", "v1", "crates", name, "versions"] => {
            state.found(name).map(|found| found.versions())
        }
        ["api", "v1", "crates", name, "owners"] => state.found(name).map(|found| found.owners()),
        _ => None,
    };
    found.map_or_else(not_found, |json| json_answer(&json))
}

fn of_crate(state: &State, name: &str, file: &str) -> Response<Body> {
    let version = file
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".crate"));
    let bytes = version.and_then(|version| state.found(name)?.file(version));
    bytes.map_or_else(not_found, |bytes| with_type("application/gzip", bytes))
}

/// A file of the index, unless the client has it.
fn document(text: String, headers: &HeaderMap) -> Response<Body> {
    let digest = Sha256::digest(text.as_bytes());
    let etag = format!("\"{:02x}{:02x}{:02x}\"", digest[0], digest[1], digest[2]);
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known == etag.as_str());
    let mut answer = if known {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
    } else {
        with_type("text/plain", text.into_bytes())
    };
    let etag = etag.parse().expect("a header");
    answer.headers_mut().insert(ETAG, etag);
    answer
}

fn json_answer(json: &Value) -> Response<Body> {
    with_type("application/json", json.to_string().into_bytes())
}

fn not_found() -> Response<Body> {
    let mut answer = json_answer(&json!({ "errors": [{ "detail": "Not Found" }] }));
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}
