//! What registries of packages say: whose an account is, or which key the newest
//! release names that the account alone made.

use super::{MAX_BYTES, ProofError, json, keys};
use crate::vouch::ssh::Fingerprint;
use serde_json::Value;

/// The most versions of a package that are looked at.
const MAX_VERSIONS: usize = 100_000;

/// A user of a cargo registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoUser {
    /// The number of the account.
    pub id: u64,
    /// The login.
    pub login: String,
    /// The address of the account that one logs in with.
    pub profile: Option<String>,
    /// The number in the address of its picture, which is that account's.
    pub profile_id: Option<u64>,
}

/// What a package shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whether the account alone can have written it.
    pub is_by_account: bool,
    /// The keys that it names.
    pub keys: Vec<Fingerprint>,
}

/// Reads what a cargo registry's API says of a user.
///
/// # Errors
/// When it is no answer about a user.
pub fn read_cargo_user(bytes: &[u8]) -> Result<CargoUser, ProofError> {
    let document = json(bytes)?;
    let user = &document["user"];
    let (id, login) = (user["id"].as_u64(), user["login"].as_str());
    let (id, login) = id.zip(login).ok_or(ProofError("it names no user"))?;
    Ok(CargoUser {
        id,
        login: login.to_owned(),
        profile: user["url"].as_str().map(str::to_owned),
        profile_id: user["avatar"].as_str().and_then(number_of_picture),
    })
}

/// `https://avatars.example/u/1815?v=4`
fn number_of_picture(address: &str) -> Option<u64> {
    let (_, after) = address.split_once("/u/")?;
    let end = after.find(|c: char| !c.is_ascii_digit());
    after[..end.unwrap_or(after.len())].parse().ok()
}

/// Reads what an npm document says: the newest release that `login` published
/// itself, by the field `tenure` or a keyword. A workflow's release is nobody's.
///
/// # Errors
/// When it is no npm document.
pub fn read_npm(bytes: &[u8], login: &str) -> Result<Shown, ProofError> {
    let document: Value =
        serde_json::from_slice(bytes).map_err(|_| ProofError("it is not JSON"))?;
    let versions = document["versions"].as_object();
    let versions = versions.ok_or(ProofError("it is no document of a package"))?;
    let time = |version: &str| document["time"][version].as_str().unwrap_or_default();
    let by_account = versions.iter().take(MAX_VERSIONS).filter(|(_, release)| {
        let by = &release["_npmUser"];
        by["name"] == login && by.get("trustedPublisher").is_none()
    });
    let Some((_, newest)) = by_account.max_by_key(|(version, _)| time(version).to_owned()) else {
        return Ok(Shown {
            is_by_account: false,
            keys: Vec::new(),
        });
    };
    let field = newest["tenure"].as_str();
    let field = field.and_then(|key| key.parse::<Fingerprint>().ok());
    Ok(Shown {
        is_by_account: true,
        keys: field
            .into_iter()
            .chain(in_words(&newest["keywords"]))
            .collect(),
    })
}

/// Reads what a Python index's JSON API says: the keywords of the newest
/// release, if the project has no other hands than `login`.
///
/// # Errors
/// When it is no answer about a project.
pub fn read_pypi(bytes: &[u8], login: &str) -> Result<Shown, ProofError> {
    let document: Value =
        serde_json::from_slice(bytes).map_err(|_| ProofError("it is not JSON"))?;
    let info = document["info"].as_object();
    let info = info.ok_or(ProofError("it is no answer about a project"))?;
    let ownership = &document["ownership"];
    let roles = ownership["roles"].as_array();
    let alone = ownership["organization"].is_null()
        && roles.is_some_and(|roles| {
            let is_theirs = |role: &Value| {
                let user = role["user"].as_str().unwrap_or_default();
                user.eq_ignore_ascii_case(login)
            };
            !roles.is_empty() && roles.iter().all(is_theirs)
        });
    let words = info.get("keywords").unwrap_or(&Value::Null);
    Ok(Shown {
        is_by_account: alone,
        keys: in_words(words),
    })
}

/// Reads an answer of a NuGet feed's search: the tags of the package `id`, if
/// `login` alone owns it; `None` if it is not found.
///
/// # Errors
/// When it is no answer of search.
pub fn read_nuget(bytes: &[u8], id: &str, login: &str) -> Result<Option<Shown>, ProofError> {
    let document = json(bytes)?;
    let data = document["data"].as_array();
    let data = data.ok_or(ProofError("it is no answer of search"))?;
    let is_it = |package: &&Value| {
        let named = package["id"].as_str().unwrap_or_default();
        named.eq_ignore_ascii_case(id)
    };
    let Some(found) = data.iter().find(is_it) else {
        return Ok(None);
    };
    let owners = match &found["owners"] {
        Value::Array(owners) => owners.as_slice(),
        owner => std::slice::from_ref(owner),
    };
    let is_theirs = |owner: &Value| {
        let owner = owner.as_str().unwrap_or_default();
        owner.eq_ignore_ascii_case(login)
    };
    Ok(Some(Shown {
        is_by_account: !owners.is_empty() && owners.iter().all(is_theirs),
        keys: in_words(&found["tags"]),
    }))
}

/// The keys that a list of words names, or a text of words.
fn in_words(said: &Value) -> Vec<Fingerprint> {
    match said {
        Value::Array(words) => keys(words.iter().filter_map(Value::as_str)).collect(),
        Value::String(text) if text.len() <= MAX_BYTES => {
            keys(text.split([' ', ',', ';', '\n'])).collect()
        }
        _ => Vec::new(),
    }
}
