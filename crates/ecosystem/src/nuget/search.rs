//! Answers of search: the only document of a feed that says who owns a package
//! now. What a person finds there is what they install next, so held versions
//! are left out, and no package is shown that has nothing else.

use super::document::{DocumentError, list, parse};
use super::signature::account;
use super::{name, version};
use serde_json::{Map, Value, json};
use tenure_domain::{PackageId, Party};

/// More than any package has.
const MAX_OWNERS: usize = 1_000;
/// No feed answers with a tenth as many.
const MAX_PACKAGES: usize = 10_000;

/// What is passed on of a package as it is: what clients show.
const KEPT: [&str; 16] = [
    "authors",
    "deprecation",
    "description",
    "iconUrl",
    "id",
    "licenseUrl",
    "owners",
    "packageTypes",
    "projectUrl",
    "summary",
    "tags",
    "title",
    "totalDownloads",
    "verified",
    "version",
    "vulnerabilities",
];

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

/// The packages that an answer names.
///
/// # Errors
/// When the bytes are no answer of search.
pub fn packages(bytes: &[u8]) -> Result<Vec<PackageId>, DocumentError> {
    let document = parse(bytes)?;
    let data = document["data"].as_array();
    let data = data.ok_or(DocumentError::Other("an answer of search"))?;
    let named = data.iter().take(MAX_PACKAGES);
    let named = named.filter_map(|package| name::package(package["id"].as_str()?));
    Ok(named.collect())
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

/// Writes an answer without what `is_held`, asked with an id in lower case and a
/// version in its normal form. `registrations` is the address of the proxy's
/// own, without a slash at its end. Packages and versions that cannot be judged
/// are left out.
///
/// # Errors
/// When the bytes are no answer of search.
pub fn render(
    bytes: &[u8],
    registrations: &str,
    is_held: &dyn Fn(&str, &str) -> bool,
) -> Result<Vec<u8>, DocumentError> {
    let document = parse(bytes)?;
    let data = document["data"].as_array();
    let data = data.ok_or(DocumentError::Other("an answer of search"))?;
    if data.len() > MAX_PACKAGES {
        let (what, limit) = ("packages", MAX_PACKAGES);
        return Err(DocumentError::TooLarge { what, limit });
    }
    let shown = data
        .iter()
        .filter_map(|said| package(said, registrations, is_held));
    let shown: Vec<Value> = shown.collect();
    let total = document["totalHits"].as_u64().unwrap_or_default();
    let total = total.max(shown.len() as u64);
    Ok(json!({ "totalHits": total, "data": shown })
        .to_string()
        .into_bytes())
}

fn package(
    said: &Value,
    registrations: &str,
    is_held: &dyn Fn(&str, &str) -> bool,
) -> Option<Value> {
    let id = name::normalise(said["id"].as_str()?)?;
    let registration = format!("{registrations}/{id}");
    let offered = |text: &str| {
        let normal = version::normalised(text)?;
        (!is_held(&id, &normal)).then_some(normal)
    };
    let listed = list(&said["versions"]).iter().filter_map(|one| {
        let text = one["version"].as_str()?;
        let leaf = format!("{registration}/{}.json", offered(text)?);
        let downloads = one["downloads"].as_u64().unwrap_or_default();
        Some((
            text,
            json!({ "@id": leaf, "version": text, "downloads": downloads }),
        ))
    });
    let listed: Vec<(&str, Value)> = listed.collect();
    let shown = said["version"].as_str()?;
    let newest = match offered(shown) {
        Some(_) => shown,
        // As the feed would: the highest, without labels if there is one.
        None => version::highest(listed.iter().map(|(text, _)| *text))?,
    };
    let kept = KEPT
        .iter()
        .filter_map(|name| Some((*name, said.get(*name)?.clone())));
    let mut package: Map<String, Value> = kept.map(|(name, value)| (name.into(), value)).collect();
    let index = format!("{registration}/index.json");
    package.insert("@id".into(), index.as_str().into());
    package.insert("@type".into(), "Package".into());
    package.insert("registration".into(), index.into());
    package.insert("version".into(), newest.into());
    let versions = listed.into_iter().map(|(_, version)| version);
    package.insert("versions".into(), Value::Array(versions.collect()));
    Some(Value::Object(package))
}

/// Writes an answer of completion of the versions of one package without what
/// `is_held`. Completion of ids needs no writing: it names nothing that could be
/// held.
///
/// # Errors
/// When the bytes are no such answer.
pub fn render_versions(
    bytes: &[u8],
    is_held: &dyn Fn(&str) -> bool,
) -> Result<Vec<u8>, DocumentError> {
    let document = parse(bytes)?;
    let data = document["data"].as_array();
    let data = data.ok_or(DocumentError::Other("an answer of completion"))?;
    let is_offered = |text: &&str| version::normalised(text).is_some_and(|one| !is_held(&one));
    let texts = data.iter().filter_map(Value::as_str).filter(is_offered);
    let texts: Vec<&str> = texts.collect();
    Ok(json!({ "totalHits": texts.len(), "data": texts })
        .to_string()
        .into_bytes())
}
