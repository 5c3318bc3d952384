//! Fetches registry documents and keeps the facts read from them.
//!
//! The only crate with an HTTP client.

mod environment;
pub mod npm_config;
mod sealed;

pub use environment::Environment;
pub use npm_config::{Place, Upstream, UpstreamError};

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

/// A name for `text` that any file system takes.
fn digest_name(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..16])
}
