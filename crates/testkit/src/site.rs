//! Documents and files at their paths, as a static server has them: what some
//! registries are.

use crate::fake_npm::fault::with_type;
use crate::serving::{Port, Serving};
use crate::{Fault, Request};
use axum::Router;
use axum::body::Body;
use axum::extract;
use axum::http::header::{CONTENT_RANGE, ETAG, IF_NONE_MATCH, RANGE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What requests read and tests change.
pub(crate) struct Site {
    /// The address of the server, without a slash at the end.
    pub(crate) root: String,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By path.
    documents: HashMap<String, Document>,
    /// What answers a `POST`, by path.
    calls: HashMap<String, Call>,
    faults: Vec<(String, Fault)>,
    requests: Vec<Request>,
}

/// What is served at a path.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// What answers a question that is sent along.
pub(crate) type Call = Arc<dyn Fn(&[u8]) -> Document + Send + Sync>;

/// The longest question.
const MAX_QUESTION: usize = 1 << 20;

impl Site {
    /// An empty one at a free port.
    pub(crate) fn start() -> (Arc<Self>, Serving) {
        let port = Port::bind(0).expect("a free loopback port");
        let site = Arc::new(Self {
            root: format!("http://127.0.0.1:{}", port.number()),
            inner: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&site));
        let serving = port.serve_router(router).expect("a runtime");
        (site, serving)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A test that failed while it held the lock has said enough.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, documents: impl IntoIterator<Item = (String, Document)>) {
        self.inner().documents.extend(documents);
    }

    pub(crate) fn put_call(&self, path: &str, call: Call) {
        self.inner().calls.insert(path.to_owned(), call);
    }

    pub(crate) fn remove(&self, path: &str) {
        self.inner().documents.remove(path);
    }

    /// Misbehaves for every request to `path`; for every request at all if it
    /// is `*`.
    pub(crate) fn fail(&self, path: &str, fault: Fault) {
        self.inner().faults.push((path.to_owned(), fault));
    }

    pub(crate) fn heal(&self) {
        self.inner().faults.clear();
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.inner().requests.clone()
    }

    pub(crate) fn requests_to(&self, path: &str) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| request.path == path);
        requests
    }
}

/// Answers any request.
async fn answer(
    extract::State(state): extract::State<Arc<Site>>,
    request: extract::Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_QUESTION).await;
    let body = body.unwrap_or_default();
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
            body: body.to_vec(),
        });
        let mut faults = inner.faults.iter();
        let fault = faults.find(|(at, _)| *at == path || at == "*");
        let fault = fault.map(|(_, fault)| fault.clone());
        let found = match parts.method {
            Method::POST => inner.calls.get(&path).map(|call| call(&body)),
            _ => inner.documents.get(&path).cloned(),
        };
        (fault, found)
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
    let part = headers.get(RANGE).and_then(|range| range.to_str().ok());
    let mut answer = if known.is_some_and(|known| known == etag.as_str()) {
        plain(StatusCode::NOT_MODIFIED)
    } else if let Some((from, to)) = part.and_then(|part| bounds(part, found.bytes.len())) {
        part_of(&found, from, to)
    } else {
        with_type(found.kind, found.bytes)
    };
    let etag = etag.parse().expect("a header");
    answer.headers_mut().insert(ETAG, etag);
    let vary = HeaderValue::from_static("Accept");
    answer.headers_mut().insert(VARY, vary);
    answer
}

/// The first byte that a range asks for, and the one after its last.
fn bounds(range: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    if from.is_empty() {
        return Some((length.saturating_sub(to.parse().ok()?), length));
    }
    let to = to.parse().map_or(length, |to: usize| length.min(to + 1));
    let from = from.parse().ok()?;
    (from < to).then_some((from, to))
}

fn part_of(found: &Document, from: usize, to: usize) -> Response<Body> {
    let mut answer = with_type(found.kind, found.bytes[from..to].to_vec());
    *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    let shown = format!("bytes {from}-{}/{}", to - 1, found.bytes.len());
    let shown = shown.parse().expect("a header");
    answer.headers_mut().insert(CONTENT_RANGE, shown);
    answer
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}
