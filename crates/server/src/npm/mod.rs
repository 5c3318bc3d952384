//! npm's registry protocol: a file per thing that clients ask for.

mod account;
mod audit;
mod manifest;
mod packument;
mod service;
mod tags;
mod tarball;
mod write_back;

use crate::answer::refusal;
use crate::app::App;
use crate::names::{self, Wanted};
use crate::observe;
use crate::proxy::ProxyError;
use crate::view::View;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, Response, StatusCode};
use std::sync::Arc;
use std::time::Instant;
use tenure_domain::PackageId;

/// A request, and by whose decisions it is answered.
pub(crate) struct Asked {
    pub(crate) app: Arc<App>,
    pub(crate) view: Arc<View>,
    pub(crate) parts: Parts,
    /// This server's address as the client knows it, without a slash.
    pub(crate) address: Arc<str>,
}

impl Asked {
    /// The address of the registry, with a slash at the end.
    fn base(&self) -> Arc<str> {
        format!("{}{}npm/", self.address, self.view.path()).into()
    }

    /// The address of the page about a package.
    fn page(&self, package: &PackageId) -> String {
        let page = &crate::pages::path_of(package);
        format!("{}{}{page}", self.address, self.view.path())
    }

    fn query(&self, name: &str) -> Option<&str> {
        let query = self.parts.uri.query()?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// Answers a request for `path` below a registry.
pub(crate) async fn answer(asked: Asked, body: Body, path: &str) -> Response<Body> {
    let began = Instant::now();
    let (kind, response) = dispatch(asked, body, path).await;
    observe::answered(kind, response.status().as_u16(), began.elapsed());
    response
}

async fn dispatch(asked: Asked, body: Body, path: &str) -> (&'static str, Response<Body>) {
    let reads = matches!(asked.parts.method, Method::GET | Method::HEAD);
    let Some(wanted) = names::read(path) else {
        return ("unknown", no_such_address());
    };
    match wanted {
        Wanted::Service(service) => ("service", service::answer(asked, body, &service).await),
        Wanted::Packument(package) if reads && asked.query("write") == Some("true") => {
            ("write-back", write_back::read(&asked, &package).await)
        }
        Wanted::Packument(package) if reads => {
            ("packument", packument::answer(asked, package).await)
        }
        Wanted::Manifest(package, wanted) if reads => {
            ("manifest", manifest::answer(asked, package, &wanted).await)
        }
        Wanted::Tarball(package, version) if reads => {
            ("tarball", tarball::answer(asked, package, &version).await)
        }
        Wanted::DistTags(package) if reads => ("dist-tags", tags::answer(asked, package).await),
        Wanted::Packument(package)
        | Wanted::Manifest(package, _)
        | Wanted::Tarball(package, _)
        | Wanted::DistTags(package)
        | Wanted::Change(package) => ("write", write_back::refuse(&asked, &package)),
    }
}

fn no_such_address() -> Response<Body> {
    refusal(
        StatusCode::NOT_FOUND,
        "there is no such address in this registry",
    )
}

/// What went wrong, as clients print it.
fn failed(error: &ProxyError) -> Response<Body> {
    refusal(error.status(), &error.to_string())
}
