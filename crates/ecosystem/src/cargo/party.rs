//! Who acted, as the cargo registry names them.

use serde_json::Value;
use tenure_domain::{Ecosystem, Party};

/// The longest login that is taken for one. GitHub's limit is 39; a team's
/// login has an organisation, too.
const MAX_LOGIN: usize = 214;

/// A user, by the number that stays when the login changes.
pub(super) fn user(id: u64, login: &str) -> Option<Party> {
    is_plain(login).then(|| Party::account_with_id(Ecosystem::Cargo, login, &id.to_string()))
}

/// A team such as `github:rust-lang:libs`. Teams are numbered apart from users.
pub(super) fn team(id: u64, login: &str) -> Option<Party> {
    let id = format!("team-{id}");
    is_plain(login).then(|| Party::account_with_id(Ecosystem::Cargo, login, &id))
}

/// A workflow, bound to a repository on a service such as `github`. These
/// services take no difference of case for another repository.
pub(super) fn workflow(provider: &str, repository: &str) -> Option<Party> {
    let usable = is_plain(provider) && is_plain(repository) && !provider.contains('/');
    let repository = repository.to_ascii_lowercase();
    usable.then(|| Party::workflow(Ecosystem::Cargo, provider, Some(&repository)))
}

/// An object with `id` and `login`, and for owners `kind`.
pub(super) fn of_json(person: &Value) -> Option<Party> {
    let (id, login) = (person["id"].as_u64()?, person["login"].as_str()?);
    match person["kind"].as_str() {
        Some("team") => team(id, login),
        Some("user") | None => user(id, login),
        Some(_) => None,
    }
}

/// What the API calls `trustpub_data`.
pub(super) fn of_trusted_publishing(data: &Value) -> Option<Party> {
    let provider = data["provider"].as_str()?;
    let repository = data["repository"]
        .as_str()
        .or(data["project_path"].as_str());
    workflow(provider, repository?)
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LOGIN
        && !text.starts_with("workflow/")
        && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '#')
}
