//! Who is asking: a project, by its token.

use super::Asked;
use crate::access;
use crate::answer;
use axum::body::Body;
use axum::http::{Response, StatusCode};

/// `GET /-/whoami`.
pub(super) async fn whoami(asked: &Asked) -> Response<Body> {
    match access::used(&asked.app, &asked.parts.headers).await {
        Ok(Some(token)) => {
            let username = serde_json::json!({ "username": format!("project {}", token.project) });
            let mut response = answer::json(StatusCode::OK, &username);
            answer::no_store(&mut response);
            response
        }
        Ok(None) => access::unknown(&asked.parts.headers, "NAME").refusal(),
        Err(denied) => denied.refusal(),
    }
}
