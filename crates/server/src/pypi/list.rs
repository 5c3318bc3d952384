//! `GET /simple/`: the names of all projects, of which nothing can be held.

use super::VARIES;
use crate::answer;
use crate::asked::Asked;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use axum::http::{Response, StatusCode};
use tenure_ecosystem::pypi::list;

pub(super) async fn respond(asked: &Asked) -> Result<Response<Body>, ProxyError> {
    let form = match super::form(&asked.parts.headers) {
        Ok(form) => form,
        Err(refused) => return Ok(*refused),
    };
    let names = asked.app.proxy.python_projects().await?;
    let bytes = list::write(&names, form);
    let mut response = answer::bytes(StatusCode::OK, form.content_type(), bytes);
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static(VARIES));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
