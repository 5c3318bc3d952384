//! What the readers of all formats end in: checks what they found, and puts it
//! into order.

use super::{Format, Lockfile, LockfileError};
use crate::lockfile::text::shown;
use crate::lockfile::{By, LockedPackage, Origin, Want, check_size, malformed};
use std::collections::HashSet;
use std::hash::Hash;
use tenure_domain::{Ecosystem, PackageId};

/// Two hundred times what the largest projects have.
const MAX_PACKAGES: usize = 500_000;
/// A package asks for two or three others on average.
const MAX_WANTS: usize = 1_000_000;
/// npm's limit for versions is 256; an address in its place may be longer.
const MAX_VERSION: usize = 8 * 1024;
/// Longer ranges exist in no registry.
const MAX_RANGE: usize = 1024;
/// Room for a digest of every algorithm there is.
const MAX_INTEGRITY: usize = 1024;

/// A locked package as a reader found it.
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) line: u32,
    pub(super) origin: Origin,
    pub(super) integrity: Option<&'a str>,
}

/// Builds a [`Lockfile`].
pub(super) struct Collector {
    format: Format,
    packages: Vec<LockedPackage>,
    wants: Vec<Want>,
}

impl Collector {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            packages: Vec::new(),
            wants: Vec::new(),
        }
    }

    /// Keeps a locked package.
    ///
    /// A name or version that no registry could have is an error and not
    /// skipped: skipping would hide the entry from whoever looks for it.
    pub(super) fn package(&mut self, found: Found<'_>) -> Result<(), LockfileError> {
        check_count(self.format, self.packages.len())?;
        let integrity = found
            .integrity
            .filter(|text| text.len() <= MAX_INTEGRITY && is_printable(text));
        let package = PackageId::new(Ecosystem::Npm, found.name)
            .map_err(|e| self.malformed(found.line, e.to_string()))?;
        if !is_version(found.version) {
            let why = format!(
                "`{}` is not a version of {}",
                shown(found.version),
                found.name
            );
            return Err(self.malformed(found.line, why));
        }
        self.packages.push(LockedPackage {
            package,
            version: found.version.into(),
            line: found.line,
            origin: found.origin,
            integrity: integrity.map(Into::into),
        });
        Ok(())
    }

    /// Keeps what somebody asks for.
    ///
    /// Published manifests hold all kinds of typing errors, which lockfiles
    /// copy; what no registry could answer is skipped.
    pub(super) fn want(
        &mut self,
        name: &str,
        range: &str,
        by: &By,
        line: u32,
    ) -> Result<(), LockfileError> {
        if range.len() > MAX_RANGE || !is_printable(range) {
            return Ok(());
        }
        let Ok(package) = PackageId::new(Ecosystem::Npm, name) else {
            return Ok(());
        };
        check_size(self.format, "dependencies", self.wants.len() + 1, MAX_WANTS)?;
        self.wants.push(Want {
            package,
            range: range.into(),
            by: by.clone(),
            line,
        });
        Ok(())
    }

    /// Sorts by line and leaves out repetitions.
    pub(super) fn finish(mut self) -> Lockfile {
        self.packages.sort_by_key(|package| package.line);
        self.wants.sort_by_key(|want| want.line);
        let packages = self.packages.iter();
        let packages = firsts(packages.map(|p| (&p.package, &p.version, &p.origin)));
        let wants = firsts(self.wants.iter().map(|w| (&w.package, &w.range, &w.by)));
        Lockfile {
            format: self.format,
            packages: keep(self.packages, packages),
            wants: keep(self.wants, wants),
        }
    }

    pub(super) fn malformed(&self, line: u32, why: impl Into<Box<str>>) -> LockfileError {
        malformed(self.format, line, why)
    }
}

/// Whether one more package may come after `count`.
pub(super) fn check_count(format: Format, count: usize) -> Result<(), LockfileError> {
    check_size(format, "packages", count + 1, MAX_PACKAGES)
}

/// Who a package or a folder is, for [`By`].
pub(super) fn package(name: &str) -> By {
    By::Package(name.into())
}

/// The folder `path` of the project, where `.` and the empty path are its root.
pub(super) fn folder(path: &str) -> By {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if matches!(path, "" | ".") {
        return By::Root;
    }
    By::Member(shown(path).into())
}

fn is_version(text: &str) -> bool {
    let fits = (1..=MAX_VERSION).contains(&text.len());
    fits && is_printable(text) && !text.contains(char::is_whitespace)
}

fn is_printable(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// For each key whether it is the first of its kind.
fn firsts<K: Eq + Hash>(keys: impl ExactSizeIterator<Item = K>) -> Vec<bool> {
    let mut seen = HashSet::with_capacity(keys.len());
    keys.map(|key| seen.insert(key)).collect()
}

fn keep<T>(all: Vec<T>, which: Vec<bool>) -> Vec<T> {
    let marked = all.into_iter().zip(which);
    marked
        .filter_map(|(item, keep)| keep.then_some(item))
        .collect()
}
