//! `GET /v3/flat/river/index.json`: the versions of a package without what is
//! held, and `GET /v3/registration/river/index.json`: what is known of each, with
//! what is held not listed.

use crate::answer;
use crate::asked::Asked;
use crate::document::{self, Answered, Wanted};
use crate::proxy::nuget::Form as Kind;
use crate::proxy::{Document, Form, Judged, ProxyError, of_versions};
use crate::text;
use axum::body::Body;
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use std::sync::Arc;
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::nuget::registration::Hive;

/// Clients print it as a warning, whatever it came with.
const WARNING: HeaderName = HeaderName::from_static("x-nuget-warning");

pub(super) async fn versions(
    asked: &Asked,
    package: &PackageId,
) -> Result<Response<Body>, ProxyError> {
    let Answered {
        mut response,
        document,
        ..
    } = written(asked, package, Kind::Versions).await?;
    let judged = judged(asked, &document).await?;
    // Whoever asks for versions is about to choose one, the newest as a rule.
    if let Some(newest) = document.newest() {
        warn(asked, &mut response, &document, &judged, newest);
    }
    Ok(response)
}

pub(super) async fn registration(
    asked: &Asked,
    package: &PackageId,
    hive: Hive,
) -> Result<Response<Body>, ProxyError> {
    let answered = written(asked, package, Kind::Registration(hive)).await?;
    judged(asked, &answered.document).await?;
    Ok(answered.response)
}

pub(super) async fn leaf(
    asked: &Asked,
    package: &PackageId,
    hive: Hive,
    normal: &str,
) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let document = proxy.document(package).await?;
    let judged = judged(asked, &document).await?;
    let places = (asked.base(Ecosystem::Nuget), asked.page(package));
    let wanted = (hive, normal.to_owned());
    let leaf = proxy.leaf(&document, &judged, places, wanted).await?;
    let Some(leaf) = leaf else {
        let why = format!("there is no version {normal} of `{}`", package.name());
        return Err(ProxyError::NotFound(why));
    };
    Ok(answer::bytes(StatusCode::OK, "application/json", leaf))
}

async fn written(asked: &Asked, package: &PackageId, kind: Kind) -> Result<Answered, ProxyError> {
    let wanted = Wanted {
        form: Form::Nuget(kind),
        base: asked.base(Ecosystem::Nuget),
        kind: "application/json",
        vary: "accept-encoding",
    };
    document::respond(asked, package, wanted).await
}

/// The verdicts on a document, which are noted for whoever asks for
/// vulnerabilities later.
pub(super) async fn judged(
    asked: &Asked,
    document: &Arc<Document>,
) -> Result<Arc<Judged>, ProxyError> {
    let proxy = &asked.app.proxy;
    let judged = proxy.judged(document, &asked.view).await?;
    proxy.note(document, &judged, &asked.view);
    Ok(judged)
}

/// Has the client print why a version is held, if it is.
pub(super) fn warn(
    asked: &Asked,
    response: &mut Response<Body>,
    document: &Document,
    judged: &Judged,
    version: &str,
) {
    if judged.of(version).is_none() {
        return;
    }
    let page = asked.page(&document.package);
    let line = of_versions(&document.package, &[version.to_owned()], judged, &page);
    if let Ok(value) = HeaderValue::from_str(&text::ascii(&line)) {
        response.headers_mut().insert(WARNING, value);
    }
}
