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
mod tolerant;

pub use publisher::party_named;

use crate::digest::sha256_hex;
use dates::{Dates, DatesSeed};
use hashbrown::HashMap;
use manifest::{ManifestMap, RawRelease};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use tenure_domain::{
    DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, ReleaseState, Source,
    Time,
};
use tolerant::{Skip, Text, Tolerant};

/// Why a document is not a packument.
#[derive(Debug, thiserror::Error)]
pub enum PackumentError {
    /// Not JSON, or cut short.
    #[error("the document is damaged: {0}")]
    Malformed(String),
    /// Not UTF-8.
    #[error("the document is damaged: {0}")]
    NotText(#[from] std::str::Utf8Error),
    /// JSON, but not a packument.
    #[error("the document is not a packument: {0}")]
    NotAPackument(String),
}

impl From<sonic_rs::Error> for PackumentError {
    /// Keeps what and where, and leaves out the picture of the document below
    /// it: its bytes could do anything to a terminal.
    fn from(error: sonic_rs::Error) -> Self {
        let text = error.to_string();
        Self::Malformed(text.lines().next().unwrap_or_default().to_owned())
    }
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
    // One check of the whole is cheaper than one per string, which is what
    // reading from bytes costs.
    let text = std::str::from_utf8(bytes)?;
    let mut deserializer = sonic_rs::Deserializer::from_str(text);
    let document = deserializer.deserialize_any(DocumentVisitor)?;
    deserializer.end()?;
    document.into_history()
}

/// What of a document is kept until it has been read to its end: the order of
/// its fields is not fixed.
#[derive(Default)]
struct Document<'de> {
    name: Option<Cow<'de, str>>,
    latest: Option<Cow<'de, str>>,
    dates: Option<Dates<'de>>,
    owners: Option<Vec<tenure_domain::Party>>,
    builder: HistoryBuilder,
    releases: Option<Vec<RawRelease<'de>>>,
}

impl Document<'_> {
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
        let dates = self.dates.unwrap_or_default();
        let mut builder = self.builder;
        let mut unclaimed = dates.by_version();
        for release in releases {
            let published = unclaimed.remove(&*release.version);
            builder.push_interned(release.dated(published));
        }
        add_removed(&mut builder, &dates, &unclaimed);
        if let Some(owners) = self.owners {
            builder.set_owners_now(owners);
        }
        if let Some(latest) = self.latest {
            builder.set_latest(latest.into());
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

/// A version with a date but no manifest was there once and is gone.
fn add_removed(builder: &mut HistoryBuilder, dates: &Dates<'_>, left: &HashMap<&str, Time>) {
    for (version, published) in dates.versions() {
        if left.get(version) == Some(&published) {
            builder.push(NewRelease {
                published: Some(published),
                state: ReleaseState::Removed,
                ..NewRelease::new(version)
            });
        }
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a packument")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut document = Document::default();
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "name" => document.name = map.next_value::<Tolerant<Text<'de>>>()?.into_cow(),
                "dist-tags" => document.latest = map.next_value_seed(LatestSeed)?,
                "time" => document.dates = map.next_value_seed(DatesSeed)?,
                "maintainers" => document.owners = map.next_value_seed(publisher::OwnersSeed)?,
                "versions" => {
                    document.releases = map.next_value_seed(ManifestMap {
                        builder: &mut document.builder,
                    })?;
                }
                _ => {
                    map.next_value_seed(Skip::new())?;
                }
            }
        }
        Ok(document)
    }
}

/// Reads `dist-tags` for its `latest`.
struct LatestSeed;

impl<'de> DeserializeSeed<'de> for LatestSeed {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LatestSeed {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of tags")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut latest = None;
        while let Some(Text(key)) = map.next_key()? {
            let value = map.next_value::<Tolerant<Text<'de>>>()?;
            if key == "latest" {
                latest = value.into_cow();
            }
        }
        Ok(latest)
    }

    tolerant::otherwise!(None);
}

/// Reads an RFC 3339 moment; anything else is no date.
fn moment(text: &str) -> Option<Time> {
    text.parse().ok()
}

#[cfg(test)]
mod tests;
