//! Statements by which people vouch for others: short texts, signed with the
//! SSH key of whoever makes them.
//!
//! ```text
//! tenure vouch 1
//! by: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU
//! about: npm:river-keeper
//! for: competence
//! from: 2026-11-23
//! until: 2027-11-23
//! reason: we have released river together since 2019
//! -----BEGIN SSH SIGNATURE-----
//! ...
//! -----END SSH SIGNATURE-----
//! ```
//!
//! What is signed is everything before the signature, to the byte, in the
//! namespace [`NAMESPACE`]. A file has one statement, or several one after
//! another, so that a folder of them can be put into one file.

pub mod audits;
pub mod crev;
mod key;
pub(crate) mod lines;
pub mod minisign;
pub mod openpgp;
pub(crate) mod pieces;
mod source;
pub mod ssh;
mod statement;

#[cfg(test)]
mod crev_tests;
#[cfg(test)]
pub(crate) mod tests;

pub use key::Fingerprint;
pub use source::{Heard, Source};
pub use statement::{
    About, Said, Signed, Statement, StatementError, Unread, given, read_all, revocations,
};

use ssh::SshError;

/// What signatures of statements are made for: one that was made for something
/// else is none of a statement (`ssh-keygen -Y sign -n`).
pub const NAMESPACE: &str = "tenure-vouch";

/// The largest file of statements, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The text that names a key and no other, from that text or from a public key.
///
/// # Errors
/// When the text is neither.
pub fn key_name(text: &str) -> Result<Box<str>, SshError> {
    let key: Fingerprint = text.parse()?;
    Ok(key.as_str().into())
}
