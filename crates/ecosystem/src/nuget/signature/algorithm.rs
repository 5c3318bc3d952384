//! Digests and signatures. Packages are signed with RSA and PKCS #1 v1.5, and
//! keys of at least 2048 bits; the client takes nothing else.

use asn1_rs::{Oid, oid};
use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters, UnparsedPublicKey,
};

const RSA: Oid<'static> = oid!(1.2.840.113549.1.1.1);
const SHA1_WITH_RSA: Oid<'static> = oid!(1.2.840.113549.1.1.5);
const SHA256_WITH_RSA: Oid<'static> = oid!(1.2.840.113549.1.1.11);
const SHA384_WITH_RSA: Oid<'static> = oid!(1.2.840.113549.1.1.12);
const SHA512_WITH_RSA: Oid<'static> = oid!(1.2.840.113549.1.1.13);

/// Digests that a signature may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    const ALL: [(Self, Oid<'static>, &'static str); 3] = [
        (
            Self::Sha256,
            oid!(2.16.840.1.101.3.4.2.1),
            "2.16.840.1.101.3.4.2.1",
        ),
        (
            Self::Sha384,
            oid!(2.16.840.1.101.3.4.2.2),
            "2.16.840.1.101.3.4.2.2",
        ),
        (
            Self::Sha512,
            oid!(2.16.840.1.101.3.4.2.3),
            "2.16.840.1.101.3.4.2.3",
        ),
    ];

    pub(super) fn of_oid(oid: &Oid<'_>) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(_, one, _)| one == oid);
        found.map(|(algorithm, ..)| algorithm)
    }

    /// By its number as text.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(_, _, one)| *one == text);
        found.map(|(algorithm, ..)| algorithm)
    }

    pub(super) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    /// Whether `expected` is the digest of `bytes`.
    pub(super) fn matches(self, bytes: &[u8], expected: &[u8]) -> bool {
        digest::digest(self.digest(), bytes).as_ref() == expected
    }

    fn rsa(self) -> &'static RsaParameters {
        match self {
            Self::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        }
    }
}

/// How the signature of a signer is checked; `None` for what the client does
/// not take either.
pub(super) fn of_signer(signature: &Oid<'_>, digest: Algorithm) -> Option<&'static RsaParameters> {
    let is_named = *signature == RSA
        || match digest {
            Algorithm::Sha256 => *signature == SHA256_WITH_RSA,
            Algorithm::Sha384 => *signature == SHA384_WITH_RSA,
            Algorithm::Sha512 => *signature == SHA512_WITH_RSA,
        };
    is_named.then(|| digest.rsa())
}

/// How the signature of a certificate is checked. Old roots sign with SHA-1.
pub(super) fn of_certificate(signature: &Oid<'_>) -> Option<&'static RsaParameters> {
    Some(match signature {
        one if *one == SHA256_WITH_RSA => &RSA_PKCS1_2048_8192_SHA256,
        one if *one == SHA384_WITH_RSA => &RSA_PKCS1_2048_8192_SHA384,
        one if *one == SHA512_WITH_RSA => &RSA_PKCS1_2048_8192_SHA512,
        one if *one == SHA1_WITH_RSA => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        _ => return None,
    })
}

/// Whether `signature` is one over `bytes` with this key.
pub(super) fn is_signed(
    by: &'static RsaParameters,
    key: &[u8],
    bytes: &[u8],
    signature: &[u8],
) -> bool {
    UnparsedPublicKey::new(by, key)
        .verify(bytes, signature)
        .is_ok()
}
