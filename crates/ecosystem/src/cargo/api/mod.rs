//! What the API of a cargo registry says of people: `/api/v1/crates/{name}`,
//! its `/versions` in pages, and its `/owners`.
//!
//! Field meanings: the answers recorded in the corpus. A field of the wrong
//! shape counts as absent: the fact is unknown. Only a document that is none of
//! these is an error.

mod merge;
#[cfg(test)]
mod tests;

pub use merge::{history, merge, merge_kept, with_publishers};

use super::index::is_name;
use super::party;
use crate::repository;
use serde_json::Value;
use tenure_domain::{Party, Time};

/// Ten times the answer for the crate with the most versions.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// As many as an index file may have lines.
const MAX_VERSIONS: usize = 100_000;
/// Longer texts are no version's.
const MAX_VERSION: usize = 256;

/// Why bytes are not an answer of the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// Not JSON, or cut short.
    #[error("the answer is damaged: {0}")]
    Malformed(String),
    /// JSON, but another document.
    #[error("the answer is not what was asked for: it has no `{0}`")]
    NotTheAnswer(&'static str),
    /// It is larger than any answer.
    #[error("the answer is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

/// What `/api/v1/crates/{name}` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Crate {
    /// The crate, in the case it was published with.
    pub name: Box<str>,
    /// The source repository that it declares now, as `host/owner/name`.
    pub repository: Option<Box<str>>,
    /// The version that the registry shows first.
    pub default_version: Option<Box<str>>,
    /// Downloads in the last 90 days.
    pub recent_downloads: Option<u64>,
    /// Whether only workflows may publish; `None` where the registry does not
    /// say.
    pub trusted_publishing_only: Option<bool>,
    /// The versions in it: all of them, or the first page.
    pub versions: Vec<Version>,
}

/// A page of `/api/v1/crates/{name}/versions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The versions on it.
    pub versions: Vec<Version>,
    /// How many there are on all pages.
    pub total: Option<u64>,
    /// The query of the next page, such as `?per_page=100&seek=abc`; `None` on
    /// the last.
    pub next: Option<Box<str>>,
}

/// What the API says of one version.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The version.
    pub version: Box<str>,
    /// When it was published.
    pub published: Option<Time>,
    /// Who published it: a user, or a workflow by the repository that it runs
    /// for.
    pub publisher: Option<Party>,
    /// The source repository that it declares, as `host/owner/name`.
    pub repository: Option<Box<str>>,
    /// Whether it is yanked.
    pub yanked: Option<bool>,
    /// The SHA-256 of its file, in hex.
    pub checksum: Option<Box<str>>,
    /// What was done with it, in the order of the answer.
    pub actions: Vec<Action>,
}

/// Something that somebody did with a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What was done.
    pub kind: ActionKind,
    /// Who did it; `None` for a workflow.
    pub by: Option<Party>,
    /// When.
    pub at: Time,
}

/// What can be done with a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// It was published.
    Publish,
    /// It was yanked.
    Yank,
    /// It is not yanked any more.
    Unyank,
}

/// Where an API speaks of a crate, below its own address.
pub fn path(name: &str) -> String {
    format!("/api/v1/crates/{name}")
}

/// The address of the API that speaks of a crate at `address`: a ledger keeps
/// what it says under that.
pub fn base_of<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    address.strip_suffix(&path(name))
}

/// Reads `/api/v1/crates/{name}`.
///
/// # Errors
/// When the bytes are not JSON, or not this answer, or too much.
pub fn read_crate(bytes: &[u8]) -> Result<Crate, ApiError> {
    let answer = parse(bytes)?;
    let about = &answer["crate"];
    let name = about["name"].as_str().filter(|name| is_name(name));
    Ok(Crate {
        name: name.ok_or(ApiError::NotTheAnswer("crate.name"))?.into(),
        repository: declared(about),
        default_version: version_in(&about["default_version"]),
        recent_downloads: about["recent_downloads"].as_u64(),
        trusted_publishing_only: about["trustpub_only"].as_bool(),
        versions: versions(&answer["versions"])?,
    })
}

/// Reads a page of `/api/v1/crates/{name}/versions`.
///
/// # Errors
/// As [`read_crate`].
pub fn read_versions(bytes: &[u8]) -> Result<Page, ApiError> {
    let answer = parse(bytes)?;
    if !answer["versions"].is_array() {
        return Err(ApiError::NotTheAnswer("versions"));
    }
    let next = answer["meta"]["next_page"].as_str();
    Ok(Page {
        versions: versions(&answer["versions"])?,
        total: answer["meta"]["total"].as_u64(),
        next: next.filter(|query| is_query(query)).map(Into::into),
    })
}

/// Reads `/api/v1/crates/{name}/owners`: users and teams. An entry that names
/// nobody usable is left out.
///
/// # Errors
/// As [`read_crate`].
pub fn read_owners(bytes: &[u8]) -> Result<Vec<Party>, ApiError> {
    let answer = parse(bytes)?;
    let owners = answer["users"].as_array();
    let owners = owners.ok_or(ApiError::NotTheAnswer("users"))?;
    Ok(owners.iter().filter_map(party::of_json).collect())
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.len() > MAX_BYTES {
        let (what, limit) = ("bytes", MAX_BYTES);
        return Err(ApiError::TooLarge { what, limit });
    }
    serde_json::from_slice(bytes).map_err(|error| ApiError::Malformed(error.to_string()))
}

fn versions(list: &Value) -> Result<Vec<Version>, ApiError> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    if list.len() > MAX_VERSIONS {
        let (what, limit) = ("versions", MAX_VERSIONS);
        return Err(ApiError::TooLarge { what, limit });
    }
    Ok(list.iter().filter_map(version).collect())
}

fn version(of: &Value) -> Option<Version> {
    let actions = of["audit_actions"].as_array().map(Vec::as_slice);
    let workflow = party::of_trusted_publishing(&of["trustpub_data"]);
    Some(Version {
        version: version_in(&of["num"])?,
        published: time(&of["created_at"]),
        publisher: workflow.or_else(|| party::of_json(&of["published_by"])),
        repository: declared(of),
        yanked: of["yanked"].as_bool(),
        checksum: of["checksum"]
            .as_str()
            .filter(|hex| is_sha256(hex))
            .map(Into::into),
        actions: actions
            .unwrap_or_default()
            .iter()
            .filter_map(action)
            .collect(),
    })
}

fn action(of: &Value) -> Option<Action> {
    let kind = match of["action"].as_str()? {
        "publish" => ActionKind::Publish,
        "yank" => ActionKind::Yank,
        "unyank" => ActionKind::Unyank,
        _ => return None,
    };
    Some(Action {
        kind,
        by: party::of_json(&of["user"]),
        at: time(&of["time"])?,
    })
}

fn version_in(value: &Value) -> Option<Box<str>> {
    let usable = |text: &&str| text.len() <= MAX_VERSION && semver::Version::parse(text).is_ok();
    value.as_str().filter(usable).map(Into::into)
}

fn time(value: &Value) -> Option<Time> {
    value.as_str()?.parse().ok()
}

/// The repository: only an address; cargo knows none of npm's short forms.
fn declared(of: &Value) -> Option<Box<str>> {
    let address = of["repository"].as_str()?;
    address
        .contains("://")
        .then(|| repository::normalise(address))?
}

fn is_sha256(hex: &str) -> bool {
    hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A query that leads to no other place than the one that was asked.
fn is_query(text: &str) -> bool {
    text.len() <= 2_000 && text.starts_with('?') && text.bytes().all(|byte| byte.is_ascii_graphic())
}
