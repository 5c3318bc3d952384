use super::document::{Document, Form};
use super::fault::{error, with_type};
use super::{Request, State};
use axum::body::Body;
use axum::extract;
use axum::http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::sync::Arc;
use url::form_urlencoded;

/// The largest that a client may send.
const MAX_BODY: usize = 64 * 1024 * 1024;

const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

/// Answers any request.
pub(super) async fn answer(
    extract::State(state): extract::State<Arc<State>>,
    request: extract::Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_BODY).await;
    let seen = seen(&parts, body.unwrap_or_default().into(), &state.prefix);
    state.record(seen.clone());
    let fault = state.fault(&seen.path);
    if let Some(fault) = &fault
        && let Some(answer) = fault.instead().await
    {
        return answer;
    }
    let answer = if state.lets_in(&seen.path, seen.header("authorization")) {
        route(&state, &seen, &parts.headers)
    } else {
        error(401, "authentication is needed to see this")
    };
    match fault {
        Some(fault) => fault.spoil(answer).await,
        None => answer,
    }
}

fn seen(parts: &Parts, body: Vec<u8>, prefix: &str) -> Request {
    let uri = &parts.uri;
    let path = percent_decode_str(uri.path())
        .decode_utf8_lossy()
        .into_owned();
    // What lies outside of the registry keeps its whole path and is not found.
    let below = path.strip_prefix(prefix).map(|rest| format!("/{rest}"));
    let headers = parts.headers.iter();
    Request {
        method: parts.method.to_string(),
        target: uri.to_string(),
        path: below.unwrap_or_else(|| format!("/outside{path}")),
        headers: headers
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), value)
            })
            .collect(),
        body,
    }
}

fn route(state: &State, request: &Request, headers: &HeaderMap) -> Response<Body> {
    match request.method.as_str() {
        "GET" | "HEAD" => {}
        // What npm tells a registry unasked, audits above all.
        "POST" if request.path.starts_with("/-/npm/") => return json_answer(&json!({})),
        _ => return error(405, "this registry is read only"),
    }
    match request.path.as_str() {
        "/-/ping" => json_answer(&json!({})),
        "/-/v1/search" => search(state, request),
        path => package(state, &path[1..], headers),
    }
}

fn package(state: &State, path: &str, headers: &HeaderMap) -> Response<Body> {
    if let Some((name, file)) = path.split_once("/-/") {
        let file = state
            .document(name)
            .and_then(|document| document.file(file));
        return match file {
            Some(bytes) => with_type("application/octet-stream", bytes),
            None => error(404, "no such file"),
        };
    }
    if let Some(document) = state.document(path) {
        return packument(state, &document, headers);
    }
    let manifest = path.rsplit_once('/').and_then(|(name, selector)| {
        let document = state.document(name)?;
        document.manifest(selector).map(json_answer)
    });
    // npm's own words, which clients look for.
    manifest.unwrap_or_else(|| error(404, "Not found"))
}

fn packument(state: &State, document: &Document, headers: &HeaderMap) -> Response<Body> {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let accept = header(axum::http::header::ACCEPT).unwrap_or_default();
    let (form, kind) = if accept.contains(ABBREVIATED) {
        (document.abbreviated(), ABBREVIATED)
    } else {
        (document.full(), "application/json")
    };
    let changed = document.last_modified();
    let known = match header(IF_NONE_MATCH) {
        Some(etags) => state.etags() && matches(etags, &form.etag),
        None => changed.is_some() && header(IF_MODIFIED_SINCE) == changed.as_deref(),
    };
    let mut answer = if known {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
    } else {
        let gzip = header(axum::http::header::ACCEPT_ENCODING).is_some_and(|v| v.contains("gzip"));
        compressed(&form, kind, gzip)
    };
    let headers = answer.headers_mut();
    headers.insert(VARY, "accept-encoding, accept".parse().expect("a header"));
    if state.etags() {
        headers.insert(ETAG, form.etag.parse().expect("a header"));
    }
    if let Some(changed) = changed {
        headers.insert(LAST_MODIFIED, changed.parse().expect("a header"));
    }
    answer
}

fn matches(etags: &str, etag: &str) -> bool {
    let mut known = etags
        .split(',')
        .map(|known| known.trim().trim_start_matches("W/"));
    known.any(|known| known == etag || known == "*")
}

fn compressed(form: &Form, kind: &str, gzip: bool) -> Response<Body> {
    if !gzip {
        return with_type(kind, form.bytes.clone());
    }
    let mut answer = with_type(kind, form.gzip().to_vec());
    let gzip = "gzip".parse().expect("a header");
    answer.headers_mut().insert(CONTENT_ENCODING, gzip);
    answer
}

fn search(state: &State, request: &Request) -> Response<Body> {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let parameter = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let text = parameter("text").unwrap_or_default();
    let size = parameter("size")
        .and_then(|size| size.parse().ok())
        .unwrap_or(20);
    let objects: Vec<Value> = state
        .search(&text, size)
        .into_iter()
        .map(|(name, popularity)| {
            let mut object = json!({ "package": { "name": name } });
            if let Some((weekly, dependents)) = popularity {
                object["downloads"] = json!({ "weekly": weekly, "monthly": weekly * 30 / 7 });
                // A text, as npm writes it.
                object["dependents"] = dependents.to_string().into();
            }
            object
        })
        .collect();
    json_answer(&json!({ "total": objects.len(), "objects": objects }))
}

fn json_answer(json: &Value) -> Response<Body> {
    let mut answer = Response::new(Body::from(json.to_string()));
    let kind = "application/json".parse().expect("a media type");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
