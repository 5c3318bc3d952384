//! The signature in a package: `.signature.p7s`, made by the author, by the
//! registry that received it, or by both.
//!
//! The public registry signs every package, and writes the owners of that moment
//! into what it signs: a list of owners per version, which no document of the
//! registry has.
//!
//! Getting it out of a package needs the end of the file only ([`Locator`]).
//! [`PackageSignature::read`] checks all that the signature itself tells;
//! [`ContentDigest::check`] needs the whole package. What none of that tells is
//! [`Limit`]. The rules are the client's (NuGet's "Package signatures technical
//! details", and what its code adds).

mod algorithm;
mod archive;
mod certificate;
mod check;
mod cms;
mod content;
mod der;
mod locate;
mod signer;
#[cfg(test)]
mod tests;
mod timestamp;
mod verify;

pub use algorithm::Algorithm;
pub use archive::ArchiveError;
pub use certificate::{Certificate, Chain, ChainEnd};
pub use check::{Check, Checks, Flaw, Limit};
pub use der::DerError;
pub use locate::{Locator, Step, read_signature};
pub use signer::{Role, Signer};
pub use timestamp::Timestamp;
pub use verify::{Verified, verify};

use asn1_rs::{Oid, oid};
use certificate::Bag;
use cms::{SignedData, SignerInfo};
use data_encoding::BASE64;
use signer::Signed;
use std::io::{Read, Seek};
use tenure_domain::{Ecosystem, Party};

const DATA: Oid<'static> = oid!(1.2.840.113549.1.7.1);
const COUNTERSIGNATURE: Oid<'static> = oid!(1.2.840.113549.1.9.6);

/// More countersignatures than any package has.
const MAX_COUNTERS: usize = 8;

/// Why bytes are not a package's signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is not built as signatures are.
    #[error("the signature cannot be read: {0}")]
    Malformed(#[from] DerError),
    /// It is built as signatures are, and breaks a rule of packages.
    #[error("it is not a package's signature: {0}")]
    NotAPackages(&'static str),
}

/// Why a package's digest could not be told.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The package cannot be read.
    #[error("the package cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is damaged.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// The digest of a package, as it was when it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentDigest {
    /// How it is made.
    pub algorithm: Algorithm,
    /// It.
    pub bytes: Vec<u8>,
}

/// What the signature of a package says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageSignature {
    /// What it says the package's digest is.
    pub content: ContentDigest,
    /// Who signed the package.
    pub primary: Signer,
    /// Who signed that signature.
    pub counters: Vec<Signer>,
}

impl PackageSignature {
    /// Reads a signature, and checks all that it tells by itself.
    ///
    /// # Errors
    /// When it is not a package's signature. One that is, and was tampered
    /// with, is no error: its [`Checks`] say so.
    pub fn read(bytes: &[u8]) -> Result<Self, SignatureError> {
        let data = SignedData::read(bytes)?;
        let [signer] = &*data.signers else {
            return Err(SignatureError::NotAPackages("it has not one signer"));
        };
        if data.content_type != DATA {
            return Err(SignatureError::NotAPackages("it signs something else"));
        }
        let bag = Bag::read(&data.certificates);
        let signed = Signed {
            bytes: data.content,
            content_type: Some(&DATA),
        };
        Ok(Self {
            content: ContentDigest::read(data.content)?,
            primary: Signer::read(signer, &bag, &signed)?,
            counters: counters(signer, &bag)?,
        })
    }

    /// Everybody who signed, the first signer first.
    pub fn signers(&self) -> impl Iterator<Item = &Signer> {
        std::iter::once(&self.primary).chain(&self.counters)
    }

    /// Who signed as the author.
    pub fn author(&self) -> Option<&Signer> {
        Some(&self.primary).filter(|signer| signer.role == Role::Author)
    }

    /// The registry that received it.
    pub fn repository(&self) -> Option<&Signer> {
        self.signers()
            .find(|signer| signer.role == Role::Repository)
    }

    /// The owners that the registry signed, if that signature is intact and
    /// each of them has a name that an account can have.
    pub fn owners(&self) -> Option<Vec<Party>> {
        let repository = self.repository().filter(|signer| signer.is_intact())?;
        let owners = repository.owners.as_ref()?.iter();
        owners.map(|owner| account(owner)).collect()
    }
}

/// An account by its name.
pub(super) fn account(name: &str) -> Option<Party> {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '#';
    let is_name = !name.is_empty() && name.len() <= 256 && name.chars().all(is_plain);
    let is_name = is_name && !name.starts_with("workflow/");
    is_name.then(|| Party::account(Ecosystem::Nuget, name))
}

fn counters<'a>(signer: &SignerInfo<'a>, bag: &Bag<'a>) -> Result<Vec<Signer>, SignatureError> {
    let found: Vec<_> = signer.unsigned_values(&COUNTERSIGNATURE).collect();
    if found.len() > MAX_COUNTERS {
        return Err(SignatureError::NotAPackages(
            "it has too many countersignatures",
        ));
    }
    let signed = Signed {
        bytes: signer.signature,
        content_type: None,
    };
    let mut counters = Vec::with_capacity(found.len());
    for element in found {
        let info = SignerInfo::read(element)?;
        counters.push(Signer::read(&info, bag, &signed)?);
    }
    Ok(counters)
}

impl ContentDigest {
    /// Reads the text that is signed: `Version:1`, an empty line, and the name
    /// of the digest with its value.
    fn read(content: &[u8]) -> Result<Self, SignatureError> {
        let wrong = SignatureError::NotAPackages;
        let text = std::str::from_utf8(content).map_err(|_| wrong("its content is no text"))?;
        let mut lines = text.lines();
        if lines.next() != Some("Version:1") || lines.next() != Some("") {
            return Err(wrong("its content is of another version"));
        }
        let mut found = None;
        for (name, value) in lines.filter_map(|line| line.split_once("-Hash:")) {
            let Some(algorithm) = Algorithm::of_text(name) else {
                continue;
            };
            let bytes = BASE64.decode(value.as_bytes());
            let bytes = bytes.map_err(|_| wrong("its digest cannot be read"))?;
            if found.replace(Self { algorithm, bytes }).is_some() {
                return Err(wrong("it has several digests"));
            }
        }
        found.ok_or(wrong("it has no digest that is known"))
    }

    /// Whether it is the digest of this package: whether anything but the
    /// signature changed since it was made.
    ///
    /// # Errors
    /// When the package cannot be read, is damaged, or has no signature.
    pub fn check(&self, package: &mut (impl Read + Seek)) -> Result<Check, ContentError> {
        let found = content::digest(package, self.algorithm)?;
        Ok(Check::that(found == self.bytes, Flaw::Changed))
    }
}
