//! A project's page of a Python index, HTML (PEP 503) or JSON (PEP 691), in one
//! form: its files with all that the page says of them.
//!
//! What is malformed in one file's entry costs that fact, or the file where its
//! name or address is missing. Only what is no such page at all is an error.

mod file;
mod history;
mod html;
mod json;

pub(in crate::pypi) use file::one_line;
pub use file::{File, Hashes, Metadata, Released};
pub(in crate::pypi) use history::build;
pub(in crate::pypi) use json::{hashes, status};

use super::{name, version};
use hashbrown::HashMap;
use pep440_rs::Version;
use serde_json::{Map, Value};
use url::Url;

/// The largest pages have about 20 MB.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// The largest projects have about 30,000.
const MAX_FILES: usize = 500_000;
/// The newest minor version of the form of HTML; it is frozen.
pub(in crate::pypi) const MAX_MINOR: u32 = 4;

/// Why bytes are not the page of a project.
#[derive(Debug, thiserror::Error)]
pub enum SimpleError {
    /// Not text, not JSON, or cut short.
    #[error("the page is damaged: {0}")]
    Malformed(String),
    /// Something else than a project's page.
    #[error("the page is not one of a project: {0}")]
    NotAPage(String),
    /// A page of which a client may not make sense (PEP 629).
    #[error("the page is of version `{0}`; known is version 1")]
    OtherVersion(String),
    /// More than any project has.
    #[error("the page is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

/// A project's page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The project that was asked for, its name in normal form.
    pub project: String,
    /// The minor version of the form that it was written in: `4` of `1.4`.
    pub minor: u32,
    /// All versions, where the page lists them (PEP 700).
    pub versions: Option<Vec<Box<str>>>,
    /// Whether the project is still cared for (PEP 792).
    pub status: Option<Status>,
    /// Its files, in the page's order, no name twice.
    pub files: Vec<File>,
    /// What else `meta` says (JSON only).
    pub meta: Map<String, Value>,
    /// What else the page says (JSON only).
    pub rest: Map<String, Value>,
}

/// What the registry says of the whole project (PEP 792).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `active`, `archived`, `quarantined`, `deprecated`, or one to come.
    pub marker: Box<str>,
    /// Why.
    pub reason: Option<Box<str>>,
}

impl Status {
    /// Whether nobody should begin to use the project: it is deprecated, or
    /// quarantined as unsafe. An archived one is only finished (PEP 792).
    pub fn speaks_against_use(&self) -> bool {
        matches!(&*self.marker, "deprecated" | "quarantined")
    }
}

/// Reads a page by its content type: JSON if that says so, otherwise HTML.
/// `project` was asked for, in its normal form; `address` is where the page was
/// in the end, for relative addresses.
///
/// # Errors
/// When the bytes are no such page, or one of another project.
pub fn read(
    content_type: &str,
    bytes: &[u8],
    project: &str,
    address: &Url,
) -> Result<Page, SimpleError> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if kind.to_ascii_lowercase().ends_with("json") {
        read_json(bytes, project, address)
    } else {
        read_html(bytes, project, address)
    }
}

/// Reads the form in JSON: see [`read`].
///
/// # Errors
/// See [`read`].
pub fn read_json(bytes: &[u8], project: &str, address: &Url) -> Result<Page, SimpleError> {
    check_size(bytes.len())?;
    json::read(bytes, project, address)?.settled(project)
}

/// Reads the form in HTML: see [`read`].
///
/// # Errors
/// See [`read`].
pub fn read_html(bytes: &[u8], project: &str, address: &Url) -> Result<Page, SimpleError> {
    check_size(bytes.len())?;
    html::read(bytes, address)?.settled(project)
}

fn check_size(bytes: usize) -> Result<(), SimpleError> {
    if bytes > MAX_BYTES {
        return Err(SimpleError::TooLarge {
            what: "bytes",
            limit: MAX_BYTES,
        });
    }
    Ok(())
}

impl Page {
    /// Finds out of which release each file is, and sees to it that a name
    /// stands for one file only.
    pub(in crate::pypi) fn settled(mut self, project: &str) -> Result<Self, SimpleError> {
        if self.files.len() > MAX_FILES {
            return Err(SimpleError::TooLarge {
                what: "files",
                limit: MAX_FILES,
            });
        }
        project.clone_into(&mut self.project);
        self.one_file_a_name();
        let listed = self.versions.iter().flatten();
        let mut spelled: HashMap<Version, Box<str>> = HashMap::new();
        for text in listed {
            if let Some(version) = version::parse(text) {
                spelled.entry(version).or_insert_with(|| text.clone());
            }
        }
        for file in self.files.iter_mut().filter(|file| !file.is_ambiguous) {
            file.released = name::parsed(project, &file.name).map(|(kind, version)| Released {
                kind,
                version: spelled
                    .entry(version)
                    .or_insert_with_key(|version| version.to_string().into())
                    .clone(),
            });
        }
        Ok(self)
    }

    /// Of two entries with one name only the first stays; where they are not
    /// the same file, nobody can tell which a client gets.
    fn one_file_a_name(&mut self) {
        let mut known: HashMap<Box<str>, usize> = HashMap::with_capacity(self.files.len());
        let mut files: Vec<File> = Vec::with_capacity(self.files.len());
        for file in std::mem::take(&mut self.files) {
            if let Some(at) = known.get(&file.name) {
                files[*at].is_ambiguous |= files[*at].hashes != file.hashes;
                continue;
            }
            known.insert(file.name.clone(), files.len());
            files.push(file);
        }
        self.files = files;
    }
}

/// The major and minor version of a form, `1.4`.
fn minor(text: &str) -> Result<u32, SimpleError> {
    let known = text
        .trim()
        .split_once('.')
        .filter(|(major, _)| *major == "1");
    known
        .and_then(|(_, minor)| minor.parse().ok())
        .ok_or_else(|| SimpleError::OtherVersion(text.chars().take(40).collect()))
}

#[cfg(test)]
mod tests;
