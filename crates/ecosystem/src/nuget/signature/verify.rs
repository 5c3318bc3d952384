//! Whether a whole package is what its signature says.

use super::{Check, ContentError, PackageSignature, read_signature};
use std::io::{Read, Seek, SeekFrom};

/// What came of comparing a package with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Everything but the signature is what was signed, and the signature is
    /// one that the key of its certificate made.
    AsSigned,
    /// Nobody signed it.
    Unsigned,
    /// It is no archive that is read here, so nobody knows.
    NotKnown(String),
}

/// Compares a package with its signature. Who signed it, and whether anybody
/// should trust them, is not asked.
///
/// # Errors
/// Why it is not the package that was signed: it was changed, or the signature
/// was.
pub fn verify(package: &mut (impl Read + Seek)) -> Result<Verified, String> {
    let signature = match signature(package) {
        Ok(Some(signature)) => signature,
        Ok(None) => return Ok(Verified::Unsigned),
        Err(error) => return Ok(Verified::NotKnown(error.to_string())),
    };
    let read = PackageSignature::read(&signature).map_err(|error| error.to_string())?;
    if !read.primary.is_intact() {
        let checks = &read.primary.checks;
        let failed = [checks.digest, checks.signature, checks.certificate];
        let failed = failed.into_iter().find(|check| !check.is_passed());
        return Err(failed.map_or_else(String::new, |check| check.to_string()));
    }
    match read.content.check(package) {
        Ok(Check::Passed) => Ok(Verified::AsSigned),
        Ok(check) => Err(check.to_string()),
        Err(ContentError::Io(error)) => Ok(Verified::NotKnown(error.to_string())),
        // No client takes it with a signature.
        Err(ContentError::Archive(error)) => Err(error.to_string()),
    }
}

fn signature(package: &mut (impl Read + Seek)) -> Result<Option<Vec<u8>>, ContentError> {
    let size = package.seek(SeekFrom::End(0))?;
    read_signature(size, |range| {
        package.seek(SeekFrom::Start(range.start))?;
        let mut bytes = vec![0; (range.end - range.start) as usize];
        package.read_exact(&mut bytes)?;
        Ok(bytes)
    })
}
