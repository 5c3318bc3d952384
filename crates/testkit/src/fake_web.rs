//! The web within the test's own process: pages of several hosts, the API of a
//! forge, and what misbehaves.

use crate::Fault;
use crate::fake_npm::fault::with_type;
use crate::fake_npm::tls::Identity;
use crate::serving::{Port, Serving};
use axum::Router;
use axum::body::Body;
use axum::extract;
use axum::http::header::HOST;
use axum::http::{Response, StatusCode};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A server on a loopback port, with a thread of its own, which is all hosts
/// that it was made for.
pub struct FakeWeb {
    address: SocketAddr,
    pem: Option<String>,
    state: Arc<State>,
    _serving: Serving,
}

#[derive(Default)]
struct State(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// By host and path.
    pages: HashMap<String, (String, Vec<u8>)>,
    faults: HashMap<String, Fault>,
    asked: Vec<String>,
}

impl FakeWeb {
    /// These hosts with `https`, by a certificate that [`pem`](Self::pem) has.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn of(hosts: &[&str]) -> Self {
        Self::start(Some(Identity::of(hosts)))
    }

    /// One without `https`, whatever host is meant.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn plain() -> Self {
        Self::start(None)
    }

    fn start(identity: Option<Identity>) -> Self {
        let port = Port::bind(0).expect("a free loopback port");
        let address = SocketAddr::from(([127, 0, 0, 1], port.number()));
        let state = Arc::<State>::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state));
        let pem = identity.as_ref().map(|identity| identity.pem.clone());
        let serving = port.serve(async move |listener| {
            let served = match identity {
                Some(identity) => axum::serve(identity.listen(listener), router).await,
                None => axum::serve(listener, router).await,
            };
            served.expect("a listener that was bound");
        });
        Self {
            address,
            pem,
            state,
            _serving: serving.expect("a runtime"),
        }
    }

    /// Where it is, whatever its hosts are called.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate that its clients must know.
    pub fn pem(&self) -> &str {
        self.pem.as_deref().unwrap_or_default()
    }

    /// Serves a page: `ada.example/.well-known/tenure.txt`; a path alone for any
    /// host.
    pub fn put(&self, place: &str, kind: &str, text: &str) {
        let page = (kind.to_owned(), text.as_bytes().to_vec());
        self.state.known().pages.insert(place.to_owned(), page);
    }

    /// Serves no page there any more.
    pub fn remove(&self, place: &str) {
        self.state.known().pages.remove(place);
    }

    /// Misbehaves for every request for a page.
    pub fn fail(&self, place: &str, fault: Fault) {
        self.state.known().faults.insert(place.to_owned(), fault);
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.state.known().faults.clear();
    }

    /// The hosts and paths that were asked for so far, with their questions.
    pub fn asked(&self) -> Vec<String> {
        self.state.known().asked.clone()
    }
}

impl State {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    extract::State(state): extract::State<Arc<State>>,
    request: extract::Request,
) -> Response<Body> {
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.or(request.uri().host()).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_owned();
    let path = request.uri().path().to_owned();
    let (fault, page) = {
        let mut known = state.known();
        let target = request.uri().path_and_query();
        known.asked.push(format!(
            "{host}{}",
            target.map_or("", |target| target.as_str())
        ));
        let of_host = format!("{host}{path}");
        let fault = known
            .faults
            .get(&of_host)
            .or(known.faults.get(&path))
            .cloned();
        let page = known
            .pages
            .get(&of_host)
            .or(known.pages.get(&path))
            .cloned();
        (fault, page)
    };
    if let Some(fault) = &fault
        && let Some(answer) = fault.instead().await
    {
        return answer;
    }
    let answer = page.map_or_else(nothing, |(kind, bytes)| with_type(&kind, bytes));
    match fault {
        Some(fault) => fault.spoil(answer).await,
        None => answer,
    }
}

fn nothing() -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}
