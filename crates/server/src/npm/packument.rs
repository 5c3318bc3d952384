//! `GET /:package`: the document, without what is held.

use super::{Asked, failed};
use crate::answer::refusal;
use crate::document::{self, Answered, Wanted};
use crate::negotiate::{self, ABBREVIATED, FULL};
use crate::proxy::{self, ProxyError};
use axum::body::Body;
use axum::http::header::{HeaderValue, VARY};
use axum::http::{Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::npm::hold::Form;

/// What of a request a document depends on.
const VARIES: &str = "accept, accept-encoding";

pub(super) async fn answer(asked: Asked, package: PackageId) -> Response<Body> {
    respond(&asked, &package)
        .await
        .unwrap_or_else(|error| failed(&error))
}

async fn respond(asked: &Asked, package: &PackageId) -> Result<Response<Body>, ProxyError> {
    let form = negotiate::form(&asked.parts.headers);
    let wanted = Wanted {
        form: proxy::Form::Npm(form),
        base: asked.base(Ecosystem::Npm),
        kind: match form {
            Form::Full => FULL,
            Form::Abbreviated => ABBREVIATED,
        },
        vary: VARIES,
    };
    let answered = document::respond(asked, package, wanted).await?;
    match &answered.nothing_left {
        Some(why) if !negotiate::names_full(&asked.parts.headers) => {
            Ok(nothing_left(why, &answered))
        }
        _ => Ok(answered.response),
    }
}

/// A document without versions tells most clients that the package may have
/// been unpublished. So they are refused it, with the reason. npm has a field
/// for the reason within the document, and pnpm 11 and later look up in the
/// full one when the releases in a lockfile were published, and refuse the
/// lockfile if they cannot: both ask for the full document by name.
fn nothing_left(why: &str, answered: &Answered) -> Response<Body> {
    let mut response = refusal(StatusCode::FORBIDDEN, why);
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static(VARIES));
    document::mark_stale(headers, &answered.document);
    response
}
