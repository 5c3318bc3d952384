//! What a Python project is locked to: `uv.lock`, `poetry.lock`, `pdm.lock`,
//! `pylock.toml` (PEP 751), `Pipfile.lock`, and `requirements.txt`.
//!
//! Environment markers and extras choose among what is locked at installation;
//! everything that may be installed somewhere is here.

mod collect;
mod pipfile;
mod requirements;
mod tables;
#[cfg(test)]
mod tests;

use crate::lockfile::text::decoded;
use crate::lockfile::{self, LockedPackage, MAX_BYTES, Want, check_size};
use std::fmt;

/// The names of the files that [`parse`] reads. It also takes names such as
/// `requirements-dev.txt` and `pylock.dev.toml`.
pub const FILE_NAMES: [&str; 6] = [
    "requirements.txt",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pylock.toml",
];

/// Formats of lockfiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// pip's `requirements.txt`.
    Requirements,
    /// uv's `uv.lock`.
    Uv,
    /// Poetry's `poetry.lock`.
    Poetry,
    /// PDM's `pdm.lock`.
    Pdm,
    /// pipenv's `Pipfile.lock`.
    Pipfile,
    /// `pylock.toml`, which several tools write.
    Pylock,
}

impl Format {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requirements => "requirements.txt",
            Self::Uv => "uv.lock",
            Self::Poetry => "poetry.lock",
            Self::Pdm => "pdm.lock",
            Self::Pipfile => "Pipfile.lock",
            Self::Pylock => "pylock.toml",
        }
    }

    /// The format of a file by its name, which may have folders before it.
    pub fn of(file_name: &str) -> Option<Self> {
        let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
        let is_named = |start: &str, end: &str| base.starts_with(start) && base.ends_with(end);
        match base {
            "uv.lock" => Some(Self::Uv),
            "poetry.lock" => Some(Self::Poetry),
            "pdm.lock" => Some(Self::Pdm),
            "Pipfile.lock" => Some(Self::Pipfile),
            "pylock.toml" => Some(Self::Pylock),
            _ if is_named("pylock.", ".toml") => Some(Self::Pylock),
            _ if is_named("requirements", ".txt") || base.ends_with("requirements.txt") => {
                Some(Self::Requirements)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a project is locked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockfile {
    /// The format it was read as.
    pub format: Format,
    /// The releases it pins, in the order of their lines, each listed once per
    /// origin. Folders of the project itself are not among them.
    ///
    /// Versions are as they are written: `1.0` may be what the registry calls
    /// `1.0.0`, see [`position`](super::version::position). Of several digests,
    /// one for each file of a release, all are in `integrity`, with spaces.
    pub packages: Vec<LockedPackage>,
    /// What is asked for without being pinned (`requirements.txt` only).
    pub wants: Vec<Want>,
    /// Other files that this one takes in (`requirements.txt` only).
    pub includes: Vec<Include>,
    /// What is installed from a place without a name of a project
    /// (`requirements.txt` only): nobody can be asked about it.
    pub unnamed: Vec<Unnamed>,
}

/// A place that something without a name is installed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// The address or path as it is written, without credentials.
    pub place: Box<str>,
    /// The line that says so, from 1.
    pub line: u32,
}

/// Another file that a `requirements.txt` takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// Its path as it is written, relative to the file that names it.
    pub path: Box<str>,
    /// Whether it only constrains what others ask for (`-c`).
    pub is_constraint: bool,
    /// The line that says so, from 1.
    pub line: u32,
}

/// Why bytes could not be read.
pub type LockfileError = lockfile::LockfileError<Format>;

/// Reads a lockfile, in the format that its name says.
///
/// # Errors
/// When the name is that of none, and when the content is not what the name
/// promises: see [`LockfileError`].
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let format =
        Format::of(file_name).ok_or_else(|| LockfileError::unknown(file_name, &FILE_NAMES))?;
    check_size(format, "bytes", bytes.len(), MAX_BYTES)?;
    let text = decoded(format, bytes)?;
    match format {
        Format::Requirements => requirements::read(text),
        Format::Pipfile => pipfile::read(text),
        Format::Uv | Format::Poetry | Format::Pdm | Format::Pylock => tables::read(format, text),
    }
}
