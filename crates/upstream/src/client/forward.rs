//! Questions that are passed on to a registry, and its answers, whatever they
//! say.

use super::Client;
use super::attempt::{How, Request};
use super::gathered::Gathered;
use super::retry::Failure;
use crate::FetchError;
use crate::npm_config::Upstream;
use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use url::Url;

/// A question for a registry: a `GET`, or with something to send a `POST`.
#[derive(Clone, Debug)]
pub struct Forward<'a> {
    /// The registry. It is shown the credential that is configured for it,
    /// never one of whoever asks.
    pub upstream: &'a Upstream,
    /// What comes after the registry's address, such as
    /// `-/v1/search?text=chalk`, escaped as it goes over the wire.
    pub path_and_query: &'a str,
    /// What to send.
    pub body: Option<Forwarding>,
    /// What kind of answer is wanted; anything if `None`.
    pub accept: Option<&'a str>,
}

/// What is sent along.
#[derive(Clone, Debug)]
pub struct Forwarding {
    /// Its type.
    pub content_type: String,
    /// How it is compressed, such as `gzip`: npm does so with audits.
    pub content_encoding: Option<String>,
    /// The bytes, compressed so.
    pub bytes: Bytes,
}

/// What the registry answered, a refusal or an error of its own included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// The status, never one of a redirection that could be followed.
    pub status: u16,
    /// The type of the answer.
    pub content_type: Option<String>,
    /// The answer, decompressed.
    pub bytes: Vec<u8>,
}

impl Client {
    /// Asks a registry on somebody's behalf. A `GET` is tried again if no
    /// answer came, a `POST` never; redirections are followed for a `GET`.
    ///
    /// # Errors
    /// When there is no answer, or none within [`Limits::forwarded`] bytes; see
    /// [`FetchError`].
    ///
    /// [`Limits::forwarded`]: super::Limits
    pub async fn forward(&self, forward: &Forward<'_>) -> Result<Forwarded, FetchError> {
        let request = Request {
            url: forward.upstream.below(forward.path_and_query)?,
            accept: forward.accept.unwrap_or("*/*"),
            how: How::Forward(forward.body.as_ref()),
        };
        let ask = || self.passed_on(&request);
        if forward.body.is_some() {
            return ask().await.map_err(|failure| failure.error);
        }
        self.retrying(ask).await
    }

    /// Calls something that answers a question and changes nothing, so that it
    /// is called again if no answer came. Credentials go with it as for a
    /// [file](Self::get_file).
    ///
    /// # Errors
    /// When there is no answer, or none within [`Limits::body`] bytes; see
    /// [`FetchError`]. A refusal is an answer.
    ///
    /// [`Limits::body`]: super::Limits
    pub async fn call(
        &self,
        url: Url,
        accept: &str,
        question: &Forwarding,
    ) -> Result<Forwarded, FetchError> {
        let request = Request {
            url,
            accept,
            how: How::Forward(Some(question)),
        };
        let limit = self.limits.body;
        self.retrying(|| self.answered(&request, limit)).await
    }

    pub(super) async fn passed_on(&self, request: &Request<'_>) -> Result<Forwarded, Failure> {
        self.answered(request, self.limits.forwarded).await
    }

    async fn answered(&self, request: &Request<'_>, limit: u64) -> Result<Forwarded, Failure> {
        let (response, _) = self.attempt(request).await?;
        let status = response.status().as_u16();
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok());
        let content_type = kind.map(str::to_owned);
        let body = self.body(response, request.url.as_str(), limit, Gathered::default());
        let (whole, _) = body.await?;
        Ok(Forwarded {
            status,
            content_type,
            bytes: whole.bytes,
        })
    }
}
