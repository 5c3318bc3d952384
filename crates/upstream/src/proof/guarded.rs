//! Asking at addresses that somebody else wrote: none within the own network,
//! `https` alone, no credentials, and bounds on size, time and redirections.

use super::names::Names;
use super::{ProverOptions, names};
use crate::FetchError;
use crate::client::{ClientOptions, Limits, failed, pinned};
use crate::npm_config::{Credentials, Transport};
use reqwest::header::{ACCEPT, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tenure_domain::{Clock, Time};
use tenure_ecosystem::identity::proof::MAX_BYTES;
use url::Url;

/// Redirections in a row.
const MAX_REDIRECTS: usize = 3;
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
const READ_PATIENCE: Duration = Duration::from_secs(10);

/// A client for addresses that somebody else wrote.
pub(super) struct Guarded {
    http: reqwest::Client,
    names: Names,
    /// The one address of the user's own settings.
    own: Option<Url>,
}

/// An answer.
pub(super) enum Answered {
    /// With what is there.
    Bytes(Vec<u8>),
    /// That nothing is.
    Nothing,
}

impl Guarded {
    pub(super) fn new(options: &ProverOptions, names: Names) -> Result<Self, FetchError> {
        let client = ClientOptions {
            transport: Transport {
                // Whoever is in between could confirm whatever they like.
                accept_any_certificate: false,
                ..options.transport.clone()
            },
            credentials: Credentials::default(),
            limits: Limits {
                connect_timeout: CONNECT_PATIENCE,
                read_timeout: READ_PATIENCE,
                ..Limits::default()
            },
            clock: Clock::fixed(Time::from_millis(0)),
        };
        Ok(Self {
            http: pinned(&client, Arc::new(names.clone()))?,
            names,
            own: options.github.clone(),
        })
    }

    /// The texts of a name in DNS.
    pub(super) async fn texts(&self, name: &str) -> Result<Vec<String>, FetchError> {
        self.names.texts(name).await
    }

    /// What is at an address.
    pub(super) async fn get(&self, url: &Url, accept: &str) -> Result<Answered, FetchError> {
        let mut at = url.clone();
        self.may_ask(url, None).await?;
        for _ in 0..=MAX_REDIRECTS {
            let sent = self.http.get(at.clone()).header(ACCEPT, accept).send();
            let sent = sent.await;
            let response =
                sent.map_err(|error| failed(url.as_str(), error, READ_PATIENCE).error)?;
            if !response.status().is_redirection() {
                return answered(response, url).await;
            }
            let next = next(&response, &at, url)?;
            self.may_ask(&next, Some(url)).await?;
            at = next;
        }
        Err(refused(url, format!("more than {MAX_REDIRECTS} times")))
    }

    /// Refuses what must not be asked; `from` is the address that led there.
    async fn may_ask(&self, url: &Url, from: Option<&Url>) -> Result<(), FetchError> {
        let origin = url.origin();
        let is_own = self.own.as_ref().is_some_and(|own| own.origin() == origin);
        let why = if url.scheme() != "https" && !is_own {
            "which is not https"
        } else if !url.username().is_empty() || url.password().is_some() {
            "which has a name or a password in it"
        } else if is_own {
            return Ok(());
        } else if let Some(host) = url.host()
            && !self.names.leads_inside(&host).await
        {
            return Ok(());
        } else {
            "which is within this machine's own network"
        };
        let origin = origin.ascii_serialization();
        Err(match from {
            Some(from) => refused(from, format!("to `{origin}`, {why}")),
            None => FetchError::Unasked {
                url: names::without_secrets(url),
                why: why.to_owned(),
            },
        })
    }
}

fn refused(url: &Url, why: String) -> FetchError {
    FetchError::Redirect {
        url: url.to_string(),
        why,
    }
}

fn next(response: &Response, at: &Url, url: &Url) -> Result<Url, FetchError> {
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    let next = location.and_then(|text| at.join(text).ok());
    next.ok_or_else(|| refused(url, "without saying where to".to_owned()))
}

async fn answered(mut response: Response, url: &Url) -> Result<Answered, FetchError> {
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Answered::Nothing),
        status => {
            let after = response.headers().get(RETRY_AFTER);
            let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
            return Err(FetchError::Status {
                url: url.to_string(),
                status: status.as_u16(),
                retry_after: after.map(Duration::from_secs),
            });
        }
    }
    let mut bytes = Vec::new();
    loop {
        let piece = response.chunk().await;
        let piece = piece.map_err(|error| failed(url.as_str(), error, READ_PATIENCE).error)?;
        let Some(piece) = piece else {
            return Ok(Answered::Bytes(bytes));
        };
        if bytes.len() + piece.len() > MAX_BYTES {
            return Err(FetchError::TooLarge {
                url: url.to_string(),
                limit: MAX_BYTES as u64,
            });
        }
        bytes.extend_from_slice(&piece);
    }
}
