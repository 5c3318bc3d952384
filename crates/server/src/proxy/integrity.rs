//! What a tarball has to be, as the registry's document says it, and whether it
//! is that.

use super::ProxyError;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use std::fmt;
use tenure_store::Digest;

/// What a file has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A Subresource Integrity text, such as `sha512-...`.
    Integrity(String),
    /// SHA-1 in hexadecimal: all that npm gave before 2017.
    Shasum(String),
    /// SHA-256 in hexadecimal, as cargo's indexes give it.
    Sha256(String),
    /// No registration of NuGet has a digest: what came first counts, and is
    /// kept, if it is what its signature says, where it has one.
    AsSigned,
}

/// The digests that are computed as a file passes.
pub(super) struct Digests {
    sha1: Sha1,
    sha256: Sha256,
    sha512: Sha512,
}

impl Digests {
    pub(super) fn new() -> Self {
        Self {
            sha1: Sha1::new(),
            sha256: Sha256::new(),
            sha512: Sha512::new(),
        }
    }

    pub(super) fn update(&mut self, piece: &[u8]) {
        self.sha1.update(piece);
        self.sha256.update(piece);
        self.sha512.update(piece);
    }

    /// The digest under which the file is kept, if it is as expected; `what` it
    /// is, for people.
    pub(super) fn verify(self, expected: &Expected, what: &str) -> Result<Digest, ProxyError> {
        let sha256: [u8; 32] = self.sha256.finalize().into();
        let fits = match expected {
            Expected::Shasum(shasum) => shasum.eq_ignore_ascii_case(&hex(&self.sha1.finalize())),
            // Read anew once it is whole: the signature is at its end.
            Expected::AsSigned => true,
            Expected::Sha256(wanted) => wanted.eq_ignore_ascii_case(&hex(&sha256)),
            Expected::Integrity(integrity) => strongest_fits(
                integrity,
                &self.sha1.finalize(),
                &sha256,
                &self.sha512.finalize(),
            ),
        };
        if fits {
            Ok(Digest::from_bytes(sha256))
        } else {
            Err(ProxyError::Damaged(format!(
                "what the registry sent as `{what}` is not what its document says ({expected}); it was thrown away"
            )))
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsSigned => f.write_str("anything"),
            Self::Integrity(text) | Self::Shasum(text) | Self::Sha256(text) => f.write_str(text),
        }
    }
}

/// Whether the strongest digest in an integrity text is one of these. As the
/// specification has it, of several equally strong ones any may fit.
fn strongest_fits(integrity: &str, sha1: &[u8], sha256: &[u8], sha512: &[u8]) -> bool {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    for (name, digest) in [("sha512-", sha512), ("sha256-", sha256), ("sha1-", sha1)] {
        let mut of_this_kind = integrity
            .split_ascii_whitespace()
            .filter_map(|text| text.strip_prefix(name))
            .map(|text| text.split('?').next().unwrap_or_default())
            .peekable();
        if of_this_kind.peek().is_some() {
            let wanted = base64.encode(digest);
            return of_this_kind.any(|text| text == wanted);
        }
    }
    false
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(bytes: &[u8], expected: &Expected) -> bool {
        let mut digests = Digests::new();
        digests.update(bytes);
        digests.verify(expected, "x").is_ok()
    }

    #[test]
    fn the_strongest_digest_decides() {
        // Of the three bytes `abc`.
        let sha1 = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
        let sha512 = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        let integrity = |text: &str| Expected::Integrity(text.to_owned());
        assert!(verified(b"abc", &integrity(sha1)));
        assert!(verified(b"abc", &integrity(&format!("sha1-x {sha512}"))));
        assert!(verified(
            b"abc",
            &integrity(&format!("sha512-x {sha512}?option"))
        ));
        assert!(!verified(b"abc", &integrity(&format!("{sha1} sha512-x"))));
        assert!(!verified(b"abc", &integrity("")));
        assert!(!verified(
            b"abc",
            &integrity("md5-kAFQmDzST7DWlj99KOF/cg==")
        ));
    }

    #[test]
    fn crates_have_a_sha256() {
        // Of the three bytes `abc`, from FIPS 180-2.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(verified(b"abc", &Expected::Sha256(sha256.to_owned())));
        assert!(verified(b"abc", &Expected::Sha256(sha256.to_uppercase())));
        assert!(!verified(b"abd", &Expected::Sha256(sha256.to_owned())));
    }

    #[test]
    fn old_packages_have_only_a_shasum() {
        let shasum = |text: &str| Expected::Shasum(text.to_owned());
        assert!(verified(
            b"abc",
            &shasum("a9993e364706816aba3e25717850c26c9cd0d89d")
        ));
        assert!(!verified(
            b"abd",
            &shasum("a9993e364706816aba3e25717850c26c9cd0d89d")
        ));
    }
}
