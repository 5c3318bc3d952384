//! A packument, walked once: where its parts lie, and what they are.

use super::Form;
use super::release::{Members, Release, is_disguised};
use super::tags;
use crate::npm::packument::PackumentError;
use crate::npm::packument::scan::{Damaged, Key, Scanner, unquote};
use hashbrown::HashMap;
use serde::de::IgnoredAny;
use std::ops::Range;
use tenure_domain::{Ecosystem, PackageId};

/// A packument, and which of its versions are restricted.
pub(super) struct Document<'d> {
    pub(super) text: &'d str,
    pub(super) name: String,
    /// The parts that are written anew, in the document's order.
    pub(super) parts: Vec<Part>,
    /// Where the document's closing brace is.
    pub(super) end: usize,
    /// `time.modified`, or else `modified`, as it is written.
    pub(super) modified: Option<&'d [u8]>,
    pub(super) releases: Vec<Release<'d>>,
    pub(super) members: Members,
    /// `dist-tags` as upstream has them; `None` is what points at nothing.
    pub(super) tags: Vec<(String, Option<String>)>,
    index: HashMap<&'d str, usize>,
}

/// The value of a member of the document.
pub(super) enum Part {
    Tags(Range<usize>),
    Versions(Range<usize>),
    /// Upstream's own restrictions.
    Restrictions(Range<usize>),
    /// Manifests that nobody judged, offered where npm looks for them.
    Unjudged(Range<usize>),
}

/// What has been read of a document so far.
#[derive(Default)]
struct Walk<'d> {
    name: Option<&'d [u8]>,
    time: Option<&'d [u8]>,
    modified: Option<&'d [u8]>,
    tags: Option<&'d [u8]>,
    releases: Option<Vec<Release<'d>>>,
    index: HashMap<&'d str, usize>,
    parts: Vec<Part>,
    members: Members,
    /// Why the document is refused.
    refused: Option<String>,
}

fn damaged(why: impl Into<String>) -> PackumentError {
    PackumentError::Malformed(why.into())
}

fn no_packument(why: &str) -> PackumentError {
    PackumentError::NotAPackument(why.to_owned())
}

impl<'d> Document<'d> {
    /// Reads a document for `form`, and asks which of its versions are
    /// restricted.
    pub(super) fn read(
        bytes: &'d [u8],
        form: Form,
        is_restricted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, PackumentError> {
        let text = std::str::from_utf8(bytes).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| damaged(error.to_string()))?;
        let mut scanner = Scanner::new(bytes);
        let mut walk = Walk::default();
        walk.members.wanted = form == Form::Abbreviated;
        let is_object = walk
            .document(&mut scanner)
            .map_err(|Damaged| damaged(scanner.damage()))?;
        if !is_object {
            return Err(no_packument("it is no object"));
        }
        let end = text.trim_end().len() - 1;
        let mut document = walk.into_document(text, end)?;
        for release in &mut document.releases {
            release.restricted = !release.readable || is_restricted(release.version);
        }
        Ok(document)
    }

    pub(super) fn release(&self, version: &str) -> Option<&Release<'d>> {
        self.index.get(version).map(|at| &self.releases[*at])
    }

    pub(super) fn restricted(&self) -> impl Iterator<Item = &Release<'d>> {
        self.releases.iter().filter(|release| release.restricted)
    }
}

impl<'d> Walk<'d> {
    fn document(&mut self, scanner: &mut Scanner<'d>) -> Result<bool, Damaged> {
        if !scanner.enter()? {
            scanner.finish()?;
            return Ok(false);
        }
        while let Some(key) = scanner.key()? {
            let start = scanner.at();
            let twice = match key.written() {
                b"name" => self.name.replace(scanner.value()?).is_some(),
                b"time" => self.time.replace(scanner.value()?).is_some(),
                b"modified" => self.modified.replace(scanner.value()?).is_some(),
                b"dist-tags" => {
                    let twice = self.tags.replace(scanner.value()?).is_some();
                    self.parts.push(Part::Tags(start..scanner.at()));
                    twice
                }
                b"versions" => {
                    let twice = self.releases.is_some();
                    self.versions(scanner)?;
                    self.parts.push(Part::Versions(start..scanner.at()));
                    twice
                }
                b"policyRestrictions" => {
                    scanner.value()?;
                    let known = |part: &Part| matches!(part, Part::Restrictions(_));
                    let twice = self.parts.iter().any(known);
                    self.parts.push(Part::Restrictions(start..scanner.at()));
                    twice
                }
                b"stagedVersions" => {
                    scanner.value()?;
                    self.parts.push(Part::Unjudged(start..scanner.at()));
                    false
                }
                _ => {
                    scanner.value()?;
                    is_disguised(key, matters)
                }
            };
            if twice {
                self.refuse(key);
            }
        }
        scanner.finish()?;
        Ok(true)
    }

    fn versions(&mut self, scanner: &mut Scanner<'d>) -> Result<(), Damaged> {
        let releases = self.releases.insert(Vec::new());
        if !scanner.enter()? {
            self.releases = None;
            return Ok(());
        }
        let mut refused = None;
        loop {
            let after = scanner.at();
            let Some(key) = scanner.key()? else { break };
            let version = std::str::from_utf8(key.written()).unwrap_or_default();
            let known = self.index.insert(version, releases.len()).is_some();
            if known || memchr::memchr(b'\\', key.written()).is_some() {
                refused = Some(key);
            }
            let release = Release::read(scanner, (after, key, version), &mut self.members)?;
            releases.push(release);
        }
        if let Some(key) = refused {
            self.refuse(key);
        }
        Ok(())
    }

    fn refuse(&mut self, key: Key<'_>) {
        let key = String::from_utf8_lossy(key.quoted());
        let why = format!("the key {key} is written twice, or with escapes");
        self.refused.get_or_insert(why);
    }

    fn into_document(self, text: &'d str, end: usize) -> Result<Document<'d>, PackumentError> {
        if let Some(why) = self.refused {
            return Err(damaged(why));
        }
        let name = self.name.and_then(unquote);
        let name = name.ok_or_else(|| no_packument("it has no `name`"))?;
        PackageId::new(Ecosystem::Npm, &name)
            .map_err(|error| no_packument(&format!("its `name` is unusable: {error}")))?;
        let dates = Dates::read(self.time);
        let Some(mut releases) = self.releases.or_else(|| dates.unpublished.then(Vec::new)) else {
            return Err(no_packument("it has no `versions`"));
        };
        for release in &mut releases {
            release.readable &= release
                .name
                .is_none_or(|own| Some(own) == self.name || unquote(own).as_ref() == Some(&name));
        }
        Ok(Document {
            text,
            name: name.into_owned(),
            parts: self.parts,
            end,
            modified: dates.modified.or(self.modified),
            releases,
            members: self.members,
            tags: tags::read(self.tags)?,
            index: self.index,
        })
    }
}

/// Whether a member of the document is more than passed on.
fn matters(name: &[u8]) -> bool {
    matches!(
        name,
        b"name"
            | b"time"
            | b"modified"
            | b"dist-tags"
            | b"versions"
            | b"policyRestrictions"
            | b"stagedVersions"
            | b"maintainers"
    )
}

/// What `time` says besides the versions' dates.
#[derive(Default)]
struct Dates<'d> {
    modified: Option<&'d [u8]>,
    unpublished: bool,
}

impl<'d> Dates<'d> {
    fn read(time: Option<&'d [u8]>) -> Self {
        let mut dates = Self::default();
        let mut scanner = Scanner::new(time.unwrap_or(b"null"));
        // The document has been read once, so this one is not damaged.
        let _ = dates.walk(&mut scanner);
        dates
    }

    fn walk(&mut self, scanner: &mut Scanner<'d>) -> Result<(), Damaged> {
        if scanner.enter()? {
            while let Some(key) = scanner.key()? {
                let raw = scanner.value()?;
                match key.text().as_deref() {
                    Some("modified") => self.modified = Some(raw),
                    Some("unpublished") => self.unpublished = true,
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
