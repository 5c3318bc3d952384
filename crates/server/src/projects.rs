//! `PUT /-/api/v1/projects/:project/files`: what `tenure push` sends.

use crate::access;
use crate::answer::{self, refusal};
use crate::app::App;
use crate::observe;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use tenure_store::{ProjectFiles, ProjectName};
use tenure_trust::acceptance::{Baseline, ProjectFile};

/// The two files of a project.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pushed {
    /// The text of `tenure.toml`; empty if there is none.
    #[serde(default)]
    project_file: String,
    /// The text of `tenure.lock`; empty if there is none.
    #[serde(default)]
    baseline: String,
    /// Who pushed, for people.
    #[serde(default)]
    by: String,
}

/// A baseline of 100,000 packages takes 12 MB.
const MOST: usize = 32 * 1024 * 1024;

pub(crate) async fn push(
    State(app): State<Arc<App>>,
    Path(project): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    match accept(&app, &project, request).await {
        Ok(response) | Err(response) => response,
    }
}

async fn accept(
    app: &App,
    project: &str,
    request: Request<Body>,
) -> Result<Response<Body>, Response<Body>> {
    let project: ProjectName =
        project
            .parse()
            .map_err(|error: tenure_store::ProjectNameError| {
                refusal(StatusCode::NOT_FOUND, &error.to_string())
            })?;
    access::only_for(app, request.headers(), &project).await?;
    let body = axum::body::to_bytes(request.into_body(), MOST).await;
    let body = body.map_err(|_| {
        refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the files are larger than 32 MiB, or broke off",
        )
    })?;
    let pushed = read(&body).map_err(|why| refusal(StatusCode::UNPROCESSABLE_ENTITY, &why))?;
    let files = ProjectFiles {
        project_file: pushed.project_file,
        baseline: pushed.baseline,
    };
    let at = app.proxy.clock.now();
    let revision = app
        .proxy
        .store
        .push_project(&project, &files, &pushed.by, at)
        .await;
    let revision = revision.map_err(|error| {
        observe::store_failed("keeping a project's files", &error);
        refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "the files cannot be kept now; push again",
        )
    })?;
    let Some(revision) = revision else {
        return Err(refusal(
            StatusCode::NOT_FOUND,
            &format!("there is no project `{project}` here"),
        ));
    };
    app.forget_view(&project).await;
    tracing::info!(%project, revision, by = pushed.by, "new files of a project");
    let answer = serde_json::json!({ "project": project.as_str(), "revision": revision });
    Ok(answer::json(StatusCode::OK, &answer))
}

/// Files that cannot be used are refused now, not at the next install.
fn read(body: &[u8]) -> Result<Pushed, String> {
    let pushed: Pushed = serde_json::from_slice(body)
        .map_err(|error| format!("expected JSON with `project_file` and `baseline`: {error}"))?;
    ProjectFile::parse(&pushed.project_file).map_err(|error| format!("tenure.toml: {error}"))?;
    if !pushed.baseline.is_empty() {
        Baseline::parse(&pushed.baseline).map_err(|error| format!("tenure.lock: {error}"))?;
    }
    Ok(pushed)
}
