//! `PUT /-/api/v1/projects/:project/files`: what `tenure push` sends.

use crate::access;
use crate::answer::{self, refusal};
use crate::app::App;
use crate::observe;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tenure_ecosystem::identity::record::PLACE;
use tenure_ecosystem::vouch::key_name;
use tenure_store::{ProjectFiles, ProjectName, TokenUse};
use tenure_trust::acceptance::{Baseline, BaselineError, Circle, ProjectError, ProjectFile};
use tenure_trust::policy::PolicyError;

/// The files of a project.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pushed {
    /// The text of `tenure.toml`; empty if there is none.
    #[serde(default)]
    project_file: String,
    /// The text of `tenure.lock`; empty if there is none.
    #[serde(default)]
    baseline: String,
    /// What the sources of vouches say that `project_file` names, by their names
    /// there.
    #[serde(default)]
    vouches: BTreeMap<String, Vec<String>>,
}

/// A baseline of 100,000 packages takes 12 MB.
const MOST: usize = 32 * 1024 * 1024;
/// Signatures in as many bytes of statements are checked in two seconds.
const MOST_VOUCHES: usize = 8 * 1024 * 1024;

pub(crate) async fn push(
    State(app): State<Arc<App>>,
    Path(project): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, mut body) = request.into_parts();
    let token = match admitted(&app, &project, &parts.headers).await {
        Ok(token) => token,
        Err(response) => {
            drain(&mut body).await;
            return response;
        }
    };
    match accept(&app, &token, body).await {
        Ok(response) | Err(response) => response,
    }
}

/// Whose token it is.
async fn admitted(
    app: &App,
    project: &str,
    headers: &axum::http::HeaderMap,
) -> Result<TokenUse, Response<Body>> {
    let project: ProjectName =
        project
            .parse()
            .map_err(|error: tenure_store::ProjectNameError| {
                refusal(StatusCode::NOT_FOUND, &error.to_string())
            })?;
    let token = access::only_for(app, headers, &project).await;
    token.map_err(|denied| denied.refusal())
}

async fn accept(app: &App, token: &TokenUse, body: Body) -> Result<Response<Body>, Response<Body>> {
    let body = received(body).await?;
    // Files that cannot be used are refused now, not at the next install.
    let files = read(&body).map_err(|why| refusal(StatusCode::UNPROCESSABLE_ENTITY, &why))?;
    drop(body);
    let (store, project, by) = (&app.proxy.store, &token.project, &token.label);
    let at = app.proxy.clock.now();
    let revision = store.push_project(project, &files, by, at).await;
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
    app.views.forget(project).await;
    tracing::info!(%project, revision, by, "files of a project");
    let answer = serde_json::json!({ "project": project.as_str(), "revision": revision });
    Ok(answer::json(StatusCode::OK, &answer))
}

/// The whole body, up to the limit.
async fn received(mut body: Body) -> Result<Vec<u8>, Response<Body>> {
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut body).await {
        let Ok(piece) = piece else {
            let why = "the files broke off; push again";
            return Err(refusal(StatusCode::BAD_REQUEST, why));
        };
        if bytes.len() + piece.len() > MOST {
            drain(&mut body).await;
            let why = format!("the files are larger than {} MiB", MOST >> 20);
            return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &why));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Reads on and keeps nothing. A client that is still sending when the
/// connection is closed does not see the answer.
async fn drain(body: &mut Body) {
    let mut left = MOST;
    while let Some(Ok(piece)) = next(body).await {
        match left.checked_sub(piece.len()) {
            Some(less) => left = less,
            None => return,
        }
    }
}

async fn next(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = body.frame().await?;
    // What may follow the data says nothing here.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

fn read(body: &[u8]) -> Result<ProjectFiles, String> {
    let pushed: Pushed = serde_json::from_slice(body)
        .map_err(|error| format!("expected JSON with `project_file` and `baseline`: {error}"))?;
    let Pushed {
        project_file,
        baseline,
        vouches,
    } = pushed;
    let file = ProjectFile::parse(&project_file).map_err(|error| match error {
        ProjectError::Syntax(error) | ProjectError::Policy(PolicyError::Syntax(error)) => {
            placed("tenure.toml", &project_file, &error)
        }
        error => format!("tenure.toml: {error}"),
    })?;
    if !baseline.is_empty() {
        Baseline::parse(&baseline).map_err(|error| match error {
            BaselineError::Syntax(error) => placed("tenure.lock", &baseline, &error),
            error @ BaselineError::Version(_) => format!("tenure.lock: {error}"),
        })?;
    }
    check_vouches(&file, &vouches)?;
    Ok(ProjectFiles {
        project_file,
        baseline,
        vouches,
    })
}

fn check_vouches(
    file: &ProjectFile,
    vouches: &BTreeMap<String, Vec<String>>,
) -> Result<(), String> {
    Circle::of(file, key_name).map_err(|error| format!("tenure.toml: {error}"))?;
    if vouches.values().flatten().map(String::len).sum::<usize>() > MOST_VOUCHES {
        let most = MOST_VOUCHES >> 20;
        return Err(format!("the vouches are larger than {most} MiB together"));
    }
    let is_named = |source: &str| source == PLACE || file.sources().any(|named| named == source);
    let unnamed = |source: &&String| !is_named(source);
    match vouches.keys().find(unnamed) {
        Some(source) => Err(format!(
            "vouches of `{}`, which tenure.toml does not name",
            source.escape_debug()
        )),
        None => Ok(()),
    }
}

/// What is wrong in a file and where, in one line.
fn placed(name: &str, text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    match before.map(|before| before.matches('\n').count() + 1) {
        Some(line) => format!("{name}:{line}: {}", error.message()),
        None => format!("{name}: {}", error.message()),
    }
}
