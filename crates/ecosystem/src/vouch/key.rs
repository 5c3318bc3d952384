//! The names of keys.

use super::ssh::SshError;
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use std::fmt;
use std::str::FromStr;

/// A key by the text that names it and no other:
///
/// - `SHA256:...`, a key of SSH by its fingerprint, as `ssh-keygen -l` writes it;
/// - `crev:...`, an id of cargo-crev, which is the key itself;
/// - `openpgp:...`, a key of `OpenPGP` by its fingerprint in capital letters;
/// - `minisign:...`, a key of minisign as its tools write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(Box<str>);

/// What the names of keys begin with.
const KINDS: [&str; 4] = ["SHA256:", "crev:", "openpgp:", "minisign:"];

impl Fingerprint {
    /// Whether a text is the name of a key or a public key, and not of an
    /// account.
    pub fn is_meant(text: &str) -> bool {
        text.contains(' ') || KINDS.iter().any(|kind| text.starts_with(kind))
    }

    /// Whether it is of a key of `OpenPGP`.
    pub fn is_openpgp(&self) -> bool {
        self.0.starts_with("openpgp:")
    }

    /// Of a name that is known to have the right form.
    pub(super) fn of(name: impl Into<Box<str>>) -> Self {
        Self(name.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = SshError;

    /// Reads the name of a key, or the public key that it is of.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(' ') {
            return Self::of_public_key(text);
        }
        let is_one = match text.split_once(':') {
            Some(("SHA256", digest)) => has_length(BASE64_NOPAD.decode(digest.as_bytes()), 32),
            Some(("crev", key)) => has_length(BASE64URL_NOPAD.decode(key.as_bytes()), 32),
            Some(("minisign", key)) => {
                key.starts_with("RW") && has_length(BASE64.decode(key.as_bytes()), 42)
            }
            Some(("openpgp", digits)) => {
                let is_digit = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
                digits.len() == 40 && digits.bytes().all(is_digit)
            }
            _ => false,
        };
        if is_one {
            Ok(Self(text.into()))
        } else {
            Err(SshError::NoFingerprint(text.chars().take(80).collect()))
        }
    }
}

fn has_length<E>(bytes: Result<Vec<u8>, E>, length: usize) -> bool {
    bytes.is_ok_and(|bytes| bytes.len() == length)
}
