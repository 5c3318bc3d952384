//! What is handed to a server of one's own.

use super::attempt::{How, Request};
use super::{Client, Forwarded};
use crate::FetchError;
use crate::npm_config::Credential;
use bytes::Bytes;
use url::Url;

/// Something for a server to keep.
#[derive(Clone, Debug)]
pub struct Put<'a> {
    /// Where it belongs. Redirections are not followed.
    pub url: &'a Url,
    /// What the server is shown, and nobody else. The client's own credentials
    /// are left out of it.
    pub credential: &'a Credential,
    /// Its type.
    pub content_type: &'a str,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Client {
    /// Sends something, again if no answer came: a `PUT` sent twice does the
    /// same as one.
    ///
    /// # Errors
    /// When there is no answer, or none within [`Limits::forwarded`] bytes; see
    /// [`FetchError`]. A refusal by the server is an answer.
    ///
    /// [`Limits::forwarded`]: super::Limits
    pub async fn put(&self, put: &Put<'_>) -> Result<Forwarded, FetchError> {
        let request = Request {
            url: put.url.clone(),
            accept: "application/json",
            how: How::Put(put),
        };
        self.retrying(|| self.passed_on(&request)).await
    }
}
