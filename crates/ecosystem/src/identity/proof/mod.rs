//! What an account shows of a key, read from what was fetched there.
//!
//! All of it comes from addresses that somebody wrote into a statement: bounded,
//! and good for nothing but the keys and accounts that are named in it.

pub mod github;
pub mod page;
pub mod registry;

use super::TOKEN;
use crate::vouch::ssh::Fingerprint;

/// The largest answer that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most keys that one answer may name.
const MAX_KEYS: usize = 200;

/// Why an answer says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProofError(&'static str);

/// Whether a text names the key: on a line of its own, as
/// [`token`](super::token) writes it.
pub fn names(text: &str, key: &Fingerprint) -> bool {
    keys(text.lines()).any(|named| named == *key)
}

/// The keys that lines or words name.
fn keys<'t>(words: impl Iterator<Item = &'t str>) -> impl Iterator<Item = Fingerprint> {
    let named = words.filter_map(|word| word.trim().strip_prefix(TOKEN)?.parse().ok());
    named.take(MAX_KEYS)
}

/// As JSON, if it is not too large.
fn json(bytes: &[u8]) -> Result<serde_json::Value, ProofError> {
    if bytes.len() > MAX_BYTES {
        return Err(ProofError("it is too large"));
    }
    serde_json::from_slice(bytes).map_err(|_| ProofError("it is not JSON"))
}
