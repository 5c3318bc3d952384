//! `GET /v3/index.json`: where everything is, all of it here; and the feed's own
//! certificates.

use crate::answer;
use crate::asked::Asked;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{Response, StatusCode};
use tenure_domain::Ecosystem;
use tenure_ecosystem::nuget::service::{self, Resource};

pub(super) async fn respond(asked: &Asked) -> Result<Response<Body>, ProxyError> {
    let theirs = asked.app.proxy.nuget_service().await?;
    let base = asked.base(Ecosystem::Nuget);
    // Clients take certificates by https only, and fail where they cannot.
    let is_https = base.starts_with("https:");
    let ours = [
        (Resource::PackageBase, "flat/", true),
        (Resource::Registrations, "registration/", true),
        (Resource::OldRegistrations, "registration-semver1/", true),
        (Resource::Search, "search", false),
        (Resource::Autocomplete, "autocomplete", false),
        (
            Resource::Vulnerabilities,
            "vulnerabilities/index.json",
            true,
        ),
        (
            Resource::RepositorySignatures,
            "signatures/index.json",
            false,
        ),
    ];
    let offered = ours.into_iter().filter(|(resource, _, always)| {
        let is_usable = *resource != Resource::RepositorySignatures || is_https;
        *always || is_usable && theirs.find(*resource).is_some()
    });
    let offered: Vec<(Resource, String)> = offered
        .map(|(resource, path, _)| (resource, format!("{base}v3/{path}")))
        .collect();
    let places: Vec<(Resource, &str)> = offered
        .iter()
        .map(|(resource, address)| (*resource, &**address))
        .collect();
    Ok(current(service::render(&places)))
}

pub(super) async fn signers(asked: &Asked) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let list = proxy.ask_resource(Resource::RepositorySignatures, None);
    Ok(current(list.await?.to_vec()))
}

/// A document that may be another one the next time.
pub(super) fn current(bytes: Vec<u8>) -> Response<Body> {
    let mut response = answer::bytes(StatusCode::OK, "application/json", bytes);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
