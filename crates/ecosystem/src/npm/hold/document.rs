//! A packument, walked once: where its parts lie, and which of its versions are
//! held back.

use super::Form;
use super::release::{Held, Members, Release, is_disguised};
use super::tags::{self, Tag};
use crate::npm::packument::PackumentError;
use crate::scan::{Damaged, Key, Scanner, unquote};
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use std::ops::Range;
use tenure_domain::{Ecosystem, PackageId};

/// A packument, and which of its versions are held back.
pub(super) struct Document<'d> {
    pub(super) text: &'d str,
    pub(super) name: String,
    /// The parts that are written anew, in the document's order.
    pub(super) parts: Vec<Part>,
    /// Where the document's closing brace is.
    pub(super) end: usize,
    /// `time.modified`, or else `modified`, as it is written.
    pub(super) modified: Option<&'d [u8]>,
    /// Those in `versions` first, then those that only upstream's own
    /// restrictions have.
    pub(super) releases: Vec<Release<'d>>,
    /// How many of them are in `versions`.
    pub(super) listed: usize,
    pub(super) members: Members,
    /// `dist-tags` as upstream has them.
    pub(super) tags: Vec<Tag>,
    /// What upstream says of its own restrictions.
    upstream_message: Option<String>,
    index: HashMap<&'d str, usize>,
}

/// The value of a member of the document.
pub(super) enum Part {
    Tags(Range<usize>),
    Versions,
    /// Upstream's own restrictions.
    Restrictions(Range<usize>),
    /// Manifests that nobody judged, where npm looks for some to offer.
    Unjudged(Range<usize>),
}

impl<'d> Document<'d> {
    /// Reads a document for `form`, and asks which of its versions are
    /// restricted.
    pub(super) fn read(
        bytes: &'d [u8],
        form: Form,
        is_restricted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, PackumentError> {
        let text = std::str::from_utf8(bytes).map_err(|error| damaged(&error.to_string()))?;
        let mut scanner = Scanner::new(bytes);
        let mut walk = Walk::default();
        walk.members.wanted = form == Form::Abbreviated;
        let end = walk
            .document(&mut scanner)
            .map_err(|Damaged| damaged(&scanner.damage()))?
            .ok_or_else(|| no_packument("it is no object"))?;
        let mut document = walk.into_document(text, end)?;
        for release in &mut document.releases {
            if release.held == Held::No && (!release.readable || is_restricted(release.version)) {
                release.held = Held::Here;
            }
        }
        Ok(document)
    }

    pub(super) fn release(&self, version: &str) -> Option<&Release<'d>> {
        self.index.get(version).map(|at| &self.releases[*at])
    }

    /// Where the key begins of the member that follows what ends at `at`.
    pub(super) fn key_after(&self, at: usize) -> usize {
        at + self.text[at..].find('"').unwrap_or(0)
    }

    /// Those that are offered, in the document's order.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Release<'d>> {
        self.releases.iter().filter(|release| release.is_offered())
    }

    /// The versions of those that are held back here and are `wanted`.
    pub(super) fn held_here(&self, wanted: fn(&Release<'_>) -> bool) -> Vec<String> {
        let held = self.held(Held::Here).filter(|release| wanted(release));
        held.map(|release| release.version.to_owned()).collect()
    }

    /// Those that `held` holds back, in the document's order.
    /// What upstream says of what it holds back itself.
    pub(super) fn upstream_message(&self) -> String {
        let message = self.upstream_message.as_deref();
        message.unwrap_or("restricted upstream").to_owned()
    }

    pub(super) fn held(&self, held: Held) -> impl Iterator<Item = &Release<'d>> {
        let releases = self.releases.iter();
        releases.filter(move |release| release.held == held)
    }
}

fn damaged(why: &str) -> PackumentError {
    PackumentError::Malformed(why.to_owned())
}

fn no_packument(why: &str) -> PackumentError {
    PackumentError::NotAPackument(why.to_owned())
}

/// The members of a document that this module reads or writes.
const OWN: [&[u8]; 7] = [
    b"name",
    b"time",
    b"modified",
    b"dist-tags",
    b"versions",
    b"policyRestrictions",
    b"stagedVersions",
];

/// Whether a member of the document says more than what is passed on.
fn matters(name: &[u8]) -> bool {
    OWN.contains(&name) || name == b"maintainers"
}

/// What has been read of a document so far.
#[derive(Default)]
struct Walk<'d> {
    seen: Vec<&'d [u8]>,
    name: Option<&'d [u8]>,
    dates: Dates<'d>,
    modified: Option<&'d [u8]>,
    tags: Vec<Tag>,
    /// Those of `versions`, if it is a map.
    releases: Option<Vec<Release<'d>>>,
    restrictions: Restrictions<'d>,
    parts: Vec<Part>,
    members: Members,
    /// Why the document is refused.
    refused: Option<String>,
}

/// Upstream's own `policyRestrictions`.
#[derive(Default)]
struct Restrictions<'d> {
    message: Option<&'d [u8]>,
    releases: Vec<Release<'d>>,
}

/// What `time` says besides the versions' dates.
#[derive(Default)]
struct Dates<'d> {
    modified: Option<&'d [u8]>,
    unpublished: bool,
}

impl<'d> Walk<'d> {
    /// Walks the whole document. Gives the place of its closing brace, or
    /// `None` where it is no object.
    fn document(&mut self, scanner: &mut Scanner<'d>) -> Result<Option<usize>, Damaged> {
        let is_object = scanner.enter()?;
        while is_object && let Some(key) = scanner.key()? {
            let name = key.written();
            if self.seen.contains(&name) || is_disguised(key, matters) {
                self.refuse(key, "the document");
            }
            if OWN.contains(&name) {
                self.seen.push(name);
            }
            self.member(name, scanner)?;
        }
        let end = scanner.at().checked_sub(1);
        scanner.finish()?;
        Ok(end.filter(|_| is_object))
    }

    fn member(&mut self, name: &[u8], scanner: &mut Scanner<'d>) -> Result<(), Damaged> {
        let start = scanner.at();
        let part = match name {
            b"dist-tags" => {
                let tags = tags::read(scanner)?;
                self.tags = tags.unwrap_or_else(|why| {
                    self.refused.get_or_insert(why);
                    Vec::new()
                });
                Part::Tags
            }
            b"versions" => {
                self.releases = self.releases(scanner)?;
                self.parts.push(Part::Versions);
                return Ok(());
            }
            b"policyRestrictions" => {
                self.restrictions(scanner)?;
                Part::Restrictions
            }
            b"stagedVersions" => {
                scanner.value()?;
                Part::Unjudged
            }
            b"time" => return self.dates(scanner),
            _ => {
                let raw = scanner.value()?;
                match name {
                    b"name" => self.name = Some(raw),
                    b"modified" => self.modified = Some(raw),
                    _ => {}
                }
                return Ok(());
            }
        };
        self.parts.push(part(start..scanner.at()));
        Ok(())
    }

    /// Reads a map of manifests; `None` where it is none.
    fn releases(&mut self, scanner: &mut Scanner<'d>) -> Result<Option<Vec<Release<'d>>>, Damaged> {
        if !scanner.enter()? {
            return Ok(None);
        }
        let mut releases = Vec::new();
        loop {
            let after = scanner.at();
            let Some(key) = scanner.key()? else { break };
            if has_escapes(key) {
                self.refuse(key, "`versions`");
            }
            releases.push(Release::read(scanner, after, key, &mut self.members)?);
        }
        Ok(Some(releases))
    }

    fn restrictions(&mut self, scanner: &mut Scanner<'d>) -> Result<(), Damaged> {
        let mut seen = HashSet::new();
        let is_object = scanner.enter()?;
        while is_object && let Some(key) = scanner.key()? {
            if !seen.insert(key.written()) || has_escapes(key) {
                self.refuse(key, "`policyRestrictions`");
            }
            match key.written() {
                b"message" => self.restrictions.message = Some(scanner.value()?),
                b"versions" => {
                    self.restrictions.releases = self.releases(scanner)?.unwrap_or_default();
                }
                _ => {
                    scanner.value()?;
                }
            }
        }
        Ok(())
    }

    /// Dates decide, too, so every version must have one that is not in doubt.
    fn dates(&mut self, scanner: &mut Scanner<'d>) -> Result<(), Damaged> {
        let mut seen = HashSet::new();
        let is_object = scanner.enter()?;
        while is_object && let Some(key) = scanner.key()? {
            if !seen.insert(key.written()) || has_escapes(key) {
                self.refuse(key, "`time`");
            }
            let raw = scanner.value()?;
            match key.written() {
                b"modified" => self.dates.modified = Some(raw),
                b"unpublished" => self.dates.unpublished = true,
                _ => {}
            }
        }
        Ok(())
    }

    fn refuse(&mut self, key: Key<'_>, of: &str) {
        let key = String::from_utf8_lossy(key.quoted());
        let why = format!("the key {key} of {of} is written twice, or with escapes");
        self.refused.get_or_insert(why);
    }

    fn into_document(mut self, text: &'d str, end: usize) -> Result<Document<'d>, PackumentError> {
        if let Some(why) = &self.refused {
            return Err(damaged(why));
        }
        let name = self.name()?;
        let releases = self.releases.take();
        let releases = releases.or_else(|| self.dates.unpublished.then(Vec::new));
        let releases = releases.ok_or_else(|| no_packument("it has no `versions`"))?;
        let mut document = Document {
            text,
            name,
            parts: self.parts,
            end,
            modified: self.dates.modified.or(self.modified).filter(is_string),
            listed: releases.len(),
            index: HashMap::with_capacity(releases.len()),
            releases,
            members: self.members,
            tags: self.tags,
            upstream_message: None,
        };
        document.index_listed()?;
        document.add_restrictions(self.restrictions)?;
        for release in &mut document.releases {
            release.belongs_to(&document.name);
        }
        Ok(document)
    }

    fn name(&self) -> Result<String, PackumentError> {
        let name = self.name.and_then(unquote);
        let name = name.ok_or_else(|| no_packument("it has no `name`"))?;
        PackageId::new(Ecosystem::Npm, &name)
            .map_err(|error| no_packument(&format!("its `name` is unusable: {error}")))?;
        Ok(name.into_owned())
    }
}

impl<'d> Document<'d> {
    fn index_listed(&mut self) -> Result<(), PackumentError> {
        for (at, release) in self.releases.iter().enumerate() {
            if self.index.insert(release.version, at).is_some() {
                return Err(twice(release.version));
            }
        }
        Ok(())
    }

    /// What upstream restricts stays restricted, whatever we hold.
    fn add_restrictions(&mut self, theirs: Restrictions<'d>) -> Result<(), PackumentError> {
        for mut release in theirs.releases {
            release.held = Held::Upstream;
            match self.index.entry(release.version) {
                Entry::Occupied(known) if *known.get() >= self.listed => {
                    return Err(twice(release.version));
                }
                Entry::Occupied(known) => self.releases[*known.get()].held = Held::Upstream,
                Entry::Vacant(free) => {
                    free.insert(self.releases.len());
                    self.releases.push(release);
                }
            }
        }
        self.upstream_message = theirs
            .message
            .and_then(unquote)
            .map(std::borrow::Cow::into_owned);
        Ok(())
    }
}

fn twice(version: &str) -> PackumentError {
    damaged(&format!("there are two manifests of `{version}`"))
}

/// Whether a key is written with escapes. No key of a map of versions needs
/// any.
fn has_escapes(key: Key<'_>) -> bool {
    memchr::memchr(b'\\', key.written()).is_some()
}

fn is_string(raw: &&[u8]) -> bool {
    raw.starts_with(b"\"")
}
