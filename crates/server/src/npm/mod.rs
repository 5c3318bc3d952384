//! npm's registry protocol: a file per thing that clients ask for.

mod account;
mod audit;
mod manifest;
mod packument;
mod service;
mod tags;
mod write_back;

use crate::answer::{failure_to, refusal};
use crate::asked::Asked;
use crate::file;
use crate::names::{self, Wanted};
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use tenure_domain::Ecosystem;

/// Answers a request for `path` below a registry, and says of what kind it is.
pub(crate) async fn answer(asked: Asked, body: Body, path: &str) -> (&'static str, Response<Body>) {
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
            let found = file::respond(&asked, &package, &version).await;
            ("tarball", found.unwrap_or_else(|error| failed(&error)))
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
    failure_to(Ecosystem::Npm, error)
}
