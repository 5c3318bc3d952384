use super::text::shown;
use std::fmt::{self, Display};

/// Why a file could not be read as a lockfile. `F` names the formats of an
/// ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockfileError<F: Display> {
    /// No file that is known has this name.
    #[error("`{name}` is not {what}; known are {names}", names = known.join(", "))]
    UnknownFile {
        /// The name, fit to be shown.
        name: Box<str>,
        /// What it is not, with its article.
        what: &'static str,
        /// The names that are known.
        known: &'static [&'static str],
    },
    /// It breaks the rules of its format.
    #[error("not a readable {format} file{at}: {why}", at = At(*line))]
    Malformed {
        /// What it was read as.
        format: F,
        /// The line where it goes wrong, counted from 1, where that is known.
        line: Option<u32>,
        /// What is wrong with it.
        why: Box<str>,
    },
    /// It is written in a version of its format that is not known here.
    #[error("cannot read {format} files of {found}; supported is {supported}")]
    UnsupportedVersion {
        /// What it was read as.
        format: F,
        /// The version it says it has, with what it calls that.
        found: Box<str>,
        /// What could be read instead, and how to get it.
        supported: &'static str,
    },
    /// It is larger than any lockfile that was made by a tool.
    #[error("this {format} file is too large: more than {limit} {what}")]
    TooLarge {
        /// What it was read as.
        format: F,
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

impl<F: Display> LockfileError<F> {
    /// No lockfile has the name `file`.
    pub(crate) fn unknown(file: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownFile {
            name: shown(file).into(),
            what: "a lockfile",
            known,
        }
    }
}

/// `, line 7`, or nothing.
struct At(Option<u32>);

impl Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

/// A file of `format` that goes wrong at `line`.
pub(crate) fn malformed<F: Display>(
    format: F,
    line: impl Into<Option<u32>>,
    why: impl Into<Box<str>>,
) -> LockfileError<F> {
    LockfileError::Malformed {
        format,
        line: line.into(),
        why: why.into(),
    }
}

/// Refuses more than `limit` of `what`.
pub(crate) fn check_size<F: Display>(
    format: F,
    what: &'static str,
    size: usize,
    limit: usize,
) -> Result<(), LockfileError<F>> {
    if size <= limit {
        return Ok(());
    }
    Err(LockfileError::TooLarge {
        format,
        what,
        limit,
    })
}
