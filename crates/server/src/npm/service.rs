//! What a registry answers beside packages: its own ping and whoami, and what
//! is passed on to the upstream.

use super::{Asked, account, audit, failed, no_such_address};
use crate::answer::{self, refusal};
use crate::names;
use crate::observe;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_upstream::client::{Forward, Forwarded};
use tenure_upstream::{Upstream, UpstreamError};

pub(super) async fn answer(asked: Asked, body: Body, service: &str) -> Response<Body> {
    let method = asked.parts.method.clone();
    let reads = matches!(method, Method::GET | Method::HEAD);
    match service {
        "ping" if reads => never_kept(answer::json(StatusCode::OK, &serde_json::json!({}))),
        "whoami" if reads => account::whoami(&asked).await,
        "v1/search" | "npm/v1/keys" if reads => pass_on(&asked, service, None).await,
        _ if reads && service.starts_with("npm/v1/attestations/") => {
            let Some((package, service)) = attested(service) else {
                return no_such_address();
            };
            pass_on(&asked, &service, Some(package)).await
        }
        _ if method == Method::POST && audit::is_audit(service) => {
            audit::answer(&asked, body, service).await
        }
        // npm takes most refusals for a sign to ask for a password instead; not
        // this one.
        "v1/login" => refusal(StatusCode::NOT_IMPLEMENTED, NO_ACCOUNTS),
        _ if is_of_accounts(service) => refusal(StatusCode::NOT_FOUND, NO_ACCOUNTS),
        _ => no_such_address(),
    }
}

const NO_ACCOUNTS: &str = "this server has no accounts, owners or teams of its own: packages are published and managed where they are hosted, with `--registry`; a project's token goes into .npmrc, without a login";

/// Logging in and out, tokens, profiles, owners, teams and access, stages.
fn is_of_accounts(service: &str) -> bool {
    let beginnings = [
        "user/",
        "npm/v1/user",
        "npm/v1/tokens",
        "org/",
        "team/",
        "package/",
        "stage/",
    ];
    beginnings.iter().any(|begin| service.starts_with(begin))
}

/// What `npm/v1/attestations/:package@:version` asks for: the package, and the
/// path written anew. Nothing else is passed on: an escaped `..` might lead out
/// of the registry behind a server that resolves it.
fn attested(service: &str) -> Option<(PackageId, String)> {
    let named = names::decode(service.strip_prefix("npm/v1/attestations/")?)?;
    let (name, version) = named.rsplit_once('@')?;
    let package = PackageId::new(Ecosystem::Npm, name).ok()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    if version.is_empty() || !version.chars().all(is_plain) {
        return None;
    }
    let name = name.replace('/', "%2f");
    Some((package, format!("npm/v1/attestations/{name}@{version}")))
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
    Ok(passed(answer?))
}

/// What the upstream answered, as it is. But that it does not let this server
/// in is nothing that the client could mend by logging in.
pub(super) fn passed(theirs: Forwarded) -> Response<Body> {
    let status = StatusCode::from_u16(theirs.status).unwrap_or(StatusCode::BAD_GATEWAY);
    if status == StatusCode::UNAUTHORIZED {
        return refusal(
            StatusCode::BAD_GATEWAY,
            "the registry behind this server does not let it in; whoever runs this server has to look at its credentials",
        );
    }
    let kind = theirs.content_type.as_deref().unwrap_or("application/json");
    answer::bytes(status, kind, theirs.bytes)
}

fn never_kept(mut response: Response<Body>) -> Response<Body> {
    answer::no_store(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attestations_are_asked_for_by_package_and_version() {
        let path = |asked: &str| {
            let (package, path) = attested(&format!("npm/v1/attestations/{asked}"))?;
            Some((package.name().to_owned(), path))
        };
        let scoped = "npm/v1/attestations/@babel%2fcore@7.0.0-rc.1";
        for asked in [
            "@babel/core@7.0.0-rc.1",
            "@babel%2Fcore@7.0.0-rc.1",
            "%40babel%2fcore%407.0.0-rc.1",
        ] {
            let found = Some(("@babel/core".to_owned(), scoped.to_owned()));
            assert_eq!(path(asked), found, "{asked}");
        }
        for nothing in ["chalk", "chalk@", "..%2fx@1", "x@1%2f..%2fy", "x@1?y", ""] {
            assert_eq!(path(nothing), None, "{nothing}");
        }
    }
}
