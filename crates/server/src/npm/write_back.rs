//! Changes of a package. This server hosts none, so they belong to the
//! upstream; what a client reads in order to write it back comes from there,
//! whole.

use super::{Asked, failed};
use crate::answer::{self, refusal};
use crate::observe;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::header::{ALLOW, HeaderValue};
use axum::http::{Response, StatusCode};
use tenure_domain::PackageId;
use tenure_upstream::cache::Validators;
use tenure_upstream::client::Answer;

/// `GET /:package?write=true`: the upstream's document as it is now. A client
/// that got the filtered one would write it back, and delete what is held.
pub(super) async fn read(asked: &Asked, package: &PackageId) -> Response<Body> {
    match unfiltered(asked, package).await {
        Ok(bytes) => {
            let mut response = answer::bytes(StatusCode::OK, "application/json", bytes);
            answer::no_store(&mut response);
            response
        }
        Err(error) => failed(&error),
    }
}

async fn unfiltered(asked: &Asked, package: &PackageId) -> Result<Vec<u8>, ProxyError> {
    let proxy = &asked.app.proxy;
    let upstream = proxy.upstream_of(package)?;
    let known = &Validators::default();
    let answer = proxy.client.get_packument(&upstream, package, known).await;
    observe::upstream_asked("write-back", answer.as_ref().err());
    match answer? {
        Answer::Document { bytes, .. } => Ok(bytes.into()),
        Answer::NotModified => Err(ProxyError::Broken),
    }
}

/// Anything that would change a package.
pub(super) fn refuse(asked: &Asked, package: &PackageId) -> Response<Body> {
    let name = package.name();
    let to = match asked.app.proxy.upstream_of(package) {
        Ok(upstream) => format!(": `--registry {}`", upstream.url()),
        Err(_) => String::new(),
    };
    let why = format!(
        "this server passes `{name}` on and does not host it; change it where it is hosted{to}"
    );
    let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, &why);
    let allowed = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(ALLOW, allowed);
    response
}
