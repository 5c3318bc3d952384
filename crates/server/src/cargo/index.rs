//! `GET /se/rd/serde`: a crate's file of the index, with what is held yanked.

use crate::asked::Asked;
use crate::document::{self, Wanted};
use crate::proxy::{Form, ProxyError};
use axum::body::Body;
use axum::http::Response;
use tenure_domain::PackageId;

pub(super) async fn respond(
    asked: &Asked,
    package: &PackageId,
) -> Result<Response<Body>, ProxyError> {
    let wanted = Wanted {
        form: Form::CargoIndex,
        // No address is in it, so it is the same under all of them.
        base: "".into(),
        kind: "text/plain",
        vary: "accept-encoding",
    };
    let answered = document::respond(asked, package, wanted).await?;
    Ok(answered.response)
}
