//! The HTTP client: the only place that talks to a registry.

mod answer;
mod attempt;
mod build;
mod retry;

pub use build::ClientOptions;

use crate::FetchError;
use crate::cache::Validators;
use crate::npm_config::{Credentials, Upstream};
use attempt::Request;
use std::time::Duration;
use tenure_domain::{PackageId, Time};
use url::Url;

/// How long and how much the client puts up with.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For a connection to come about.
    pub connect_timeout: Duration,
    /// Between two pieces of an answer.
    pub read_timeout: Duration,
    /// Size of an answer in bytes, after decompression.
    pub body: u64,
    /// Redirections in a row.
    pub redirects: usize,
    /// Attempts after the first.
    pub retries: u32,
    /// Before the first retry; it doubles from one to the next.
    pub first_pause: Duration,
    /// The longest that a registry can make us wait with `Retry-After`.
    pub longest_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            body: 256 * 1024 * 1024,
            redirects: 5,
            retries: 3,
            first_pause: Duration::from_millis(300),
            longest_pause: Duration::from_mins(1),
        }
    }
}

/// What a registry answered when it was asked for a document.
#[derive(Debug)]
pub enum Answer {
    /// The document that the validators name is still the current one.
    NotModified,
    /// A document.
    Document {
        /// Its bytes, decompressed.
        bytes: Vec<u8>,
        /// What names this version of it.
        validators: Validators,
    },
}

/// Asks registries. Shows each credential only to the addresses it was given
/// for, and none after a redirection to another host.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    credentials: Credentials,
    limits: Limits,
    now: Time,
}

/// npm's full document, with publishers and dates.
const FULL: &str = "application/json";

impl Client {
    /// Asks for the full document of `package`, or for a confirmation that
    /// `known` still names the current one.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get_packument(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        known: &Validators,
    ) -> Result<Answer, FetchError> {
        self.get(&Request {
            url: upstream.packument_url(package),
            known,
        })
        .await
    }

    /// Asks for a JSON document.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get_json(&self, url: Url) -> Result<Vec<u8>, FetchError> {
        let text = url.to_string();
        let known = &Validators::default();
        match self.get(&Request { url, known }).await? {
            Answer::Document { bytes, .. } => Ok(bytes),
            Answer::NotModified => Err(FetchError::Status {
                url: text,
                status: 304,
                retry_after: None,
            }),
        }
    }
}
