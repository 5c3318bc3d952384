//! Where an index says who owns its projects.

use url::Url;

/// The address of the JSON API: beside the pages, where the index is laid out
/// like the public one. A ledger keeps under it what it says.
pub fn api(index: &Url) -> Option<Url> {
    let root = index.path().strip_suffix("simple/")?;
    index.join(&format!("{root}pypi/")).ok()
}

/// The address of a project in an [`api`].
pub fn project_at(api: &str, name: &str) -> String {
    format!("{api}{name}/json")
}

/// The address of the journal beside an [`api`].
pub fn journal_at(api: &str) -> &str {
    api.trim_end_matches('/')
}
