//! Answers of search: the only document of a feed that says who owns a package
//! now.

use super::document::{DocumentError, list, parse};
use super::name;
use super::signature::account;
use serde_json::Value;
use tenure_domain::Party;

/// More than any package has.
const MAX_OWNERS: usize = 1_000;

/// What an answer says of one package.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The id, in the case it was published with.
    pub id: Box<str>,
    /// Who owns it now; `None` where the feed does not say, or names somebody
    /// that no account can be called.
    pub owners: Option<Vec<Party>>,
    /// Whether the prefix of its id is reserved for its owners.
    pub is_reserved: Option<bool>,
    /// Downloads of all its versions since ever.
    pub downloads: Option<u64>,
}

/// Looks for the package `id` in an answer, in whatever case; `None` if it is
/// not in it.
///
/// # Errors
/// When the bytes are no answer of search.
pub fn find(bytes: &[u8], id: &str) -> Result<Option<Found>, DocumentError> {
    let document = parse(bytes)?;
    let data = document["data"].as_array();
    let data = data.ok_or(DocumentError::Other("an answer of search"))?;
    let wanted = name::normalise(id);
    let is_it = |package: &&Value| {
        let id = package["id"].as_str().and_then(name::normalise);
        id.is_some() && id == wanted
    };
    Ok(data.iter().find(is_it).map(|package| Found {
        id: package["id"].as_str().unwrap_or_default().into(),
        owners: owners(&package["owners"]),
        is_reserved: package["verified"].as_bool(),
        downloads: package["totalDownloads"].as_u64(),
    }))
}

/// A list of names, or a single one.
fn owners(value: &Value) -> Option<Vec<Party>> {
    let owners = list(value);
    if owners.is_empty() || owners.len() > MAX_OWNERS {
        return None;
    }
    owners
        .iter()
        .map(|owner| account(owner.as_str()?))
        .collect()
}
