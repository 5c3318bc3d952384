//! Signatures of minisign and of what is compatible with it (Ed25519 over the
//! text's `BLAKE2b` digest, or in the older form over the text): four lines.
//!
//! ```text
//! untrusted comment: signature from minisign secret key
//! RUR...
//! trusted comment: timestamp:1795428000
//! ...
//! ```
//!
//! Such a signature has no namespace that says what it was made for. That the
//! text is a statement, written in the one way, says it.

use super::key::Fingerprint;
use super::ssh::SshError;
use minisign_verify::{PublicKey, Signature};

const BEGIN: &str = "untrusted comment: ";
/// The longest comments that minisign writes have 8 KiB.
const MAX_BLOCK: usize = 32 * 1024;

/// Whether a block is such a signature.
pub(super) fn is_one(block: &str) -> bool {
    block.starts_with(BEGIN)
}

/// Where in a text the first such signature is, as [`super::ssh::place`].
pub(super) fn place(text: &str) -> Option<(usize, usize)> {
    let begin = if text.starts_with(BEGIN) {
        0
    } else {
        text.find(&format!("\n{BEGIN}"))? + 1
    };
    let lines = text[begin..].split_inclusive('\n').take(4);
    let length: usize = lines.map(str::len).sum();
    Some((begin, begin + length))
}

/// Checks a signature over `message` by a key whose name begins with
/// `minisign:`.
///
/// # Errors
/// When it is none, or not one over this message by this key.
pub fn verify(block: &str, key: &Fingerprint, message: &[u8]) -> Result<(), SshError> {
    if block.len() > MAX_BLOCK {
        return Err(SshError::Malformed("it is too long"));
    }
    let by = key.as_str().strip_prefix("minisign:");
    let by = by.ok_or_else(|| SshError::Unsupported("minisign for another key".to_owned()))?;
    let by = PublicKey::from_base64(by).map_err(|_| SshError::NoKey)?;
    let signature = Signature::decode(block.trim_end())
        .map_err(|_| SshError::Malformed("it is no signature of minisign, either"))?;
    by.verify(message, &signature, true)
        .map_err(|_| SshError::Wrong)
}

/// The name of the key in a file that minisign writes, or in its second line.
///
/// # Errors
/// When there is none.
pub fn key_in(text: &str) -> Result<Fingerprint, SshError> {
    let mut lines = text.lines().map(str::trim);
    let key = lines.rfind(|line| !line.is_empty()).unwrap_or_default();
    format!("minisign:{key}").parse()
}
