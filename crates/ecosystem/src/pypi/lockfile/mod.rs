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

pub use crate::npm::lockfile::{By, LockedPackage, Origin, Want};

use crate::npm::lockfile::text::{newlines, shown};
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

/// No lockfile of a real project comes near this many bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockfileError {
    /// No lockfile that is known has this name.
    #[error("`{0}` is not a lockfile; known are {names}", names = FILE_NAMES.join(", "))]
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

/// Reads a lockfile, in the format that its name says.
///
/// # Errors
/// When the name is that of none, and when the content is not what the name
/// promises: see [`LockfileError`].
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let format =
        Format::of(file_name).ok_or_else(|| LockfileError::UnknownFile(shown(file_name).into()))?;
    if bytes.len() > MAX_BYTES {
        return Err(LockfileError::TooLarge {
            format,
            what: "bytes",
            limit: MAX_BYTES,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = newlines(&bytes[..error.valid_up_to()]) + 1;
        malformed(format, line, "it is not UTF-8 text")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Requirements => requirements::read(text),
        Format::Pipfile => pipfile::read(text),
        Format::Uv | Format::Poetry | Format::Pdm | Format::Pylock => tables::read(format, text),
    }
}

fn malformed(format: Format, line: u32, why: impl Into<Box<str>>) -> LockfileError {
    let why = why.into();
    LockfileError::Malformed { format, line, why }
}
