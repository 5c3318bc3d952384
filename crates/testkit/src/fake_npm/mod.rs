//! A registry of npm's protocol within the test's own process.

mod document;
pub(crate) mod fault;
mod routes;
mod state;
mod tarball;
pub(crate) mod tls;

pub use fault::{Fault, Pace};
pub use state::{Keep, Request};

use crate::serving::{Port, Serving};
use axum::Router;
use axum::serve::ListenerExt as _;
use serde_json::Value;
use state::State;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tls::Identity;
use tokio::net::TcpListener;

/// A registry on a loopback port, with a thread of its own. It stops when it
/// is dropped, whatever its clients are doing.
///
/// Paths are given as they read without escapes, such as `/@babel/core`.
pub struct FakeNpm {
    state: Arc<State>,
    port: u16,
    certificate: Option<String>,
    _serving: Serving,
}

impl FakeNpm {
    /// An empty registry at the root of a free port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        Self::start_below("/")
    }

    /// An empty registry below `path`, such as `/team/npm/`.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start_below(path: &str) -> Self {
        Self::start_at(0, path).expect("a free loopback port")
    }

    /// An empty registry that is reached by `https`, with a certificate that
    /// nobody vouches for.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start_with_tls() -> Self {
        let identity = Some(Identity::for_loopback());
        Self::launch(0, "/", identity).expect("a free loopback port")
    }

    /// An empty registry at a port of choice, 0 for any, below `path`.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start_at(port: u16, path: &str) -> io::Result<Self> {
        Self::launch(port, path, None)
    }

    fn launch(port: u16, path: &str, identity: Option<Identity>) -> io::Result<Self> {
        let socket = Port::bind(port)?;
        let port = socket.number();
        let prefix = format!("/{}/", path.trim_matches('/')).replace("//", "/");
        let scheme = if identity.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://127.0.0.1:{port}{prefix}");
        let certificate = identity.as_ref().map(|identity| identity.pem.clone());
        let state = Arc::new(State::new(url, prefix));
        let served = Arc::clone(&state);
        let serving = socket.serve(move |listener| serve(listener, identity, served))?;
        Ok(Self {
            state,
            port,
            certificate,
            _serving: serving,
        })
    }

    /// The address, with a slash at the end.
    pub fn url(&self) -> &str {
        &self.state.url
    }

    /// The same registry under another host's name.
    pub fn url_on_localhost(&self) -> String {
        self.url().replacen("127.0.0.1", "localhost", 1)
    }

    /// The certificate, in PEM, of a registry that is reached by `https`.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves a packument, instead of an earlier one of the package.
    ///
    /// # Panics
    /// When it is no packument.
    pub fn put(&self, packument: impl Into<Value>) {
        assert!(self.state.put(packument.into()), "this is no packument");
    }

    /// Serves no packument of that name any more.
    pub fn remove(&self, name: &str) {
        self.state.remove(name);
    }

    /// Serves the recorded packuments in a file or a folder; of several of the
    /// same package the one changed last. Other files are left out. Returns
    /// how many packages there are now.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn load(&self, path: impl AsRef<Path>) -> io::Result<usize> {
        self.load_keeping(path, Keep::Newest)
    }

    /// As [`load`](Self::load), with another choice among several of the same
    /// package.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn load_keeping(&self, path: impl AsRef<Path>, keep: Keep) -> io::Result<usize> {
        self.state.load(path.as_ref(), keep)?;
        Ok(self.state.packages())
    }

    /// Serves a recorded packument, unless a newer one is served already.
    /// Returns whether it is one and is served now.
    pub fn put_recorded(&self, bytes: &[u8]) -> bool {
        let json = serde_json::from_slice(bytes);
        json.is_ok_and(|json| self.state.put_recorded(json, Keep::Newest))
    }

    /// Says in searches how popular a package is.
    pub fn set_downloads(&self, name: &str, weekly: u64, dependents: u64) {
        self.state.set_downloads(name, weekly, dependents);
    }

    /// Misbehaves for every request to `path`; `*` is any path.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.state.plan(path, fault, None);
    }

    /// Misbehaves for the next `times` requests to `path`.
    pub fn fail_times(&self, path: &str, times: usize, fault: Fault) {
        self.state.plan(path, fault, Some(times));
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.state.heal();
    }

    /// Answers 401 below `prefix` to whoever does not send exactly this
    /// `Authorization`.
    pub fn lock(&self, prefix: &str, authorization: &str) {
        self.state.lock(prefix, authorization);
    }

    /// Whether documents carry an `ETag`. They carry `Last-Modified` anyway.
    pub fn set_etags(&self, etags: bool) {
        self.state.set_etags(etags);
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests()
    }

    /// The requests to `path` so far.
    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| request.path == path);
        requests
    }

    /// How many requests to `path` there were so far.
    pub fn count(&self, path: &str) -> usize {
        self.requests_to(path).len()
    }
}

async fn serve(listener: TcpListener, identity: Option<Identity>, state: Arc<State>) {
    let router = Router::new().fallback(routes::answer).with_state(state);
    let served = if let Some(identity) = identity {
        axum::serve(identity.listen(listener), router).await
    } else {
        let listener = listener.tap_io(|connection| {
            // Or the last piece of a paced answer is held back until what was
            // sent before is confirmed. Without it, it is only slower.
            let _ = connection.set_nodelay(true);
        });
        axum::serve(listener, router).await
    };
    served.expect("a listener that was bound");
}
