use super::answer::{self, refusal};
use super::retry::{Failure, retry_after};
use super::{Answer, Client, FULL};
use crate::FetchError;
use crate::cache::Validators;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use reqwest::{Response, StatusCode};
use url::Url;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) url: Url,
    pub(super) known: &'a Validators,
}

/// An address on the way to an answer.
struct Hop {
    url: Url,
    /// Whether all hops so far were on the host that was meant: credentials
    /// are not shown once it was left, not even back home.
    at_home: bool,
}

impl Client {
    /// Asks once, following redirections.
    pub(super) async fn attempt(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        let asked = request.url.as_str();
        let mut hop = Hop {
            url: request.url.clone(),
            at_home: true,
        };
        for _ in 0..=self.limits.redirects {
            let response = self.send(request, &hop).await?;
            match redirection(&response, &hop, asked)? {
                Some(next) => hop = next,
                None => return self.judge(response, request, &hop).await,
            }
        }
        Err(Failure::lasting(FetchError::Redirect {
            url: asked.to_owned(),
            why: format!("more than {} times", self.limits.redirects),
        }))
    }

    async fn send(&self, request: &Request<'_>, hop: &Hop) -> Result<Response, Failure> {
        let mut builder = self.http.get(hop.url.clone()).header(ACCEPT, FULL);
        if let Some(etag) = &request.known.etag {
            builder = builder.header(IF_NONE_MATCH, etag);
        } else if let Some(date) = &request.known.last_modified {
            builder = builder.header(IF_MODIFIED_SINCE, date);
        }
        if let Some(value) = self.authorization(hop) {
            builder = builder.header(AUTHORIZATION, value);
        }
        let sent = builder.send().await;
        sent.map_err(|error| self.failed(request.url.as_str(), error))
    }

    fn authorization(&self, hop: &Hop) -> Option<HeaderValue> {
        if !hop.at_home {
            return None;
        }
        let header = self.credentials.for_url(&hop.url)?.header()?;
        let mut value = HeaderValue::try_from(header).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    async fn judge(
        &self,
        response: Response,
        request: &Request<'_>,
        hop: &Hop,
    ) -> Result<Answer, Failure> {
        let url = request.url.to_string();
        let status = response.status();
        match status {
            StatusCode::OK => self.document(response, url).await,
            StatusCode::NOT_MODIFIED if *request.known != Validators::default() => {
                Ok(Answer::NotModified)
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err(Failure::lasting(FetchError::NotFound { url }))
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let credential = self.credentials.for_url(&hop.url);
                let hint = refusal(response, &hop.url, credential).await;
                let status = status.as_u16();
                Err(Failure::lasting(FetchError::Refused { url, status, hint }))
            }
            _ => Err(self.unexpected(&response, url)),
        }
    }

    async fn document(&self, response: Response, url: String) -> Result<Answer, Failure> {
        let validators = answer::validators(&response);
        let bytes = self.body(response, &url).await?;
        Ok(Answer::Document { bytes, validators })
    }

    /// Reads to the end, but not beyond the limit.
    async fn body(&self, mut response: Response, url: &str) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return Ok(bytes),
                Err(error) => return Err(self.failed(url, error)),
            }
            if bytes.len() as u64 > self.limits.body {
                return Err(Failure::lasting(FetchError::TooLarge {
                    url: url.to_owned(),
                    limit: self.limits.body,
                }));
            }
        }
    }

    fn unexpected(&self, response: &Response, url: String) -> Failure {
        let status = response.status();
        let header = response.headers().get(RETRY_AFTER);
        let after = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, self.now));
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

    fn failed(&self, url: &str, error: reqwest::Error) -> Failure {
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
            let patience = self.limits.read_timeout;
            return Failure::lasting(FetchError::Stalled { url, patience });
        }
        if error.is_body() || error.is_decode() {
            return Failure::passing(FetchError::Truncated { url, why });
        }
        Failure::passing(FetchError::Unreachable { url, why })
    }
}

/// Where an answer sends us, if it does.
fn redirection(response: &Response, hop: &Hop, asked: &str) -> Result<Option<Hop>, Failure> {
    let status = response.status();
    if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let refuse = |why: String| {
        let url = asked.to_owned();
        Failure::lasting(FetchError::Redirect { url, why })
    };
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    let next = location.and_then(|text| hop.url.join(text).ok());
    let next = next.ok_or_else(|| refuse("without saying where to".to_owned()))?;
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
