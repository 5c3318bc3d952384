//! What a .NET project is locked to, or asks for: `packages.lock.json`,
//! `packages.config`, project files, and the files beside them that hold
//! versions for many projects.
//!
//! Conditions in project files choose among what is written when the project is
//! built; everything that may be installed somewhere is here.

mod collect;
mod config;
mod lock;
mod project;
mod properties;
#[cfg(test)]
mod tests;
pub(super) mod xml;

use crate::lockfile::text::{decoded, shown};
use crate::lockfile::{self, LockedPackage, MAX_BYTES, Want, check_size};
use std::fmt;
use tenure_domain::PackageId;

/// The names of the files that [`parse`] reads, and of kinds of them.
pub const FILE_NAMES: [&str; 8] = [
    "packages.lock.json",
    "packages.config",
    "Directory.Packages.props",
    "Directory.Build.props",
    "Directory.Build.targets",
    "*.csproj",
    "*.fsproj",
    "*.vbproj",
];

/// Formats of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `packages.lock.json`: every package with its version and digest.
    Lock,
    /// `packages.config`: every package with its version.
    Config,
    /// A project file, or one that several projects take in: what they ask for.
    Project,
}

impl Format {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lock => "packages.lock.json",
            Self::Config => "packages.config",
            Self::Project => "project",
        }
    }

    /// The format of a file by its name, which may have folders before it. A
    /// project that shares its folder with others has its own name in the
    /// middle: `packages.MyApp.lock.json`.
    pub fn of(file_name: &str) -> Option<Self> {
        let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
        let base = base.to_ascii_lowercase();
        let is_named = |start: &str, end: &str| base.starts_with(start) && base.ends_with(end);
        if is_named("packages.", ".lock.json") {
            return Some(Self::Lock);
        }
        if is_named("packages.", ".config") {
            return Some(Self::Config);
        }
        let shared = ["packages.props", "build.props", "build.targets"];
        let shared = shared.iter().any(|end| base == format!("directory.{end}"));
        let own = [".csproj", ".fsproj", ".vbproj"];
        let is_own = own
            .iter()
            .any(|end| base.len() > end.len() && base.ends_with(end));
        (shared || is_own).then_some(Self::Project)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockfile {
    /// The format it was read as.
    pub format: Format,
    /// The releases it pins, in the order of their lines, each listed once.
    /// Versions are as they are written: see
    /// [`position`](super::version::position).
    pub packages: Vec<LockedPackage>,
    /// Who asks for which range, in the order of the lines.
    pub wants: Vec<Want>,
    /// What is asked for with a range that this file does not tell: it is in
    /// another file, or put together when the project is built (project files
    /// only).
    pub unresolved: Vec<Unresolved>,
}

/// A package that is asked for with a range that is written elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The package.
    pub package: PackageId,
    /// What stands in the range's place, such as `$(SomeVersion)`; empty where
    /// nothing does.
    pub text: Box<str>,
    /// The line that asks, from 1.
    pub line: u32,
}

/// Why bytes could not be read.
pub type LockfileError = lockfile::LockfileError<Format>;

/// Reads a file, in the format that its name says.
///
/// # Errors
/// When the name is that of none, and when the content is not what the name
/// promises: see [`LockfileError`].
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let format = Format::of(file_name).ok_or_else(|| LockfileError::UnknownFile {
        name: shown(file_name).into(),
        what: "a file that is known",
        known: &FILE_NAMES,
    })?;
    check_size(format, "bytes", bytes.len(), MAX_BYTES)?;
    let text = decoded(format, bytes)?;
    match format {
        Format::Lock => lock::read(text),
        Format::Config => config::read(text),
        Format::Project => project::read(text),
    }
}
