//! A Python index within the test's own process: pages of projects (PEP 503 and
//! 691), wheels that installers install, their metadata (PEP 658), the JSON API
//! with owners, and provenance documents (PEP 740).

mod project;
mod routes;
mod wheel;

pub use project::PypiProject;

use crate::{Fault, Request};
use axum::Router;
use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// An index on a loopback port, with a thread of its own. It stops when it is
/// dropped.
pub struct FakePypi {
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Everything that requests read and tests change.
struct State {
    /// The address of the server, without a slash at the end.
    root: String,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By path.
    documents: HashMap<String, Document>,
    faults: Vec<(String, Fault)>,
    requests: Vec<Request>,
}

/// What is served at a path.
#[derive(Clone)]
struct Document {
    kind: &'static str,
    bytes: Vec<u8>,
}

impl State {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A test that failed while it held the lock has said enough.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const JSON_PAGE: &str = "application/vnd.pypi.simple.v1+json";

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
            inner: Mutex::default(),
        });
        let served = Arc::clone(&state);
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || serve(listener, served, stopped));
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

    /// The address of the server, without a slash at the end.
    pub fn root(&self) -> &str {
        &self.state.root
    }

    /// Serves a project, instead of an earlier one of the name.
    pub fn put(&self, project: &PypiProject) {
        let documents = project.documents(&self.state.root);
        self.state.inner().documents.extend(documents);
    }

    /// Serves a page as it is written, in JSON or HTML, instead of the
    /// project's own; without a name, the list of projects.
    pub fn put_page(&self, name: &str, page: &str) {
        let kind = if page.starts_with('{') {
            JSON_PAGE
        } else {
            "text/html"
        };
        let page = Document {
            kind,
            bytes: page.as_bytes().to_vec(),
        };
        let path = format!("/simple/{name}/").replace("//", "/");
        self.state.inner().documents.insert(path, page);
    }

    /// Serves no document at a path any more.
    pub fn remove(&self, path: &str) {
        self.state.inner().documents.remove(path);
    }

    /// Misbehaves for every request to `path`, such as `/simple/river/`; for
    /// every request at all if it is `*`.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.state.inner().faults.push((path.to_owned(), fault));
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.state.inner().faults.clear();
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        let inner = self.state.inner();
        let requests = inner.requests.iter();
        requests.map(|request| request.path.clone()).collect()
    }

    /// The requests to `path` so far.
    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        let mut requests = self.state.inner().requests.clone();
        requests.retain(|request| request.path == path);
        requests
    }

    /// How many requests to `path` there were so far.
    pub fn count(&self, path: &str) -> usize {
        self.requests_to(path).len()
    }
}

fn serve(listener: TcpListener, state: Arc<State>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("within a runtime");
        let router = Router::new().fallback(routes::answer).with_state(state);
        tokio::select! {
            served = async { axum::serve(listener, router).await } => {
                served.expect("a listener that was bound");
            }
            // Dropping the runtime ends what still runs.
            _ = stopped => {}
        }
    });
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
