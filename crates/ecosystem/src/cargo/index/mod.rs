//! The file of a crate in a cargo index: one JSON object a line, one line a
//! version (The Cargo Book, "Index format").
//!
//! The index says when a version was published (`pubtime`, where the registry
//! gives it), and what is yanked; never who published it.
//!
//! `yanked` takes nothing away: the file stays, and who has the version in a
//! lock file gets it. It is what npm calls deprecated, so a yanked release is
//! [`deprecated`](tenure_domain::Release::deprecated), and still
//! [`Offered`](ReleaseState::Offered).
//!
//! This is a security boundary, as [`npm::hold`](crate::npm::hold) is: what is
//! judged must be what cargo reads. A line that two readers could understand in
//! two ways is never handed on.

mod hold;
mod line;
mod path;
#[cfg(test)]
mod tests;

pub use hold::Rendered;
pub use path::{is_name, name_at, path};

use crate::digest::sha256_hex;
use crate::scan::unquote;
use hashbrown::HashMap;
use line::{Line, Yanked};
use semver::Version;
use tenure_domain::{
    DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, ReleaseState, Source,
};

/// Ten times the largest file of the public registry.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Crates with thousands of features have lines of some hundred kilobytes.
const MAX_LINE: usize = 4 * 1024 * 1024;
/// No crate has a tenth as many versions.
const MAX_LINES: usize = 100_000;

/// Why bytes are not the index file of a crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// No crate can have this name.
    #[error("`{0}` is not the name of a crate")]
    Name(String),
    /// It is larger than any index file.
    #[error("the index file of `{name}` is too large: more than {limit} {what}")]
    TooLarge {
        /// The crate.
        name: String,
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
    /// Not one line of it can be judged.
    #[error("the bytes are not the index file of `{name}`: {first}")]
    NotAnIndex {
        /// The crate.
        name: String,
        /// What is wrong with its first line.
        first: BadLine,
    },
}

/// A line that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} cannot be judged: {why}")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// A crate's file of the index, read once.
pub struct Index<'d> {
    bytes: &'d [u8],
    package: PackageId,
    lines: Vec<Line<'d>>,
    /// With where each is.
    bad: Vec<(BadLine, std::ops::Range<usize>)>,
}

impl<'d> Index<'d> {
    /// Reads the file of the crate `name`, which may be in lower case as cargo
    /// asks for it.
    ///
    /// # Errors
    /// When no crate can have this name, when the file is larger than any, and
    /// when not one of its lines can be judged. A file without lines is a crate
    /// without versions.
    pub fn read(name: &str, bytes: &'d [u8]) -> Result<Self, IndexError> {
        let package = Some(name).filter(|name| is_name(name));
        let package = package.and_then(|name| PackageId::new(Ecosystem::Cargo, name).ok());
        let package = package.ok_or_else(|| IndexError::Name(name.chars().take(80).collect()))?;
        check_size(name, bytes)?;
        let mut index = Self {
            bytes,
            package,
            lines: Vec::new(),
            bad: Vec::new(),
        };
        index.read_lines();
        index.refuse_ambiguous();
        if let (true, Some((first, _))) = (index.lines.is_empty(), index.bad.first()) {
            let (name, first) = (name.to_owned(), first.clone());
            return Err(IndexError::NotAnIndex { name, first });
        }
        Ok(index)
    }

    fn read_lines(&mut self) {
        let mut start = 0;
        for (bytes, number) in self.bytes.split(|byte| *byte == b'\n').zip(1..) {
            let range = start..start + bytes.len();
            start = range.end + 1;
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let line = if bytes.len() > MAX_LINE {
                Err(format!("it is longer than {MAX_LINE} bytes"))
            } else {
                Line::read(self.bytes, range.clone(), number)
            };
            match line {
                Ok(line) => self.lines.push(line),
                Err(why) => self.bad.push((BadLine { line: number, why }, range)),
            }
        }
    }

    /// Takes out the lines of another crate, and those that give one version
    /// several times: which of them counts is up to each cargo.
    fn refuse_ambiguous(&mut self) {
        let asked = self.package.name();
        let name = self.lines.iter().map(|line| line.name);
        let name = name.clone().find(|name| name.eq_ignore_ascii_case(asked));
        let mut times: HashMap<Version, usize> = HashMap::new();
        for line in &self.lines {
            *times.entry(line.version.clone()).or_default() += 1;
        }
        let (good, bad): (Vec<_>, Vec<_>) = std::mem::take(&mut self.lines)
            .into_iter()
            .partition(|line| Some(line.name) == name && times[&line.version] == 1);
        self.bad.extend(bad.into_iter().map(|line| {
            let why = if Some(line.name) == name {
                format!("version {} is listed more than once", line.text)
            } else {
                "it is of another crate".to_owned()
            };
            let number = line.number;
            (BadLine { line: number, why }, line.range)
        }));
        self.bad.sort_by_key(|(bad, _)| bad.line);
        self.lines = good;
        // The name in the case that the crate was published with.
        if let Some(name) = name.and_then(|name| PackageId::new(Ecosystem::Cargo, name).ok()) {
            self.package = name;
        }
    }

    /// The crate, in the case it was published with.
    pub fn package(&self) -> &PackageId {
        &self.package
    }

    /// The lines that cannot be judged.
    pub fn bad_lines(&self) -> impl Iterator<Item = &BadLine> {
        self.bad.iter().map(|(bad, _)| bad)
    }

    /// The SHA-256 of a version's file, in hex as the index has it; `None` if
    /// there is no such version, or its line cannot be judged.
    pub fn checksum(&self, version: &str) -> Option<&'d str> {
        let mut lines = self.lines.iter();
        let line = lines.find(|line| line.text == version);
        line.map(|line| line.checksum)
    }

    /// Every version that can be judged with the SHA-256 of its file, in the
    /// order of the lines.
    pub fn checksums(&self) -> impl Iterator<Item = (&'d str, &'d str)> {
        self.lines.iter().map(|line| (line.text, line.checksum))
    }

    /// What it says of the crate's past. Nobody's name is in it. Its [`Source`] has an empty `from`:
    /// only the caller knows the address.
    pub fn history(&self) -> History {
        let mut builder = HistoryBuilder::default();
        for line in &self.lines {
            builder.push(NewRelease {
                published: line.published.and_then(|raw| unquote(raw)?.parse().ok()),
                dependencies: line.dependencies(),
                deprecated: matches!(line.yanked, Yanked::Yes),
                state: ReleaseState::Offered,
                ..NewRelease::new(line.text)
            });
        }
        if let Some(latest) = self.latest() {
            builder.set_latest(latest.into());
        }
        let source = Source {
            from: String::new(),
            seen: None,
            sha256: sha256_hex(self.bytes),
            kind: DocumentKind::CargoIndex,
        };
        builder.build(self.package.clone(), source)
    }

    /// The version that cargo takes if nobody asks for another: the highest
    /// that is not yanked, of those that are no pre-release if there are any.
    fn latest(&self) -> Option<&'d str> {
        let offered = self.lines.iter();
        let offered = offered.filter(|line| !matches!(line.yanked, Yanked::Yes));
        let latest = offered.max_by_key(|line| (line.version.pre.is_empty(), &line.version));
        latest.map(|line| line.text)
    }
}

fn check_size(name: &str, bytes: &[u8]) -> Result<(), IndexError> {
    let too_large = |what, limit| {
        let name = name.to_owned();
        Err(IndexError::TooLarge { name, what, limit })
    };
    if bytes.len() > MAX_BYTES {
        return too_large("bytes", MAX_BYTES);
    }
    if memchr::memchr_iter(b'\n', bytes).count() > MAX_LINES {
        return too_large("lines", MAX_LINES);
    }
    Ok(())
}
