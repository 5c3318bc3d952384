//! `GET /simple/river/`: a project's page, with what is held marked as yanked.

use super::VARIES;
use crate::asked::Asked;
use crate::document::{self, Wanted};
use crate::proxy::{Form, ProxyError};
use axum::body::Body;
use axum::http::Response;
use tenure_domain::{Ecosystem, PackageId};

pub(super) async fn respond(
    asked: &Asked,
    package: &PackageId,
) -> Result<Response<Body>, ProxyError> {
    let form = match super::form(&asked.parts.headers) {
        Ok(form) => form,
        Err(refused) => return Ok(*refused),
    };
    let wanted = Wanted {
        form: Form::Pypi(form),
        base: asked.base(Ecosystem::Pypi),
        kind: form.content_type(),
        vary: VARIES,
    };
    let answered = document::respond(asked, package, wanted).await?;
    Ok(answered.response)
}
