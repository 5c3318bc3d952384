use crate::{CertificateIx, ContactIx, DependencySetIx, OwnerSetIx, PartyIx, RepositoryIx, Time};
use serde::{Deserialize, Serialize};

/// One published version of a package, with the facts a registry gave of it.
///
/// What is `None` was not given; it is never a default. Indices point into the
/// tables of the [`History`](crate::History) that holds the release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The version as the registry writes it.
    pub version: Box<str>,
    /// When it was published.
    pub published: Option<Time>,
    /// The party that published it.
    pub publisher: Option<PartyIx>,
    /// The account that approved it, where publishing is staged.
    pub approver: Option<PartyIx>,
    /// The publisher's e-mail address at that moment.
    pub contact: Option<ContactIx>,
    /// Who could publish, as listed at that moment.
    pub owners: Option<OwnerSetIx>,
    /// Names of its runtime dependencies.
    pub dependencies: DependencySetIx,
    /// The source repository it declares.
    pub repository: Option<RepositoryIx>,
    /// The certificate that its author signed it with, inside of the package.
    pub signed_with: Option<CertificateIx>,
    /// A provenance attestation is listed. Its signature is not checked here.
    pub provenance: bool,
    /// It runs a script when it is installed.
    pub install_script: bool,
    /// Its publishers ask people to move off it.
    pub deprecated: bool,
    /// Whether the registry still offers it.
    pub state: ReleaseState,
}

/// Whom a certificate is for, and which one it is. That somebody has one says
/// that an issuer checked the name, not who acted for an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Certificate {
    /// Whom it is for, as a whole: `CN=..., O=...`.
    pub subject: Box<str>,
    /// The SHA-256 of its bytes, in lower-case hex.
    pub sha256: Box<str>,
}

/// Whether a registry still offers a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReleaseState {
    /// It is offered.
    Offered,
    /// Its date is known but the release is gone: unpublished by its owner or
    /// removed by the registry. Which of the two, registries do not say.
    Removed,
}

/// The release line of a version: the part that SemVer keeps compatible, so
/// `1` for `1.4.2` and `0.3` for `0.3.9`. `None` if the text does not begin
/// like a version.
pub fn release_line(version: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let major = digits(version);
    if major == 0 {
        return None;
    }
    if version[..major].bytes().any(|b| b != b'0') {
        return Some(&version[..major]);
    }
    let minor = version[major..]
        .strip_prefix('.')
        .map(digits)
        .filter(|n| *n > 0);
    minor.map(|minor| &version[..major + 1 + minor])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_semver() {
        let cases = [
            ("1.4.2", Some("1")),
            ("0.3.9", Some("0.3")),
            ("10.0.0-rc.1", Some("10")),
            ("0", None),
            ("x", None),
        ];
        for (version, line) in cases {
            assert_eq!(release_line(version), line, "{version}");
        }
    }
}
