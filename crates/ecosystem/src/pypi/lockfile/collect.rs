//! What the readers of all formats end in: checks what they found, and puts it
//! into order.

use super::{Format, Include, Lockfile, LockfileError, Unnamed};
use crate::lockfile::text::{shown, without_credentials};
use crate::lockfile::{By, LockedPackage, Origin, Want, check_size, malformed};
use crate::pypi::{name, version};
use std::collections::HashSet;
use tenure_domain::{Ecosystem, PackageId};

/// A hundred times what the largest projects have.
const MAX_PACKAGES: usize = 100_000;
/// Longer addresses than servers accept lead nowhere.
const MAX_ADDRESS: usize = 8 * 1024;

/// A locked package as a reader found it.
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    /// Empty where only its origin is known.
    pub(super) version: &'a str,
    pub(super) line: u32,
    pub(super) origin: Origin,
    /// Digests, with spaces between them; empty where there is none.
    pub(super) integrity: String,
}

/// Builds a [`Lockfile`].
pub(super) struct Collector(Lockfile);

impl Collector {
    pub(super) fn new(format: Format) -> Self {
        Self(Lockfile {
            format,
            packages: Vec::new(),
            wants: Vec::new(),
            includes: Vec::new(),
            unnamed: Vec::new(),
        })
    }

    /// Keeps a locked package. A name or version that no registry could have
    /// is an error and not skipped: skipping would hide the entry.
    pub(super) fn package(&mut self, found: Found<'_>) -> Result<(), LockfileError> {
        self.check_count()?;
        let package = self.named(found.name, found.line)?;
        let from_registry = matches!(found.origin, Origin::Registry { .. });
        if (from_registry || !found.version.is_empty()) && !version::is_valid(found.version) {
            let (version, name) = (shown(found.version), shown(found.name));
            let why = format!("`{version}` is not a version of {name}");
            return Err(malformed(self.0.format, found.line, why));
        }
        let integrity = found.integrity;
        let is_usable = !integrity.is_empty() && !integrity.contains(char::is_control);
        self.0.packages.push(LockedPackage {
            package,
            version: found.version.into(),
            line: found.line,
            origin: found.origin,
            integrity: is_usable.then(|| integrity.into()),
        });
        Ok(())
    }

    /// Keeps what is asked for and not pinned.
    pub(super) fn want(&mut self, name: &str, range: &str, line: u32) -> Result<(), LockfileError> {
        self.check_count()?;
        let package = self.named(name, line)?;
        self.0.wants.push(Want {
            package,
            range: if range.is_empty() { "*" } else { range }.into(),
            by: By::Root,
            line,
        });
        Ok(())
    }

    pub(super) fn include(&mut self, include: Include) -> Result<(), LockfileError> {
        self.check_count()?;
        self.0.includes.push(include);
        Ok(())
    }

    pub(super) fn unnamed(&mut self, place: &str, line: u32) -> Result<(), LockfileError> {
        self.check_count()?;
        let place = shown(&without_credentials(place)).into();
        self.0.unnamed.push(Unnamed { place, line });
        Ok(())
    }

    fn check_count(&self) -> Result<(), LockfileError> {
        let asked = self.0.wants.len() + self.0.includes.len() + self.0.unnamed.len();
        let count = self.0.packages.len() + asked + 1;
        check_size(self.0.format, "packages", count, MAX_PACKAGES)
    }

    fn named(&self, text: &str, line: u32) -> Result<PackageId, LockfileError> {
        let normal = name::normalise(text);
        let package = normal.and_then(|name| PackageId::new(Ecosystem::Pypi, &name).ok());
        package.ok_or_else(|| {
            let why = format!("`{}` is not a name of a project", shown(text));
            malformed(self.0.format, line, why)
        })
    }

    /// Sorts by line and leaves out repetitions.
    pub(super) fn finish(mut self) -> Lockfile {
        let mut seen = HashSet::new();
        self.0.packages.sort_by_key(|package| package.line);
        self.0.packages.retain(|locked| {
            seen.insert((
                locked.package.clone(),
                locked.version.clone(),
                locked.origin.clone(),
            ))
        });
        self.0
    }
}

/// A registry, with its address where the lockfile has one.
pub(super) fn registry(address: Option<&str>) -> Origin {
    let is_web = |address: &&str| address.starts_with("https://") || address.starts_with("http://");
    let usable = address
        .filter(is_web)
        .filter(|text| text.len() <= MAX_ADDRESS);
    Origin::Registry {
        resolved: usable.map(|address| shown(&without_credentials(address)).into()),
    }
}

/// Not a registry, in words for people.
pub(super) fn elsewhere(what: &str, address: &str) -> Origin {
    let address = without_credentials(address);
    Origin::Elsewhere(format!("{what} {}", shown(&address)).into())
}

/// Whether a file at this address is one of this release, by its name: another
/// one under this name is what a tampered lockfile looks like.
pub(super) fn is_file_of(address: &str, project: &str, wanted: &str) -> bool {
    let path = address.split(['#', '?']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let file = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
    let project = name::normalise(project).unwrap_or_default();
    name::release_of(&project, &file).is_some_and(|(_, told)| version::is_same(&told, wanted))
}
