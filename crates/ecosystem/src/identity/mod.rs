//! Statements by which people say that an account is theirs, and what an account
//! shows of it: the two halves of an identity link.
//!
//! ```text
//! tenure identity 1
//! by: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU
//! account: github:ada
//! from: 2026-11-23
//! -----BEGIN SSH SIGNATURE-----
//! ...
//! -----END SSH SIGNATURE-----
//! ```
//!
//! The statement says that the account belongs to the key; that the key belongs
//! to the account, the account itself must show ([`proof`]). What is signed is
//! everything before the first signature, to the byte, in the namespace
//! [`NAMESPACE`]. Where the account is another SSH key, that one signs the same
//! text, and its signature stands after the first. An `OpenPGP` key signs it, too;
//! after that signature stands the key itself, in its armor, for its fingerprint
//! alone checks nothing.

mod account;
pub mod proof;
pub mod record;
mod statement;

#[cfg(test)]
mod tests;

pub use account::{Account, AccountError};
pub use statement::{IdentityError, Proof, Said, Signed, Statement, Unread, is_one, read_all};

use crate::vouch::ssh::Fingerprint;

/// What signatures of these statements are made for (`ssh-keygen -Y sign -n`).
pub const NAMESPACE: &str = "tenure-identity";

/// By which people name a key where there is room for a line of text.
const TOKEN: &str = "tenure-key=";

/// What a page, a record or a list of keywords has in it to name a key.
pub fn token(key: &Fingerprint) -> String {
    format!("{TOKEN}{key}")
}
