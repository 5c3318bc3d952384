//! What `cargo vet` keeps in `supply-chain/`: `audits.toml`, where people say
//! whose publications they trust, and `imports.lock`, which repeats what others
//! say and remembers who published the versions in use (The Cargo Vet Book,
//! "Audit entries").

use super::api::Version;
use super::index::is_name;
use super::party;
use crate::lockfile::line_at;
use crate::lockfile::text::shown;
use serde::Deserialize;
use std::collections::BTreeMap;
use tenure_domain::{Ecosystem, PackageId, Party, Time};
use toml::{Spanned, Table, Value};

#[cfg(test)]
mod tests;

/// The largest published file of audits has one megabyte.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Notes and criteria are for people; longer ones are cut by nobody but left out.
const MAX_TEXT: usize = 64 * 1024;

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vetted {
    /// Whose publications somebody trusts, by crate.
    pub trusted: Vec<TrustStatement>,
    /// Who published what, as the registry said when the file was written.
    pub publishers: Vec<Published>,
    /// Entries that were passed over: they trust nobody, which is on the safe
    /// side.
    pub unread: Vec<Unread>,
}

/// Somebody trusts what one publisher published of a crate.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustStatement {
    /// The crate.
    pub package: PackageId,
    /// The publisher. The files have no login, so an account is called by its
    /// number; parties with a number are compared by it alone.
    pub party: Party,
    /// Whether the publications were looked at, or are only trusted.
    pub basis: Basis,
    /// What is stated of them, such as `safe-to-deploy`.
    pub criteria: Vec<Box<str>>,
    /// The first day of publication that it holds for.
    pub start: Time,
    /// The day of publication from which on it holds no more.
    pub end: Time,
    /// Who says so; often a name and an address.
    pub who: Vec<Box<str>>,
    /// Why.
    pub notes: Option<Box<str>>,
    /// Whose statement it is, by the name that `imports.lock` has for them;
    /// `None` for the file's own.
    pub import: Option<Box<str>>,
    /// The line of its entry, from 1.
    pub line: u32,
}

/// What a statement about a publisher rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// `[[trusted]]`: the publisher is trusted.
    Trusted,
    /// `[[wildcard-audits]]`: somebody answers for all publications.
    WildcardAudit,
}

/// Who published a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The crate.
    pub package: PackageId,
    /// What is known of the version, to be put together with its history by
    /// [`merge`](super::api::merge()). The date has no time of day.
    pub version: Version,
    /// The line of its entry, from 1.
    pub line: u32,
}

/// An entry that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unread {
    /// Its line, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub why: String,
}

/// Why bytes are not a file of `cargo vet`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VetError {
    /// It is no TOML, or has tables of another shape.
    #[error("not a readable cargo-vet file, line {line}: {why}")]
    Malformed {
        /// Where it goes wrong, from 1.
        line: u32,
        /// What is wrong.
        why: String,
    },
    /// It is larger than any.
    #[error("this cargo-vet file is too large: more than {0} bytes")]
    TooLarge(usize),
}

/// The entries of each crate.
type Entries = BTreeMap<String, Vec<Spanned<Table>>>;

#[derive(Default, Deserialize)]
struct AuditsFile {
    #[serde(default)]
    trusted: Entries,
    #[serde(default, rename = "wildcard-audits")]
    wildcard: Entries,
}

#[derive(Deserialize)]
struct ImportsFile {
    #[serde(default)]
    publisher: Entries,
    #[serde(default)]
    audits: BTreeMap<String, AuditsFile>,
}

/// Reads an `audits.toml`.
///
/// # Errors
/// When it is no TOML, is laid out otherwise, or is too large.
pub fn read_audits(bytes: &[u8]) -> Result<Vetted, VetError> {
    let file: AuditsFile = parse(bytes)?;
    let mut reading = Reading::new(bytes);
    reading.audits(&file, None);
    Ok(reading.vetted)
}

/// Reads an `imports.lock`.
///
/// # Errors
/// As [`read_audits`].
pub fn read_imports(bytes: &[u8]) -> Result<Vetted, VetError> {
    let file: ImportsFile = parse(bytes)?;
    let mut reading = Reading::new(bytes);
    reading.each(&file.publisher, |package, entry, line| {
        let version = published(entry)?;
        Ok(Entry::Published(Published {
            package,
            version,
            line,
        }))
    });
    for (import, audits) in &file.audits {
        reading.audits(audits, Some(import));
    }
    Ok(reading.vetted)
}

fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, VetError> {
    if bytes.len() > MAX_BYTES {
        return Err(VetError::TooLarge(MAX_BYTES));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| VetError::Malformed {
        line: line_at(bytes, error.valid_up_to()),
        why: "it is not UTF-8 text".to_owned(),
    })?;
    toml::from_str(text).map_err(|error| VetError::Malformed {
        line: line_at(bytes, error.span().map_or(0, |span| span.start)),
        why: error.message().to_owned(),
    })
}

enum Entry {
    Trust(TrustStatement),
    Published(Published),
}

struct Reading<'b> {
    bytes: &'b [u8],
    /// Where each line begins.
    lines: Vec<usize>,
    vetted: Vetted,
}

impl<'b> Reading<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        let ends = memchr::memchr_iter(b'\n', bytes);
        Self {
            bytes,
            lines: std::iter::once(0).chain(ends.map(|at| at + 1)).collect(),
            vetted: Vetted::default(),
        }
    }

    fn audits(&mut self, file: &AuditsFile, import: Option<&str>) {
        for (entries, basis) in [
            (&file.trusted, Basis::Trusted),
            (&file.wildcard, Basis::WildcardAudit),
        ] {
            self.each(entries, |package, entry, line| {
                let day = |key| day(entry, key).ok_or_else(|| format!("its `{key}` is no date"));
                Ok(Entry::Trust(TrustStatement {
                    package,
                    party: publisher(entry)?,
                    basis,
                    criteria: texts(entry, "criteria"),
                    start: day("start")?,
                    end: day("end")?,
                    who: texts(entry, "who"),
                    notes: texts(entry, "notes").pop(),
                    import: import.map(Into::into),
                    line,
                }))
            });
        }
    }

    fn each(
        &mut self,
        entries: &Entries,
        read: impl Fn(PackageId, &Table, u32) -> Result<Entry, String>,
    ) {
        for (name, entries) in entries {
            let package = PackageId::new(Ecosystem::Cargo, name).ok();
            let package = package.filter(|_| is_name(name));
            for entry in entries {
                let line = self.line(entry.span().start);
                let package = package.clone();
                let package = package.ok_or_else(|| format!("`{}` is no crate", shown(name)));
                let read = package.and_then(|package| read(package, entry.get_ref(), line));
                match read {
                    Ok(Entry::Trust(statement)) => self.vetted.trusted.push(statement),
                    Ok(Entry::Published(published)) => self.vetted.publishers.push(published),
                    Err(why) => self.vetted.unread.push(Unread { line, why }),
                }
            }
        }
    }

    fn line(&self, at: usize) -> u32 {
        let at = at.min(self.bytes.len());
        self.lines.partition_point(|start| *start <= at) as u32
    }
}

/// Who an entry is about: a user by number, or a workflow by its repository.
fn publisher(entry: &Table) -> Result<Party, String> {
    let login = entry.get("user-login").and_then(Value::as_str);
    match (entry.get("user-id"), entry.get("trusted-publisher")) {
        (Some(id), None) => {
            let id = id.as_integer().and_then(|id| u64::try_from(id).ok());
            let id = id.ok_or("its `user-id` is no number")?;
            let unnamed = format!("user-{id}");
            let party = login.and_then(|login| party::user(id, login));
            party
                .or_else(|| party::user(id, &unnamed))
                .ok_or_else(|| "it names nobody".to_owned())
        }
        (None, Some(workflow)) => workflow
            .as_str()
            .and_then(|text| text.split_once(':'))
            .and_then(|(provider, repository)| party::workflow(provider, repository))
            .ok_or_else(|| "its `trusted-publisher` is no workflow".to_owned()),
        (Some(_), Some(_)) => Err("it names two publishers".to_owned()),
        (None, None) => Err("it names no publisher".to_owned()),
    }
}

fn published(entry: &Table) -> Result<Version, String> {
    let version = entry.get("version").and_then(Value::as_str);
    let version = version.filter(|text| semver::Version::parse(text).is_ok());
    Ok(Version {
        version: version.ok_or("its `version` is no version")?.into(),
        published: day(entry, "when"),
        publisher: Some(publisher(entry)?),
        repository: None,
        yanked: None,
        checksum: None,
        actions: Vec::new(),
    })
}

/// A date, which is written as a text.
fn day(entry: &Table, key: &str) -> Option<Time> {
    match entry.get(key)? {
        Value::String(text) => text.parse().ok(),
        Value::Datetime(date) => date.to_string().parse().ok(),
        _ => None,
    }
}

/// A text, or a list of them.
fn texts(entry: &Table, key: &str) -> Vec<Box<str>> {
    let values = match entry.get(key) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let texts = values.iter().filter_map(Value::as_str);
    texts
        .filter(|text| text.len() <= MAX_TEXT)
        .map(Into::into)
        .collect()
}
