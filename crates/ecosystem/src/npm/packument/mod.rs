//! npm's document of a package ("packument"), full or abbreviated.
//!
//! Documents reach 14 MB while the facts in them are a few kilobytes, so the
//! reader walks the JSON once and keeps only the facts; no tree of the document
//! is ever built. Field meanings: npm's `package-metadata.md` and the answers
//! recorded in the corpus.
//!
//! A field of the wrong shape counts as absent: the release stays, the fact is
//! unknown. Only a document that is no packument at all is an error.

mod dates;
mod manifest;
mod publisher;

pub use publisher::party_named;

use crate::digest::sha256_hex;
use crate::scan::{Damaged, Scanner, unquote};
use dates::Dates;
use manifest::{Manifests, RawRelease};
use serde_json::Value;
use std::borrow::Cow;
use tenure_domain::{
    DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party, ReleaseState,
    Source,
};

/// Why a document is not a packument.
#[derive(Debug, thiserror::Error)]
pub enum PackumentError {
    /// Not JSON, or cut short.
    #[error("the document is damaged: {0}")]
    Malformed(String),
    /// JSON, but not a packument.
    #[error("the document is not a packument: {0}")]
    NotAPackument(String),
}

/// Reads a packument, full or abbreviated, and computes its digest. The
/// history's [`Source`] has an empty `from`: only the caller knows the address.
///
/// # Errors
/// When the bytes are not JSON, or JSON that is not a packument.
pub fn read(bytes: &[u8]) -> Result<History, PackumentError> {
    read_facts(bytes).map(|history| with_digest(history, bytes))
}

fn with_digest(mut history: History, bytes: &[u8]) -> History {
    let source = Source {
        sha256: sha256_hex(bytes),
        ..history.source().clone()
    };
    history.set_source(source);
    history
}

/// As [`read`], without computing the digest.
///
/// # Errors
/// As [`read`].
pub fn read_facts(bytes: &[u8]) -> Result<History, PackumentError> {
    let mut scanner = Scanner::new(bytes);
    let document = Document::read(&mut scanner)
        .map_err(|Damaged| PackumentError::Malformed(scanner.damage()))?;
    let Some(document) = document else {
        return Err(PackumentError::NotAPackument("it is no object".to_owned()));
    };
    document.into_history()
}

/// What of a document is kept until it has been read to its end: the order of
/// its fields is not fixed.
#[derive(Default)]
struct Document<'d> {
    name: Option<Cow<'d, str>>,
    latest: Option<Box<str>>,
    dates: Option<Dates<'d>>,
    owners: Option<Vec<Party>>,
    builder: HistoryBuilder,
    releases: Option<Vec<RawRelease<'d>>>,
}

impl<'d> Document<'d> {
    /// Walks a whole document; `None` where it is no object.
    fn read(scanner: &mut Scanner<'d>) -> Result<Option<Self>, Damaged> {
        let mut document = Self::default();
        if !scanner.enter()? {
            scanner.finish()?;
            return Ok(None);
        }
        while let Some(key) = scanner.key()? {
            match key.written() {
                b"name" => document.name = unquote(scanner.value()?),
                b"dist-tags" => document.latest = latest(scanner.value()?),
                b"time" => document.dates = Dates::read(scanner)?,
                b"maintainers" => document.owners = publisher::owners(&parse(scanner.value()?)),
                b"versions" => document.releases = Manifests::read(scanner, &mut document.builder)?,
                _ => {
                    scanner.value()?;
                }
            }
        }
        scanner.finish()?;
        Ok(Some(document))
    }

    fn into_history(mut self) -> Result<History, PackumentError> {
        let refuse = |why: &str| PackumentError::NotAPackument(why.to_owned());
        let name = self.name.take().ok_or_else(|| refuse("it has no `name`"))?;
        let package = PackageId::new(Ecosystem::Npm, &name)
            .map_err(|error| refuse(&format!("its `name` is unusable: {error}")))?;
        let unpublished = self.dates.as_ref().is_some_and(|dates| dates.unpublished);
        let Some(releases) = self.releases.take().or_else(|| unpublished.then(Vec::new)) else {
            return Err(refuse("it has no `versions`"));
        };
        let kind = match self.dates {
            Some(_) => DocumentKind::FullPackument,
            None => DocumentKind::AbbreviatedPackument,
        };
        let mut dates = self.dates.unwrap_or_default();
        let mut builder = self.builder;
        for release in releases {
            let published = dates.claim(release.version);
            if let Some(release) = release.dated(published) {
                builder.push_interned(release);
            }
        }
        // A version with a date but no manifest was there once and is gone.
        for (version, published) in dates.unclaimed() {
            builder.push(NewRelease {
                published: Some(published),
                state: ReleaseState::Removed,
                ..NewRelease::new(&version)
            });
        }
        if let Some(owners) = self.owners {
            builder.set_owners_now(owners);
        }
        if let Some(latest) = self.latest {
            builder.set_latest(latest);
        }
        let source = Source {
            from: String::new(),
            seen: dates.modified,
            sha256: String::new(),
            kind,
        };
        Ok(builder.build(package, source))
    }
}

/// A value that the scanner passed over; what is no JSON after all is nothing.
fn parse(raw: &[u8]) -> Value {
    serde_json::from_slice(raw).unwrap_or(Value::Null)
}

/// The version that `dist-tags` calls `latest`.
fn latest(raw: &[u8]) -> Option<Box<str>> {
    parse(raw)["latest"].as_str().map(Into::into)
}

#[cfg(test)]
mod tests;
