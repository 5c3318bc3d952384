//! For whoever watches over the server.

use crate::answer;
use crate::app::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use std::sync::Arc;

/// The process answers.
pub(crate) async fn health() -> Response<Body> {
    status("ok")
}

/// It can do its work: the store answers. The upstream is no part of it, for
/// what is kept is served without it.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response<Body> {
    match app.proxy.store.ready().await {
        Ok(()) => status("ready"),
        Err(error) => answer::refusal(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    }
}

fn status(status: &str) -> Response<Body> {
    let mut response = answer::json(StatusCode::OK, &serde_json::json!({ "status": status }));
    answer::no_store(&mut response);
    response
}

/// Counters in the text format of Prometheus.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response<Body> {
    let text = app.metrics.render().into_bytes();
    answer::bytes(
        StatusCode::OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text,
    )
}
