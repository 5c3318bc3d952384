use super::answer::{self, refusal};
use super::retry::{Failure, retry_after};
use super::{Client, Forwarding, Part, Put};
use crate::FetchError;
use crate::cache::Validators;
use crate::inside::leads_inside;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LOCATION, RANGE, RETRY_AFTER,
};
use reqwest::{RequestBuilder, Response, StatusCode};
use std::time::Duration;
use url::Url;

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Request<'a> {
    pub(super) url: Url,
    pub(super) accept: &'a str,
    pub(super) how: How<'a>,
}

/// The ways of asking.
#[derive(Clone, Copy, Debug)]
pub(super) enum How<'a> {
    /// For a document, or a confirmation that it is still the one we know.
    Document(&'a Validators),
    /// For a file as it is, not compressed for the way.
    File,
    /// For a part of one.
    Part(&'a Part),
    /// On somebody's behalf, possibly with something to send.
    Forward(Option<&'a Forwarding>),
    /// To have something kept.
    Put(&'a Put<'a>),
}

impl How<'_> {
    /// Whether it brings something that is meant for one server alone.
    fn sends(self) -> bool {
        matches!(self, Self::Forward(Some(_)) | Self::Put(_))
    }
}

/// An address on the way to an answer.
pub(super) struct Hop {
    pub(super) url: Url,
    /// Whether all hops so far were on the host that was meant: credentials
    /// are not shown once it was left, not even back home.
    at_home: bool,
}

impl Client {
    /// Asks once, following redirections.
    pub(super) async fn attempt(&self, request: &Request<'_>) -> Result<(Response, Hop), Failure> {
        let asked = request.url.as_str();
        let mut hop = Hop {
            url: request.url.clone(),
            at_home: true,
        };
        for _ in 0..=self.limits.redirects {
            let response = self.send(request, &hop).await?;
            let Some(next) = redirection(&response, &hop, request)? else {
                return Ok((response, hop));
            };
            if leads_inside(&hop.url, &next.url).await {
                let origin = next.url.origin().ascii_serialization();
                return Err(Failure::lasting(FetchError::Redirect {
                    url: asked.to_owned(),
                    why: format!("to `{origin}`, which is within this machine's own network"),
                }));
            }
            hop = next;
        }
        Err(Failure::lasting(FetchError::Redirect {
            url: asked.to_owned(),
            why: format!("more than {} times", self.limits.redirects),
        }))
    }

    async fn send(&self, request: &Request<'_>, hop: &Hop) -> Result<Response, Failure> {
        let mut builder = self.prepare(request, hop);
        if let Some(value) = self.authorization(request, hop) {
            builder = builder.header(AUTHORIZATION, value);
        }
        let sent = builder.send().await;
        sent.map_err(|error| self.failed(request.url.as_str(), error))
    }

    fn prepare(&self, request: &Request<'_>, hop: &Hop) -> RequestBuilder {
        let url = hop.url.clone();
        let builder = match request.how {
            How::Document(known) => conditional(self.http.get(url), known),
            How::File => self.plain.get(url),
            How::Part(part) => self.plain.get(url).header(RANGE, part.header()),
            How::Forward(None) => self.http.get(url),
            How::Forward(Some(sent)) => {
                let mut post = self.http.post(url).header(CONTENT_TYPE, &sent.content_type);
                if let Some(encoding) = &sent.content_encoding {
                    post = post.header(CONTENT_ENCODING, encoding);
                }
                post.body(sent.bytes.clone())
            }
            How::Put(put) => {
                let builder = self.http.put(url).header(CONTENT_TYPE, put.content_type);
                builder.body(put.bytes.clone())
            }
        };
        builder.header(ACCEPT, request.accept)
    }

    fn authorization(&self, request: &Request<'_>, hop: &Hop) -> Option<HeaderValue> {
        if !hop.at_home {
            return None;
        }
        let credential = match request.how {
            How::Put(put) => put.credential,
            _ => self.credentials.for_url(&hop.url)?,
        };
        let header = credential.header()?;
        let mut value = HeaderValue::try_from(header).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// What an answer means that brings nothing.
    pub(super) async fn fault(
        &self,
        response: Response,
        request: &Request<'_>,
        hop: &Hop,
    ) -> Failure {
        let url = request.url.to_string();
        let status = response.status();
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Failure::lasting(FetchError::NotFound { url })
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let hint = refusal(response, &hop.url, &self.credentials).await;
                let status = status.as_u16();
                Failure::lasting(FetchError::Refused { url, status, hint })
            }
            _ => self.unexpected(&response, url),
        }
    }

    fn unexpected(&self, response: &Response, url: String) -> Failure {
        let status = response.status();
        let header = response.headers().get(RETRY_AFTER);
        let after = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, self.clock.now()));
        let again = status.is_server_error()
            || matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
            );
        let error = FetchError::Status {
            url,
            status: status.as_u16(),
            retry_after: after,
        };
        Failure {
            error,
            again,
            after,
        }
    }

    pub(super) fn failed(&self, url: &str, error: reqwest::Error) -> Failure {
        failed(url, error, self.limits.read_timeout)
    }
}

fn conditional(builder: RequestBuilder, known: &Validators) -> RequestBuilder {
    if let Some(etag) = &known.etag {
        builder.header(IF_NONE_MATCH, etag)
    } else if let Some(date) = &known.last_modified {
        builder.header(IF_MODIFIED_SINCE, date)
    } else {
        builder
    }
}

/// What it means that no answer came, or that it stopped coming; `patience` is
/// how long it was waited for a piece of it.
pub(crate) fn failed(url: &str, error: reqwest::Error, patience: Duration) -> Failure {
    let url = url.to_owned();
    let error = error.without_url();
    let why = answer::chain(&error);
    if error.is_connect() {
        let waited = error.is_timeout();
        let error = FetchError::Unreachable { url, why };
        // Who was waited for long enough is not waited for again.
        return if waited {
            Failure::lasting(error)
        } else {
            Failure::passing(error)
        };
    }
    if error.is_timeout() {
        // Waited for long enough already.
        return Failure::lasting(FetchError::Stalled { url, patience });
    }
    if error.is_body() || error.is_decode() {
        return Failure::passing(FetchError::Truncated { url, why });
    }
    Failure::passing(FetchError::Unreachable { url, why })
}

/// Where an answer sends us, if it does.
fn redirection(
    response: &Response,
    hop: &Hop,
    request: &Request<'_>,
) -> Result<Option<Hop>, Failure> {
    let status = response.status();
    if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let refuse = |why: String| {
        let url = request.url.to_string();
        Failure::lasting(FetchError::Redirect { url, why })
    };
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    let next = location.and_then(|text| hop.url.join(text).ok());
    let next = next.ok_or_else(|| refuse("without saying where to".to_owned()))?;
    if request.how.sends() {
        // It was meant for this server and for nobody else.
        let origin = next.origin().ascii_serialization();
        return Err(refuse(format!(
            "to `{origin}`, and what was sent is not sent on"
        )));
    }
    if !matches!(next.scheme(), "http" | "https") {
        return Err(refuse(format!("to the scheme `{}`", next.scheme())));
    }
    if hop.url.scheme() == "https" && next.scheme() == "http" {
        return Err(refuse("from https to http".to_owned()));
    }
    let same_host = next.host_str() == hop.url.host_str()
        && next.port_or_known_default() == hop.url.port_or_known_default();
    Ok(Some(Hop {
        at_home: hop.at_home && same_host,
        url: next,
    }))
}
