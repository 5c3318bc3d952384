//! A registry of cargo's protocol within the test's own process: an index, the
//! files of crates, and the API that knows who published them.

mod crates;
mod routes;

pub use crates::{Crate, CrateRelease};

use crate::serving::{Port, Serving};
use crate::{Fault, Request};
use axum::Router;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A cargo registry on a loopback port, with a thread of its own. It stops when
/// it is dropped.
pub struct FakeCargo {
    state: Arc<State>,
    _serving: Serving,
}

/// Everything that requests read and tests change.
struct State {
    /// Without a slash at the end.
    root: String,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By name in lower case.
    crates: HashMap<String, Crate>,
    config: Value,
    faults: Vec<(String, Fault)>,
    requests: Vec<Request>,
}

impl State {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A test that failed while it held the lock has said enough.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self, name: &str) -> Option<Crate> {
        let name = name.to_ascii_lowercase();
        self.inner().crates.get(&name).cloned()
    }
}

impl FakeCargo {
    /// An empty registry on a free port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let port = Port::bind(0).expect("a free loopback port");
        let root = format!("http://127.0.0.1:{}", port.number());
        let config = json!({
            "dl": format!("{root}/files/{{crate}}/{{crate}}-{{version}}.crate"),
            "api": root,
        });
        let state = Arc::new(State {
            root,
            inner: Mutex::new(Inner {
                config,
                ..Inner::default()
            }),
        });
        let router = Router::new()
            .fallback(routes::answer)
            .with_state(Arc::clone(&state));
        let serving = port.serve_router(router).expect("a runtime");
        Self {
            state,
            _serving: serving,
        }
    }

    /// The address of the index, with a slash at the end.
    pub fn url(&self) -> String {
        format!("{}/index/", self.state.root)
    }

    /// The address of the API, without a slash at the end.
    pub fn api(&self) -> &str {
        &self.state.root
    }

    /// Serves a crate, instead of an earlier one of that name.
    pub fn put(&self, new: Crate) {
        let name = new.name.to_ascii_lowercase();
        self.state.inner().crates.insert(name, new);
    }

    /// Serves no crate of that name any more.
    pub fn remove(&self, name: &str) {
        self.state.inner().crates.remove(name);
    }

    /// Serves another `config.json`.
    pub fn set_config(&self, config: Value) {
        self.state.inner().config = config;
    }

    /// Misbehaves for every request to `path`, such as `/index/ri/ve/river`.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.state.inner().faults.push((path.to_owned(), fault));
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.state.inner().faults.clear();
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
