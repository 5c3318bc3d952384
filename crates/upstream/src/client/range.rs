//! Parts of files: the end of a package says who signed it.

use super::Client;
use super::attempt::{How, Request};
use super::gathered::Gathered;
use super::retry::Failure;
use crate::FetchError;
use bytes::Bytes;
use reqwest::header::CONTENT_RANGE;
use reqwest::{Response, StatusCode};
use std::ops::Range;
use url::Url;

/// Which part of a file is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// So many bytes at its end, or all of it if there are fewer.
    Last(u64),
    /// These bytes.
    Bytes(Range<u64>),
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in the file.
    pub start: u64,
    /// The bytes: those that were asked for, or all of the file, where the
    /// server knows nothing of parts.
    pub bytes: Bytes,
    /// The size of the file.
    pub size: u64,
}

impl Part {
    pub(super) fn header(&self) -> String {
        match self {
            Self::Last(count) => format!("bytes=-{count}"),
            Self::Bytes(range) => format!("bytes={}-{}", range.start, range.end.saturating_sub(1)),
        }
    }
}

impl Client {
    /// Asks for a part of a file. Credentials go with it as for a
    /// [file](Self::get_file).
    ///
    /// # Errors
    /// See [`FetchError`]; also where the answer is another part, or larger than
    /// [`Limits::forwarded`](super::Limits).
    pub async fn get_part(&self, url: &Url, part: &Part) -> Result<Piece, FetchError> {
        let request = Request {
            url: url.clone(),
            accept: "*/*",
            how: How::Part(part),
        };
        self.retrying(|| self.part(&request, part)).await
    }

    async fn part(&self, request: &Request<'_>, part: &Part) -> Result<Piece, Failure> {
        let (response, hop) = self.attempt(request).await?;
        let place = match response.status() {
            StatusCode::OK => None,
            StatusCode::PARTIAL_CONTENT => Some(place(&response)),
            _ => return Err(self.fault(response, request, &hop).await),
        };
        let url = request.url.as_str();
        let limit = self.limits.forwarded;
        let body = self.body(response, url, limit, Gathered::default());
        let (whole, _) = body.await?;
        let bytes = Bytes::from(whole.bytes);
        let length = bytes.len() as u64;
        let (start, size) = match place {
            None => (0, length),
            Some(Some((range, size))) if is_answer(part, &range, size, length) => {
                (range.start, size)
            }
            Some(_) => {
                let why = "it is another part of the file than was asked for";
                return Err(Failure::lasting(FetchError::unreadable(url, &why)));
            }
        };
        Ok(Piece { start, bytes, size })
    }
}

/// Which bytes of a file an answer has, and how many the file has.
fn place(response: &Response) -> Option<(Range<u64>, u64)> {
    let shown = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, size) = shown.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some((first..last.checked_add(1)?, size.parse().ok()?))
}

fn is_answer(part: &Part, range: &Range<u64>, size: u64, length: u64) -> bool {
    let wanted = match part {
        Part::Last(count) => size.saturating_sub(*count)..size,
        Part::Bytes(range) => range.clone(),
    };
    *range == wanted && range.end <= size && range.end - range.start == length
}
