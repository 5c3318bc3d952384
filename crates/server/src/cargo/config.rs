//! `GET /config.json`: where files are, and the API. cargo asks for it each time
//! that it runs.

use crate::answer;
use crate::asked::Asked;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{Response, StatusCode};
use tenure_domain::Ecosystem;

pub(super) fn answer(asked: &Asked) -> Response<Body> {
    if !asked.app.proxy.others.contains_key(&Ecosystem::Cargo) {
        let why = crate::proxy::no_upstream(Ecosystem::Cargo);
        return answer::refusal_to(Ecosystem::Cargo, StatusCode::NOT_FOUND, &why);
    }
    let base = asked.base(Ecosystem::Cargo);
    let mut config = serde_json::json!({
        "dl": format!("{base}dl"),
        "api": base.trim_end_matches('/'),
    });
    if asked.app.private {
        // Without it, cargo shows its token for nothing but publishing.
        config["auth-required"] = true.into();
    }
    let mut response = answer::json(StatusCode::OK, &config);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
