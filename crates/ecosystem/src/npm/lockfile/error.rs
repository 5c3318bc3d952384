use super::{FILE_NAMES, Format};
use std::fmt;

/// Why a file could not be read as a lockfile.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LockfileError {
    /// No lockfile that is known has this name.
    #[error("`{0}` is not a lockfile; known are {names}", names = FILE_NAMES.join(", "))]
    UnknownFile(Box<str>),
    /// It breaks the rules of its format.
    #[error("not a readable {format} file{at}: {why}", at = At(*line))]
    Malformed {
        /// What it was read as.
        format: Format,
        /// The line where it goes wrong, counted from 1, where that is known.
        line: Option<u32>,
        /// What is wrong with it.
        why: Box<str>,
    },
    /// It is written in a version of its format that is not known here.
    #[error("cannot read {format} files of {found}; supported is {supported}")]
    UnsupportedVersion {
        /// What it was read as.
        format: Format,
        /// The version it says it has.
        found: Box<str>,
        /// What could be read instead, and how to get it.
        supported: &'static str,
    },
    /// It is larger than any lockfile that was made by a tool.
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

/// `, line 7`, or nothing.
struct At(Option<u32>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

/// A file of `format` that goes wrong at `line`.
pub(super) fn malformed(
    format: Format,
    line: impl Into<Option<u32>>,
    why: impl Into<Box<str>>,
) -> LockfileError {
    LockfileError::Malformed {
        format,
        line: line.into(),
        why: why.into(),
    }
}
