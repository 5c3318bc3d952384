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
mod xml;

pub use crate::npm::lockfile::{By, LockedPackage, Origin, Want};

use crate::npm::lockfile::text::{newlines, shown};
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

/// No file of a real project comes near this many bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockfileError {
    /// No file that is known has this name.
    #[error("`{0}` is not a file that is known; known are {names}", names = FILE_NAMES.join(", "))]
    UnknownFile(Box<str>),
    /// It breaks the rules of its format.
    #[error("not a readable {format} file, line {line}: {why}")]
    Malformed {
        /// What it was read as.
        format: Format,
        /// The line where it goes wrong, from 1.
        line: u32,
        /// What is wrong.
        why: Box<str>,
    },
    /// A version of the format that is not known here.
    #[error("cannot read {format} files of version {found}; supported is {supported}")]
    UnsupportedVersion {
        /// What it was read as.
        format: Format,
        /// The version that it says it has.
        found: Box<str>,
        /// What could be read.
        supported: &'static str,
    },
    /// It is larger than any.
    #[error("this {format} file is too large: more than {limit} {what}")]
    TooLarge {
        /// What it was read as.
        format: Format,
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

/// Reads a file, in the format that its name says.
///
/// # Errors
/// When the name is that of none, and when the content is not what the name
/// promises: see [`LockfileError`].
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let format =
        Format::of(file_name).ok_or_else(|| LockfileError::UnknownFile(shown(file_name).into()))?;
    if bytes.len() > MAX_BYTES {
        return Err(too_large(format, "bytes", MAX_BYTES));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = newlines(&bytes[..error.valid_up_to()]) + 1;
        malformed(format, line, "it is not UTF-8 text")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Lock => lock::read(text),
        Format::Config => config::read(text),
        Format::Project => project::read(text),
    }
}

fn malformed(format: Format, line: u32, why: impl Into<Box<str>>) -> LockfileError {
    let why = why.into();
    LockfileError::Malformed { format, line, why }
}

fn too_large(format: Format, what: &'static str, limit: usize) -> LockfileError {
    LockfileError::TooLarge {
        format,
        what,
        limit,
    }
}
