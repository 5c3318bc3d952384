//! What was checked about a signer, and what never is.

use super::certificate::Chain;
use std::fmt;

/// The outcome of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed(Flaw),
    /// The signature carries nothing to check it by.
    Absent,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// What was signed is something else.
    #[error("what was signed is not what is there")]
    Changed,
    /// The signature is not one that this key made.
    #[error("the signature was not made with the key of the certificate that it names")]
    Signature,
    /// The certificate is not carried.
    #[error("the signer's certificate is not in the package")]
    NoCertificate,
    /// The signature was made for another certificate than the one found.
    #[error("the signature was made for another certificate")]
    OtherCertificate,
    /// An algorithm that the client does not take, or a key that is too small.
    #[error("it is signed in a way that clients do not take")]
    Algorithm,
    /// The certificate is for something else.
    #[error("the certificate is not one for signing this")]
    Usage,
    /// The certificate was not valid when it was signed.
    #[error("the certificate was not valid at the time that the time stamp says")]
    Validity,
    /// A part that is not signed cannot be read.
    #[error("it cannot be read")]
    Damaged,
}

impl Check {
    pub(super) fn that(holds: bool, flaw: Flaw) -> Self {
        if holds {
            Self::Passed
        } else {
            Self::Failed(flaw)
        }
    }

    /// Whether it was made and holds.
    pub fn is_passed(self) -> bool {
        self == Self::Passed
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("holds"),
            Self::Failed(flaw) => flaw.fmt(f),
            Self::Absent => f.write_str("nothing to check it by"),
        }
    }
}

/// All checks of one signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks {
    /// The digest that is signed is the one of what is signed: the text with
    /// the package's digest, or, for a countersignature, the first signature.
    pub digest: Check,
    /// The signature was made with the certificate's key.
    pub signature: Check,
    /// The signature names this certificate itself, and not only its key.
    pub certificate: Check,
    /// The certificate is one for signing code, or for time stamps.
    pub usage: Check,
    /// The certificate was valid at the moment that the time stamp says.
    pub validity: Check,
    /// How far the certificates lead; `None` where not even the signer's is
    /// there.
    pub chain: Option<Chain>,
}

impl Checks {
    /// Whether everything that is signed is as the holder of the key signed it.
    /// Says nothing of whether that holder deserves to be believed.
    pub fn is_intact(&self) -> bool {
        let bound = matches!(self.certificate, Check::Passed | Check::Absent);
        self.digest.is_passed() && self.signature.is_passed() && bound
    }
}

/// What no check here tells, whatever its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Whether anybody should trust the root that a chain ends in.
    RootTrust,
    /// Whether a certificate was revoked.
    Revocation,
    /// Who acted for an organisation: whoever it let in could.
    Members,
    /// Who owns the package today: the owners are those of when the repository
    /// signed.
    OwnersToday,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::RootTrust,
        Self::Revocation,
        Self::Members,
        Self::OwnersToday,
    ];

    /// In words for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::RootTrust => "whether the certificate's root deserves trust",
            Self::Revocation => "whether a certificate was revoked",
            Self::Members => "which person acted for the organisation that is named",
            Self::OwnersToday => "who owns the package today",
        }
    }
}
