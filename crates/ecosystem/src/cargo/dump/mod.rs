//! The daily dump of a cargo registry's database: a `.tar.gz` with one CSV file
//! a table, as PostgreSQL's `COPY` writes it.
//!
//! It is read as a stream, table by table in whatever order; only what says who
//! published and who owns is kept. Columns are found by their names, so that
//! old and new dumps can be read: a dump has gained and lost columns often.
//!
//! A version that a workflow published has no publisher in the dump: unknown,
//! as it is for very old versions. Dependencies are read only if asked for: the
//! index has them, and [`merge`](super::api::merge()) puts both together.

mod dependencies;
mod facts;
mod histories;
mod metered;
mod rows;
mod table;
#[cfg(test)]
mod tests;

pub use facts::{CrateFacts, Owner, with_earlier};

use flate2::read::MultiGzDecoder;
use metered::Metered;
use rows::Rows;
use std::io::{self, Read};
use std::path::Path;
use table::Table;
use tenure_domain::{History, Source, Time};

/// How much is read of a dump.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes after unpacking.
    pub bytes: u64,
    /// Rows of a table that is kept.
    pub rows: usize,
}

impl Default for Limits {
    /// Several times a dump of 2026.
    fn default() -> Self {
        Self {
            bytes: 200 << 30,
            rows: 20_000_000,
        }
    }
}

/// Why a dump could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// It is no archive, is cut short, or is larger than any dump.
    #[error("the dump cannot be unpacked: {0}")]
    Archive(#[from] io::Error),
    /// It has no table that is needed.
    #[error("the dump has no table `{0}`")]
    NoTable(&'static str),
    /// It has a table more than once.
    #[error("the dump has the table `{0}` more than once")]
    Repeated(String),
    /// A table has no column that is needed.
    #[error("the table `{table}` of the dump has no column `{column}`")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A row is damaged.
    #[error("the table `{table}` of the dump is damaged in row {row}: {why}")]
    Row {
        /// The table.
        table: &'static str,
        /// Which row, from 1; the names of the columns are none.
        row: u64,
        /// What is wrong.
        why: String,
    },
    /// A table has more rows than any dump.
    #[error("the table `{table}` of the dump has more than {limit} rows")]
    TooManyRows {
        /// The table.
        table: &'static str,
        /// How many are read.
        limit: usize,
    },
}

/// What a dump says of all crates.
#[derive(Debug)]
pub struct Dump {
    rows: Rows,
    taken: Option<Time>,
}

impl Dump {
    /// Reads a dump, a `.tar.gz`. What is read of `packed` tells how far it is.
    ///
    /// # Errors
    /// When it is no dump, is damaged, or is larger than `limits` say.
    pub fn read(packed: impl Read, limits: Limits) -> Result<Self, DumpError> {
        Self::read_into(Rows::new(limits.rows), packed, limits)
    }

    /// The same, with what each version depends on.
    ///
    /// # Errors
    /// As of [`read`](Self::read), and when it has no table of dependencies.
    pub fn read_with_dependencies(packed: impl Read, limits: Limits) -> Result<Self, DumpError> {
        Self::read_into(Rows::with_dependencies(limits.rows), packed, limits)
    }

    fn read_into(mut rows: Rows, packed: impl Read, limits: Limits) -> Result<Self, DumpError> {
        let (metered, meter) = Metered::new(MultiGzDecoder::new(packed), limits.bytes);
        let mut archive = tar::Archive::new(metered);
        let mut taken = None;
        for entry in archive.entries()? {
            let mut entry = entry?;
            meter.rewind();
            match Content::of(&entry.path()?) {
                Content::Metadata => taken = taken_at(&mut entry)?,
                Content::Table(name) if rows.wants(&name)? => {
                    rows.read(&name, Table::new(&mut entry, &meter)?)?;
                }
                _ => {}
            }
            meter.drain(&mut entry)?;
        }
        rows.close()?;
        Ok(Self { rows, taken })
    }

    /// When it was made.
    pub fn taken(&self) -> Option<Time> {
        self.taken
    }

    /// How many crates it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no crate.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many versions it has.
    pub fn versions(&self) -> usize {
        self.rows.versions.len()
    }

    /// What it says of each crate, in the order of their names.
    pub fn crates(&self) -> impl Iterator<Item = CrateFacts> {
        self.rows.crates()
    }

    /// The history of each crate that the dump alone tells, in the order of their
    /// names; where the crate's index file is at hand,
    /// [`merge`](super::api::merge()) knows more. A crate that has a name which
    /// none can have is passed over.
    pub fn histories(&self, source: &Source) -> impl Iterator<Item = History> {
        self.rows.histories(source)
    }

    /// What the newest version of each crate needs at run time: a crate and one
    /// that it depends on, as their places in [`crates`](Self::crates). Newest is
    /// the one that the registry shows first; in old dumps that do not say
    /// which, the last one published that is not yanked. Optional dependencies
    /// are among them; those of builds and tests are not. Nothing, unless it was
    /// read with them.
    pub fn dependencies(&self) -> Vec<(u32, u32)> {
        self.rows.newest_dependencies()
    }

    /// What it says of one crate; looking many up is for [`crates`](Self::crates).
    pub fn find(&self, name: &str) -> Option<CrateFacts> {
        self.rows.find(name)
    }
}

/// What a file of the archive is.
enum Content {
    Metadata,
    Table(String),
    Other,
}

impl Content {
    /// All files are in a folder with the date, the tables in its `data`.
    fn of(path: &Path) -> Self {
        let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        match &*parts {
            [.., "data", file] => match file.strip_suffix(".csv") {
                Some(name) => Self::Table(name.to_owned()),
                None => Self::Other,
            },
            [_, "metadata.json"] | ["metadata.json"] => Self::Metadata,
            _ => Self::Other,
        }
    }
}

/// `timestamp` of `metadata.json`, which is a few hundred bytes.
fn taken_at(entry: &mut impl Read) -> io::Result<Option<Time>> {
    let mut bytes = Vec::new();
    entry.take(64 * 1024).read_to_end(&mut bytes)?;
    let metadata: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    Ok(metadata["timestamp"]
        .as_str()
        .and_then(|text| text.parse().ok()))
}
