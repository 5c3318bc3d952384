//! What the readers of all formats end in.

use super::{Format, Lockfile, LockfileError, Unresolved};
use crate::lockfile::text::shown;
use crate::lockfile::{By, LockedPackage, Origin, Want, check_size, malformed};
use crate::nuget::{name, version};
use std::collections::HashSet;
use tenure_domain::PackageId;

/// A hundred times what the largest projects have.
const MAX_PACKAGES: usize = 200_000;
/// Longer texts are no range.
const MAX_RANGE: usize = 1024;

/// Builds a [`Lockfile`].
pub(super) struct Collector(Lockfile);

impl Collector {
    pub(super) fn new(format: Format) -> Self {
        Self(Lockfile {
            format,
            packages: Vec::new(),
            wants: Vec::new(),
            unresolved: Vec::new(),
        })
    }

    /// Keeps a locked package. A name or version that no registry could have
    /// is an error and not skipped: skipping would hide the entry.
    pub(super) fn package(
        &mut self,
        id: &str,
        version: &str,
        digest: Option<&str>,
        line: u32,
    ) -> Result<(), LockfileError> {
        let package = self.named(id, line)?;
        if !version::is_valid(version) {
            let why = format!("`{}` is not a version of {}", shown(version), shown(id));
            return Err(malformed(self.0.format, line, why));
        }
        let is_usable = |text: &&str| text.len() <= MAX_RANGE && !text.contains(char::is_control);
        self.0.packages.push(LockedPackage {
            package,
            version: version.trim().into(),
            line,
            origin: Origin::Registry { resolved: None },
            integrity: digest.filter(is_usable).map(Into::into),
        });
        Ok(())
    }

    /// Keeps what is asked for. A text that is no range is kept as what it is.
    pub(super) fn want(
        &mut self,
        id: &str,
        range: &str,
        by: &By,
        line: u32,
    ) -> Result<(), LockfileError> {
        let package = self.named(id, line)?;
        let range = range.trim();
        if range.len() > MAX_RANGE || !version::is_valid_range(range) {
            let text = shown(range).into();
            self.0.unresolved.push(Unresolved {
                package,
                text,
                line,
            });
            return Ok(());
        }
        self.0.wants.push(Want {
            package,
            range: range.into(),
            by: by.clone(),
            line,
        });
        Ok(())
    }

    fn named(&self, id: &str, line: u32) -> Result<PackageId, LockfileError> {
        let found = &self.0;
        let count = found.packages.len() + found.wants.len() + found.unresolved.len() + 1;
        check_size(found.format, "packages", count, MAX_PACKAGES)?;
        name::package(id.trim()).ok_or_else(|| {
            let why = format!("`{}` is not the id of a package", shown(id));
            malformed(found.format, line, why)
        })
    }

    /// Sorts by line and leaves out repetitions: a file lists a package once
    /// for each framework.
    pub(super) fn finish(mut self) -> Lockfile {
        let found = &mut self.0;
        found.packages.sort_by_key(|package| package.line);
        found.wants.sort_by_key(|want| want.line);
        let mut seen = HashSet::new();
        found.packages.retain(|one| {
            let version = version::normalised(&one.version);
            seen.insert((one.package.clone(), version, one.integrity.clone()))
        });
        let mut seen = HashSet::new();
        found
            .wants
            .retain(|one| seen.insert((one.package.clone(), one.range.clone(), one.by.clone())));
        self.0
    }
}
