//! `_npmUser` and `maintainers`: who acted, and who could have.

use crate::digest::address_digest;
use serde_json::Value;
use tenure_domain::{Contact, Ecosystem, Party};

/// The longest login that is taken for one; npm's own limit is 214.
const MAX_LOGIN: usize = 214;
/// The display name that npm gives to every GitHub workflow.
const GITHUB_WORKFLOW: &str = "GitHub Actions";
/// The display name that npm gives to every GitLab pipeline.
const GITLAB_WORKFLOW: &str = "GitLab CI/CD";

/// The party of a person as npm writes one: an object with `name`, or in old
/// documents a text such as `name <address>`. `None` if it names nobody usable.
pub(super) fn party(person: &Value) -> Option<Party> {
    if let Value::String(text) = person {
        return party_named(text.split('<').next()?.trim());
    }
    let trusted = &person["trustedPublisher"];
    if trusted.is_object() {
        let id = |key: &str| trusted[key].as_str().filter(|id| is_login(id));
        return Some(Party::workflow(
            Ecosystem::Npm,
            id("id")?,
            id("oidcConfigId"),
        ));
    }
    party_named(person["name"].as_str()?)
}

/// The contact of an account; workflows share one address that says nothing.
pub(super) fn contact(person: &Value) -> Option<Contact> {
    let address = match person {
        Value::String(text) => text.split_once('<')?.1.split('>').next()?,
        person => person["email"].as_str()?,
    };
    if party(person)?.is_workflow() {
        return None;
    }
    let (_, domain) = address.rsplit_once('@')?;
    let usable = !domain.is_empty()
        && domain.len() <= 253
        && !domain.chars().any(|c| c.is_control() || c.is_whitespace());
    usable.then(|| Contact {
        digest: address_digest(address),
        domain: domain.to_ascii_lowercase().into(),
    })
}

/// Who approved it, where publishing was staged.
pub(super) fn approver(person: &Value) -> Option<Party> {
    party(&person["approver"])
}

/// A list of owners; `None` where the value is no list. An entry that names
/// nobody usable is left out.
pub(super) fn owners(list: &Value) -> Option<Vec<Party>> {
    list.as_array()
        .map(|people| people.iter().filter_map(party).collect())
}

/// The party behind a display name of the registry: an account by its login, or
/// a workflow of which only the provider is known. `None` if it can be neither.
pub fn party_named(name: &str) -> Option<Party> {
    match name {
        GITHUB_WORKFLOW => Some(Party::workflow(Ecosystem::Npm, "github", None)),
        GITLAB_WORKFLOW => Some(Party::workflow(Ecosystem::Npm, "gitlab", None)),
        _ => is_login(name).then(|| Party::account(Ecosystem::Npm, name)),
    }
}

fn is_login(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LOGIN
        && !text.starts_with("workflow/")
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}
