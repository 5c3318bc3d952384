//! Files: passed on piece by piece, as they are.

use super::Client;
use super::attempt::{How, Request, failed};
use super::retry::Failure;
use crate::FetchError;
use bytes::Bytes;
use reqwest::{Response, StatusCode};
use std::time::Duration;
use url::Url;

/// A file that is on its way.
#[derive(Debug)]
pub struct Download {
    /// Its size in bytes, if the registry says it.
    pub length: Option<u64>,
    response: Response,
    url: String,
    received: u64,
    limit: u64,
    patience: Duration,
}

impl Client {
    /// Asks for a file. No compression is asked for and none is undone: what
    /// arrives is what the integrity of a package is about.
    ///
    /// A credential that is configured for the host of `url` is shown to it,
    /// by whatever scheme, so an address that a registry's document gives must
    /// be [at home](crate::Upstream::is_home_of) there.
    /// After a redirection to another host none is shown any more.
    ///
    /// # Errors
    /// See [`FetchError`]. Nothing is tried again once the file has begun to
    /// arrive.
    pub async fn get_file(&self, url: &Url) -> Result<Download, FetchError> {
        let request = Request {
            url: url.clone(),
            accept: "*/*",
            how: How::File,
        };
        self.retrying(|| self.file(&request)).await
    }

    async fn file(&self, request: &Request<'_>) -> Result<Download, Failure> {
        let (response, hop) = self.attempt(request).await?;
        if response.status() != StatusCode::OK {
            return Err(self.fault(response, request, &hop).await);
        }
        let download = Download {
            length: response.content_length(),
            response,
            url: request.url.to_string(),
            received: 0,
            limit: self.limits.file,
            patience: self.limits.read_timeout,
        };
        if download.length > Some(download.limit) {
            return Err(Failure::lasting(download.too_large()));
        }
        Ok(download)
    }
}

impl Download {
    /// The next piece; `None` after the last one, and only if the file came as
    /// long as it was announced.
    ///
    /// # Errors
    /// When nothing arrives for too long, when the file breaks off, and when it
    /// is larger than [`Limits::file`](super::Limits).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        let piece = self.response.chunk().await;
        let piece = piece.map_err(|error| failed(&self.url, error, self.patience).error)?;
        self.received += piece.as_ref().map_or(0, Bytes::len) as u64;
        if self.received > self.limit {
            return Err(self.too_large());
        }
        match (self.length, &piece) {
            (Some(length), None) if self.received != length => Err(FetchError::Truncated {
                url: self.url.clone(),
                why: format!("{} of {length} bytes came", self.received),
            }),
            _ => Ok(piece),
        }
    }

    fn too_large(&self) -> FetchError {
        FetchError::TooLarge {
            url: self.url.clone(),
            limit: self.limit,
        }
    }
}
