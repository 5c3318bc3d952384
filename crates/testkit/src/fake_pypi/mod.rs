//! A Python index within the test's own process: pages of projects (PEP 691),
//! the JSON API with owners, and provenance documents (PEP 740).

mod project;

pub use project::PypiProject;

use axum::Router;
use axum::body::Body;
use axum::extract;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{Response, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

const PAGE: &str = "application/vnd.pypi.simple.v1+json";

/// An index on a loopback port, with a thread of its own. It stops when it is
/// dropped.
pub struct FakePypi {
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    /// The address of the server, without a slash at the end.
    root: String,
    /// Documents by their path.
    documents: Mutex<HashMap<String, Value>>,
    /// The paths that were asked for.
    asked: Mutex<Vec<String>>,
}

impl FakePypi {
    /// An empty index at a free port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free loopback port");
        listener.set_nonblocking(true).expect("a listener");
        let port = listener.local_addr().expect("a bound listener").port();
        let state = Arc::new(State {
            root: format!("http://127.0.0.1:{port}"),
            ..State::default()
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let (stop, stopped) = oneshot::channel();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state));
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener);
                let listener = listener.expect("within a runtime");
                tokio::select! {
                    served = axum::serve(listener, router) => served.expect("a bound listener"),
                    // Dropping the runtime ends what still runs.
                    _ = stopped => {}
                }
            });
        });
        Self {
            state,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The address of the folder of pages, with a slash at the end.
    pub fn url(&self) -> String {
        format!("{}/simple/", self.state.root)
    }

    /// Serves a project, instead of an earlier one of the name.
    pub fn put(&self, project: &PypiProject) {
        let documents = project.documents(&self.state.root);
        self.state.documents().extend(documents);
    }

    /// Serves a page as it is written, instead of the project's own.
    ///
    /// # Panics
    /// When it is no JSON.
    pub fn put_page(&self, name: &str, page: &str) {
        let page = serde_json::from_str(page).expect("a page in JSON");
        let path = format!("/simple/{name}/");
        self.state.documents().insert(path, page);
    }

    /// Serves no document at a path any more.
    pub fn remove(&self, path: &str) {
        self.state.documents().remove(path);
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.state.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for FakePypi {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It fails only if the thread has ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl State {
    fn documents(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        let documents = self.documents.lock();
        documents.unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    extract::State(state): extract::State<Arc<State>>,
    request: extract::Request,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let asked = state.asked.lock();
    asked
        .unwrap_or_else(PoisonError::into_inner)
        .push(path.clone());
    let Some(document) = state.documents().get(&path).cloned() else {
        return plain(StatusCode::NOT_FOUND);
    };
    let bytes = document.to_string();
    let digest = Sha256::digest(bytes.as_bytes());
    let etag = format!(
        "\"{:x}\"",
        digest
            .iter()
            .fold(0_u64, |sum, byte| { sum.rotate_left(8) ^ u64::from(*byte) })
    );
    let known = request.headers().get(IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return plain(StatusCode::NOT_MODIFIED);
    }
    let kind = if path.starts_with("/simple/") {
        PAGE
    } else {
        "application/json"
    };
    let answer = Response::builder()
        .header(CONTENT_TYPE, kind)
        .header(VARY, "Accept")
        .header(ETAG, etag)
        .body(Body::from(bytes));
    answer.expect("headers without control characters")
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}
