//! What a Python index says of people: the owners in its JSON API, and the
//! publishers in attestations (PEP 740).
//!
//! Owners are those of now; what they were is only known from earlier looks.
//! Attestations are read, not verified: they say what the registry accepted.

mod address;
pub mod journal;
mod kept;
mod project;
mod provenance;

pub use address::{api, journal_at, project_at};
pub use kept::merge_kept;
pub use project::{Ownership, Project, read as read_project};
pub use provenance::{Provenance, Publisher, read as read_provenance};

use super::simple::{File, Page, build};
use hashbrown::HashMap;
use tenure_domain::{DocumentKind, History, PackageError, Party};

/// Why bytes are not the document that they should be.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// Not JSON, or cut short.
    #[error("the document is damaged: {0}")]
    Malformed(String),
    /// JSON, but something else.
    #[error("the document is not {0}")]
    Other(String),
}

/// Who attested files, by the file's name.
pub type Publishers = HashMap<Box<str>, Party>;

/// What is known of a project beyond its page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Its document of the JSON API.
    pub project: Option<&'a Project>,
    /// Who attested its files, by the file's name.
    pub publishers: Option<&'a Publishers>,
}

/// The history of a page with all that is known beside it. A release has a
/// publisher where the attestations of all of its files name the same one.
///
/// # Errors
/// When the project's name is longer than any registry's.
pub fn history(page: &Page, known: &Known<'_>) -> Result<History, PackageError> {
    let kind = if known.project.is_some() || known.publishers.is_some() {
        DocumentKind::PypiApi
    } else {
        DocumentKind::SimplePage
    };
    let owners = known.project.and_then(Project::owners);
    let publisher = |file: &File| -> Option<Party> { known.publishers?.get(&file.name).cloned() };
    build(page, kind, owners, &publisher)
}

#[cfg(test)]
mod tests;
