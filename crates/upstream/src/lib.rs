//! Fetches registry documents and keeps the facts read from them.
//!
//! The only crate with an HTTP client. A [`Fetcher`] answers for many packages
//! at once, from the cache on disk where that is fresh enough and from the
//! registry that the project's own configuration names where it is not;
//! [`Recorded`] answers from a folder of documents instead.

mod asking;
pub mod cache;
mod cargo_config;
pub mod client;
mod configured;
mod environment;
mod error;
pub mod feed;
mod fetch;
mod inside;
#[cfg(test)]
mod machine;
pub mod npm_config;
mod nuget_config;
mod parallel;
mod pip_config;
mod popularity;
pub mod proof;
mod recorded;
mod sealed;
mod toml_settings;

pub use configured::Configured;
pub use environment::Environment;
pub use error::FetchError;
pub use fetch::{
    Anew, FetchedHistory, Fetcher, FetcherOptions, Found, JournalRead, Progress, Said, SaidNow, Via,
};
pub use inside::{Unfollowed, check_own};
pub use npm_config::{Place, Upstream, UpstreamError};
pub use popularity::{AskedPopularity, NoPopularity};
pub use recorded::{DamagedFile, Recorded, RecordedError};

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The SHA-256 of `bytes`, in lower-case hex.
fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A name for `text` that any file system takes.
fn digest_name(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..16])
}
