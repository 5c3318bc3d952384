//! Tokens: which project a request speaks for.
//!
//! Of a token only its SHA-256 is looked up and remembered, so nothing here
//! compares secrets or could tell one.

use crate::answer::refusal_to;
use crate::app::App;
use crate::observe;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use moka::future::Cache;
use std::time::Duration;
use tenure_domain::Ecosystem;
use tenure_store::{Digest, ProjectName, StoreError, TokenUse};

/// Tokens that were known within the last moment, by their digests. Others are
/// not remembered, so a new one works at once.
pub(crate) type Tokens = Cache<Digest, TokenUse>;

/// How long a revoked token still works: an install asks for a thousand
/// packages, and the database once.
const REMEMBERED: Duration = Duration::from_secs(1);

pub(crate) fn tokens() -> Tokens {
    Cache::builder()
        .max_capacity(10_000)
        .time_to_live(REMEMBERED)
        .build()
}

/// Why a request may not pass.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denied {
    #[error(
        "this needs a token of a project; whoever runs this server makes one with `tenure project token {0}`"
    )]
    NoToken(String),
    #[error(
        "the token that was sent is not known here, or was revoked; whoever runs this server makes another with `tenure project token {0}`"
    )]
    UnknownToken(String),
    #[error("this token is of project `{0}`, not of `{1}`")]
    OtherProject(ProjectName, ProjectName),
    #[error("tokens cannot be looked up now")]
    Store(#[from] StoreError),
}

impl Denied {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoToken(_) | Self::UnknownToken(_) => StatusCode::UNAUTHORIZED,
            Self::OtherProject(..) => StatusCode::FORBIDDEN,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// As package managers print it. npm 11 prints the header instead of the
    /// body, and, if it finds the word `Bearer` there, advice to log in that
    /// does not help here. Names of schemes are read without regard to case.
    pub(crate) fn refusal(&self) -> Response<Body> {
        self.refusal_to(Ecosystem::Npm)
    }

    /// As the clients of an ecosystem print it. cargo shows its token only after
    /// an answer of 401.
    pub(crate) fn refusal_to(&self, ecosystem: Ecosystem) -> Response<Body> {
        let why = self.to_string();
        let mut response = refusal_to(ecosystem, self.status(), &why);
        let challenge = format!("bearer realm=\"{why}\"");
        if self.status() == StatusCode::UNAUTHORIZED
            && let Ok(challenge) = HeaderValue::from_str(&challenge)
        {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// base64 as clients write it, with and without the signs at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The token in `Authorization`: as `Bearer`, as the password of `Basic`, which
/// clients send for `_auth` and for `username` with `_password`, or bare, as
/// cargo sends it.
fn token(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let Some((scheme, value)) = sent.split_once(' ') else {
        return Some(sent.to_owned());
    };
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(value).ok()?).ok()?;
    let (_, password) = decoded.split_once(':')?;
    Some(password.to_owned())
}

/// What the token that was sent stands for; `None` without a token, or with
/// one that is not known here.
pub(crate) async fn used(app: &App, headers: &HeaderMap) -> Result<Option<TokenUse>, Denied> {
    let Some(token) = token(headers) else {
        return Ok(None);
    };
    let digest = Digest::of(token.as_bytes());
    if let Some(known) = app.tokens.get(&digest).await {
        return Ok(Some(known));
    }
    let found = app.proxy.store.project_of_token(digest.as_bytes()).await;
    let found = found.inspect_err(|error| observe::store_failed("reading a token", error))?;
    if let Some(known) = &found {
        app.tokens.insert(digest, known.clone()).await;
    }
    Ok(found)
}

/// Lets a request of `project` pass if its token is that project's, and says
/// which of its tokens it is.
pub(crate) async fn only_for(
    app: &App,
    headers: &HeaderMap,
    project: &ProjectName,
) -> Result<TokenUse, Denied> {
    match used(app, headers).await? {
        Some(known) if known.project == *project => Ok(known),
        Some(other) => Err(Denied::OtherProject(other.project, project.clone())),
        None => Err(unknown(headers, project.as_str())),
    }
}

/// Lets a reader pass: where reading is for those with a token, with one of
/// the project, or of any if the server's own view is read.
pub(crate) async fn to_read(
    app: &App,
    headers: &HeaderMap,
    project: Option<&ProjectName>,
) -> Result<(), Denied> {
    if !app.private {
        return Ok(());
    }
    match project {
        Some(project) => only_for(app, headers, project).await.map(drop),
        None => match used(app, headers).await? {
            Some(_) => Ok(()),
            None => Err(unknown(headers, "NAME")),
        },
    }
}

/// Nobody is known by what was sent.
pub(crate) fn unknown(headers: &HeaderMap, project: &str) -> Denied {
    let project = project.to_owned();
    match headers.get(AUTHORIZATION) {
        Some(_) => Denied::UnknownToken(project),
        None => Denied::NoToken(project),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_three_ways() {
        let of = |value: &str| {
            token(&HeaderMap::from_iter([(
                AUTHORIZATION,
                value.parse().unwrap(),
            )]))
        };
        assert_eq!(of("Bearer abc").as_deref(), Some("abc"));
        // `project:abc` and `x:a:b`
        assert_eq!(of("Basic cHJvamVjdDphYmM=").as_deref(), Some("abc"));
        assert_eq!(of("basic cHJvamVjdDphYmM").as_deref(), Some("abc"));
        assert_eq!(of("Basic eDphOmI=").as_deref(), Some("a:b"));
        assert_eq!(of("abc").as_deref(), Some("abc"));
        for value in ["Digest abc", "Basic !", "Basic YWJj"] {
            assert_eq!(of(value), None, "{value}");
        }
    }

    #[test]
    fn npm_prints_the_reason_and_not_its_own_advice() {
        let response = Denied::NoToken("web".to_owned()).refusal();
        let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap();
        assert!(challenge.ends_with("`tenure project token web`\""));
        assert!(!challenge.contains("Bearer") && !challenge.contains("Basic"));
    }
}
