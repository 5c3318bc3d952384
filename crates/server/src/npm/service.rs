//! What a registry answers beside packages: its own ping and whoami, and what
//! is passed on to the upstream.

use super::{Asked, account, audit, failed, no_such_address};
use crate::answer::{self, refusal};
use crate::observe;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_upstream::client::Forward;
use tenure_upstream::{Upstream, UpstreamError};

pub(super) async fn answer(asked: Asked, body: Body, service: &str) -> Response<Body> {
    let method = asked.parts.method.clone();
    let reads = matches!(method, Method::GET | Method::HEAD);
    match service {
        "ping" if reads => never_kept(answer::json(StatusCode::OK, &serde_json::json!({}))),
        "whoami" if reads => account::whoami(&asked).await,
        "v1/search" | "npm/v1/keys" if reads => pass_on(&asked, service, None).await,
        _ if reads && service.starts_with("npm/v1/attestations/") => {
            let package = attested(service);
            pass_on(&asked, service, package).await
        }
        "npm/v1/security/advisories/bulk" if method == Method::POST => {
            audit::bulk(&asked, body).await
        }
        "npm/v1/security/audits/quick" | "npm/v1/security/audits" if method == Method::POST => {
            audit::quick(&asked, body, service).await
        }
        _ if service.starts_with("user/") || service == "v1/login" => refusal(
            StatusCode::NOT_FOUND,
            "there are no accounts here to log in to; packages are published where they are hosted",
        ),
        _ => no_such_address(),
    }
}

/// The package whose attestations are asked for, in `npm/v1/attestations/:package@:version`.
fn attested(service: &str) -> Option<PackageId> {
    let named = service.strip_prefix("npm/v1/attestations/")?;
    let named = named
        .replace("%2f", "/")
        .replace("%2F", "/")
        .replace("%40", "@");
    let (name, _) = named.rsplit_once('@')?;
    PackageId::new(Ecosystem::Npm, name).ok()
}

/// Asks the upstream the same, with this server's credentials, never the
/// client's.
async fn pass_on(asked: &Asked, service: &str, package: Option<PackageId>) -> Response<Body> {
    let proxy = &asked.app.proxy;
    let upstream = match package {
        Some(package) => proxy.registries.of(&package),
        None => proxy.registries.default_upstream().cloned(),
    };
    match forwarded(asked, upstream, service).await {
        Ok(response) => response,
        Err(error) => failed(&error),
    }
}

async fn forwarded(
    asked: &Asked,
    upstream: Result<Upstream, UpstreamError>,
    service: &str,
) -> Result<Response<Body>, ProxyError> {
    let query = asked.parts.uri.query();
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    let forward = Forward {
        upstream: &upstream?,
        path_and_query: &format!("-/{service}{query}"),
        body: None,
        accept: Some("application/json"),
    };
    let answer = asked.app.proxy.client.forward(&forward).await;
    observe::upstream_asked("service", answer.as_ref().err());
    let answer = answer?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let kind = answer.content_type.as_deref().unwrap_or("application/json");
    Ok(answer::bytes(status, kind, answer.bytes))
}

fn never_kept(mut response: Response<Body>) -> Response<Body> {
    answer::no_store(&mut response);
    response
}
