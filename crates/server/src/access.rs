//! Tokens: which project a request speaks for.

use crate::answer::refusal;
use crate::app::App;
use crate::observe;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use tenure_store::ProjectName;

/// The token in `Authorization`: as `Bearer`, or as the password of `Basic`,
/// which old clients send.
fn token(headers: &HeaderMap) -> Option<String> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD
        .decode(value)
        .ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (_, password) = decoded.split_once(':')?;
    Some(password.to_owned())
}

/// The project whose token was sent; `None` without a token, or with one that
/// is not known here.
pub(crate) async fn project(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<ProjectName>, Response<Body>> {
    let Some(token) = token(headers) else {
        return Ok(None);
    };
    let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let found = app.proxy.store.project_of_token(&digest).await;
    let found = found.map_err(|error| {
        observe::store_failed("reading a token", &error);
        refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "tokens cannot be looked up now",
        )
    })?;
    Ok(found.map(|token| token.project))
}

/// Lets a request of `project` pass if its token is that project's.
pub(crate) async fn only_for(
    app: &App,
    headers: &HeaderMap,
    project: &ProjectName,
) -> Result<(), Response<Body>> {
    match self::project(app, headers).await? {
        Some(known) if known == *project => Ok(()),
        Some(other) => Err(refusal(
            StatusCode::FORBIDDEN,
            &format!("this token is of project `{other}`, not of `{project}`"),
        )),
        None => Err(unauthorized(project.as_str())),
    }
}

/// Lets anybody with a token of some project pass.
pub(crate) async fn for_any(app: &App, headers: &HeaderMap) -> Result<(), Response<Body>> {
    match project(app, headers).await? {
        Some(_) => Ok(()),
        None => Err(unauthorized("NAME")),
    }
}

fn unauthorized(project: &str) -> Response<Body> {
    let mut response = refusal(
        StatusCode::UNAUTHORIZED,
        &format!(
            "this needs a token of a project; whoever runs this server makes one with `tenure project token {project}`"
        ),
    );
    let bearer = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_two_ways() {
        let of = |value: &str| {
            token(&HeaderMap::from_iter([(
                AUTHORIZATION,
                value.parse().unwrap(),
            )]))
        };
        assert_eq!(of("Bearer abc").as_deref(), Some("abc"));
        // `project:abc`
        assert_eq!(of("Basic cHJvamVjdDphYmM=").as_deref(), Some("abc"));
        for value in ["abc", "Digest abc", "Basic !"] {
            assert_eq!(of(value), None, "{value}");
        }
    }
}
