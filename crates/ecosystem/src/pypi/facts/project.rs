//! A project in the JSON API: `/pypi/{name}/json`.

use super::FactsError;
use crate::pypi::name;
use crate::pypi::simple::{self, File, Page, one_line};
use serde_json::{Map, Value};
use tenure_domain::{Ecosystem, Party};

/// The largest documents have about 30 MB.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// The longest name of an account that is taken for one.
const MAX_LOGIN: usize = 100;
/// More than any project has.
const MAX_OWNERS: usize = 10_000;

/// What the JSON API says of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Its releases as a page would have them: all of them where the document
    /// has `releases`, the newest where it only has `urls`.
    pub page: Page,
    /// Who may upload; `None` where the registry does not say.
    pub ownership: Option<Ownership>,
}

/// Who may upload files of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The organisation that the project belongs to. Who its members are is
    /// not published.
    pub organization: Option<Box<str>>,
    /// Accounts with their roles, `Owner` or `Maintainer`.
    pub roles: Vec<(Box<str>, Box<str>)>,
}

impl Project {
    /// Everybody who may upload: the accounts, and the organisation as
    /// `pypi:organization/name`. Both roles may.
    pub fn owners(&self) -> Option<Vec<Party>> {
        let ownership = self.ownership.as_ref()?;
        let account = |login: &str| Party::account(Ecosystem::Pypi, login);
        let accounts = ownership.roles.iter().map(|(login, _)| account(login));
        let organization = ownership.organization.iter();
        let organization = organization.map(|name| account(&format!("organization/{name}")));
        Some(accounts.chain(organization).collect())
    }
}

/// Reads a document of the JSON API.
///
/// # Errors
/// When the bytes are not JSON, or no such document, or one of a project whose
/// name is none.
pub fn read(bytes: &[u8]) -> Result<Project, FactsError> {
    let other = |why: &str| FactsError::Other(format!("a project of the JSON API: {why}"));
    if bytes.len() > MAX_BYTES {
        return Err(other("it is larger than any"));
    }
    let document: Value =
        serde_json::from_slice(bytes).map_err(|e| FactsError::Malformed(e.to_string()))?;
    let info = &document["info"];
    let named = info["name"].as_str().and_then(name::normalise);
    let project = named.ok_or_else(|| other("it has no `info` with a usable `name`"))?;
    let mut page = Page {
        status: simple::status(&document["project-status"]),
        ..Page::default()
    };
    match &document["releases"] {
        Value::Object(releases) if !releases.is_empty() => {
            page.versions = Some(
                releases
                    .keys()
                    .map(|version| version.as_str().into())
                    .collect(),
            );
            let all = releases.values().filter_map(Value::as_array).flatten();
            page.files = all.filter_map(file).collect();
        }
        _ => {
            let newest = document["urls"].as_array();
            page.files = newest.into_iter().flatten().filter_map(file).collect();
        }
    }
    let page = page.settled(&project).map_err(|e| other(&e.to_string()))?;
    let ownership = ownership(&document["ownership"]);
    Ok(Project { page, ownership })
}

fn file(upload: &Value) -> Option<File> {
    let url = upload["url"].as_str()?.parse().ok()?;
    let mut file = File::new(upload["filename"].as_str()?, url)?;
    file.hashes = upload["digests"]
        .as_object()
        .map(simple::hashes)
        .unwrap_or_default();
    file.requires_python = upload["requires_python"].as_str().map(one_line);
    let reason = || {
        upload["yanked_reason"]
            .as_str()
            .map(one_line)
            .unwrap_or_default()
    };
    file.yanked = (upload["yanked"] == true).then(reason);
    file.size = upload["size"].as_u64();
    file.uploaded = uploaded(upload);
    Some(file)
}

/// The older of the two fields is UTC and does not say so.
fn uploaded(upload: &Value) -> Option<Box<str>> {
    let newer = upload["upload_time_iso_8601"].as_str().map(one_line);
    newer.or_else(|| Some(format!("{}Z", upload["upload_time"].as_str()?.trim()).into()))
}

fn ownership(said: &Value) -> Option<Ownership> {
    let roles = said.as_object()?.get("roles")?.as_array()?;
    let role = |entry: &Value| -> Option<(Box<str>, Box<str>)> {
        Some((
            login(&entry["user"])?,
            one_line(entry["role"].as_str().unwrap_or_default()),
        ))
    };
    Some(Ownership {
        organization: organization(said).and_then(login),
        roles: roles.iter().take(MAX_OWNERS).filter_map(role).collect(),
    })
}

/// A text, or an object with its `name`.
fn organization(said: &Value) -> Option<&Value> {
    let organization: &Map<String, Value> = said.as_object()?;
    let organization = organization.get("organization")?;
    Some(organization.get("name").unwrap_or(organization))
}

fn login(said: &Value) -> Option<Box<str>> {
    let login = said.as_str().filter(|login| is_login(login))?;
    Some(login.into())
}

/// Whether an account could be named so.
pub(super) fn is_login(text: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '/';
    (1..=MAX_LOGIN).contains(&text.len()) && text.chars().all(is_plain)
}
