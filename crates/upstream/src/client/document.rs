//! Documents: read whole, after decompression, and within limits.

use super::answer;
use super::attempt::{How, Request};
use super::gathered::{Gathered, Watch, Whole};
use super::retry::Failure;
use super::{Client, FULL};
use crate::FetchError;
use crate::cache::Validators;
use crate::npm_config::Upstream;
use bytes::Bytes;
use reqwest::{Response, StatusCode};
use tenure_domain::PackageId;
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

/// What a registry answered when it was asked for a document.
#[derive(Debug)]
pub enum Answer {
    /// The document that the validators name is still the current one.
    NotModified,
    /// A document.
    Document {
        /// Its bytes, decompressed.
        bytes: Bytes,
        /// Their SHA-256.
        sha256: [u8; 32],
        /// What names this version of it.
        validators: Validators,
        /// To be kept until the bytes are dealt with.
        room: Room,
    },
}

/// The right to have a large document in memory. There are
/// [`Limits::large_documents`](super::Limits) of them, so dropping it lets the
/// next large document in; a small one does not need any. Who keeps one asks
/// for no other document, or all may wait for each other.
#[derive(Debug, Default)]
pub struct Room {
    permit: Option<OwnedSemaphorePermit>,
}

/// A document of more bytes than this is a large one. Few packages have one:
/// of 125 recorded ones none, though react's has 5 MB and typescript's 14.
const LARGE: u64 = 2 * 1024 * 1024;

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
        self.get_document(upstream.packument_url(package), FULL, known)
            .await
    }

    /// Asks for a JSON document.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get_json(&self, url: Url) -> Result<Bytes, FetchError> {
        let text = url.to_string();
        let nothing = Validators::default();
        match self.get_document(url, FULL, &nothing).await? {
            Answer::Document { bytes, .. } => Ok(bytes),
            Answer::NotModified => Err(FetchError::Status {
                url: text,
                status: 304,
                retry_after: None,
            }),
        }
    }

    /// Asks for a document of the types that `accept` names, or for a
    /// confirmation that `known` still names the current one. Credentials go
    /// with it as for a [file](Self::get_file).
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get_document(
        &self,
        url: Url,
        accept: &str,
        known: &Validators,
    ) -> Result<Answer, FetchError> {
        self.watch_document(url, accept, known, &|_| {}).await
    }

    /// As [`get_document`](Self::get_document). Whenever another [`STEP`](super::STEP) of a
    /// document has come, of its first [`EAGER`](super::EAGER), `watch` is shown all that has
    /// come: nothing of it is sure, and another attempt begins it anew.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn watch_document(
        &self,
        url: Url,
        accept: &str,
        known: &Validators,
        watch: Watch<'_>,
    ) -> Result<Answer, FetchError> {
        let request = Request {
            url,
            accept,
            how: How::Document(known),
        };
        self.retrying(|| self.document(&request, known, watch))
            .await
    }

    async fn document(
        &self,
        request: &Request<'_>,
        known: &Validators,
        watch: Watch<'_>,
    ) -> Result<Answer, Failure> {
        let (response, hop) = self.attempt(request).await?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if *known != Validators::default() => {
                return Ok(Answer::NotModified);
            }
            _ => return Err(self.fault(response, request, &hop).await),
        }
        let validators = answer::validators(&response);
        let gathered = Gathered::watched(watch);
        let body = self.body(response, request.url.as_str(), self.limits.body, gathered);
        let (whole, room) = body.await?;
        Ok(Answer::Document {
            bytes: whole.bytes.into(),
            sha256: whole.sha256,
            validators,
            room,
        })
    }

    /// Reads to the end, but not beyond `limit`, and not for ever.
    pub(super) async fn body(
        &self,
        response: Response,
        url: &str,
        limit: u64,
        gathered: Gathered<'_>,
    ) -> Result<(Whole, Room), Failure> {
        let longest = self.limits.document_time;
        let read = tokio::time::timeout(longest, self.read(response, url, limit, gathered));
        read.await.unwrap_or_else(|_| {
            let url = url.to_owned();
            Err(Failure::lasting(FetchError::Slow { url, longest }))
        })
    }

    async fn read(
        &self,
        mut response: Response,
        url: &str,
        limit: u64,
        mut gathered: Gathered<'_>,
    ) -> Result<(Whole, Room), Failure> {
        let too_large = || {
            let url = url.to_owned();
            Failure::lasting(FetchError::TooLarge { url, limit })
        };
        // Known only where nothing was compressed.
        if response
            .content_length()
            .is_some_and(|length| length > limit)
        {
            return Err(too_large());
        }
        let mut room = Room { permit: None };
        loop {
            match response.chunk().await {
                Ok(Some(piece)) => gathered.add(&piece),
                Ok(None) => return Ok((gathered.whole(), room)),
                Err(error) => return Err(self.failed(url, error)),
            }
            let size = gathered.size();
            if size > limit {
                return Err(too_large());
            }
            if size > LARGE && room.permit.is_none() {
                room.permit = self.large.clone().acquire_owned().await.ok();
            }
        }
    }
}
