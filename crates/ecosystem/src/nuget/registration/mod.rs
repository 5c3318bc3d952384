//! What a feed knows of each version of a package (V3 API, "Package metadata"):
//! an index of pages, each with an entry per version. Small packages have their
//! pages within the index.
//!
//! It says when a version was published and whether it is listed, never who
//! published it or who owned it then. Owners of a version are in the signature
//! that a registry adds to a package ([`signature`](super::signature)), the
//! present ones in an answer of [`search`](super::search).
//!
//! A version that is not listed is what npm calls deprecated: it is still
//! there, and nobody gets it by asking for the newest.

mod hold;
mod kept;

pub use hold::{Held, Hive, Rendered, View};
pub use kept::{Signed, merge_kept, observed};

use super::document::{DocumentError, address, checked_size, list, parse};
use super::versions::Versions;
use super::{name, version};
use hashbrown::{HashMap, HashSet};
use serde_json::{Map, Value};
use tenure_domain::{
    DocumentKind, History, HistoryBuilder, NewRelease, PackageId, Party, ReleaseState, Source, Time,
};

/// No package has a tenth as many.
const MAX_VERSIONS: usize = 100_000;
/// As many pages as that makes.
const MAX_PAGES: usize = 10_000;

/// What a feed knows of a package.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    package: PackageId,
    /// The addresses of pages that are not here yet.
    missing: Vec<Box<str>>,
    entries: Vec<Entry>,
    /// Versions in their normal form.
    seen: HashSet<String>,
    /// How many entries cannot be judged.
    unreadable: usize,
}

/// What is known of one version.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    /// As the feed writes it.
    version: Box<str>,
    /// In its normal form.
    normal: Box<str>,
    is_listed: bool,
    /// What is said of it, as it was.
    said: Map<String, Value>,
}

/// What is known of a package beyond its registration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Who owns it now.
    pub owners_now: Option<&'a [Party]>,
    /// Who owned it when the registry received a version, by the version in its
    /// normal form.
    pub owners_of: Option<&'a HashMap<Box<str>, Vec<Party>>>,
}

impl Registration {
    /// Reads the index of the package `id`, in whatever case.
    ///
    /// # Errors
    /// When it is none, or larger than any, or no package has this id.
    pub fn read(id: &str, bytes: &[u8]) -> Result<Self, DocumentError> {
        let what = "the registration of a package";
        let mut registration = Self {
            package: name::package(id).ok_or(DocumentError::Other(what))?,
            missing: Vec::new(),
            entries: Vec::new(),
            seen: HashSet::new(),
            unreadable: 0,
        };
        let document = parse(bytes)?;
        let pages = document["items"].as_array();
        let pages = pages.ok_or(DocumentError::Other(what))?;
        if pages.len() > MAX_PAGES {
            let (what, limit) = ("pages", MAX_PAGES);
            return Err(DocumentError::TooLarge { what, limit });
        }
        for page in pages {
            match page["items"].as_array() {
                Some(items) => registration.take(items)?,
                None => registration.missing.push(
                    address(&page["@id"]).ok_or(DocumentError::Other("a page with an address"))?,
                ),
            }
        }
        Ok(registration)
    }

    /// The addresses of the pages that have to be read, too, each with
    /// [`add`](Self::add), in this order.
    pub fn missing(&self) -> &[Box<str>] {
        &self.missing
    }

    /// Takes in the first page that is [`missing`](Self::missing).
    ///
    /// # Errors
    /// When it is none. The page is then still missing.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), DocumentError> {
        let page = parse(bytes)?;
        let items = page["items"].as_array();
        self.take(items.ok_or(DocumentError::Other("a page of a registration"))?)?;
        if !self.missing.is_empty() {
            self.missing.remove(0);
        }
        Ok(())
    }

    /// Its versions, as the feed writes them.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.version)
    }

    /// Its versions, as the package base address lists them.
    pub fn versions(&self) -> Versions {
        let mut versions: Vec<_> = self.entries.iter().map(|one| one.normal.clone()).collect();
        versions.sort_by(|one, other| version::compare(one, other));
        Versions {
            versions,
            unreadable: Vec::new(),
        }
    }

    /// The package.
    pub fn package(&self) -> &PackageId {
        &self.package
    }

    fn take(&mut self, items: &[Value]) -> Result<(), DocumentError> {
        if self.entries.len() + items.len() > MAX_VERSIONS {
            let (what, limit) = ("versions", MAX_VERSIONS);
            return Err(DocumentError::TooLarge { what, limit });
        }
        for item in items {
            let entry = Entry::read(item, self.package.name());
            match entry.filter(|entry| self.seen.insert(entry.normal.to_string())) {
                Some(entry) => self.entries.push(entry),
                None => self.unreadable += 1,
            }
        }
        Ok(())
    }

    /// What it says of the package's past, with what is known beside it. The
    /// [`Source`] has an empty `from` and no digest: only the caller knows them.
    pub fn history(&self, known: &Known<'_>) -> History {
        let mut builder = HistoryBuilder::default();
        for entry in &self.entries {
            let owners = known.owners_of.and_then(|all| all.get(&entry.normal));
            builder.push(NewRelease {
                published: entry.published(),
                owners: owners.cloned(),
                dependencies: entry.dependencies(),
                deprecated: !entry.is_listed || entry.said.contains_key("deprecation"),
                state: ReleaseState::Offered,
                ..NewRelease::new(&entry.version)
            });
        }
        if let Some(latest) = self.latest() {
            builder.set_latest(latest.into());
        }
        if let Some(owners) = known.owners_now {
            builder.set_owners_now(owners.to_vec());
        }
        let is_known = known.owners_now.is_some() || known.owners_of.is_some();
        let source = Source {
            from: String::new(),
            seen: None,
            sha256: String::new(),
            kind: if is_known {
                DocumentKind::NugetOwners
            } else {
                DocumentKind::NugetRegistration
            },
        };
        builder.build(self.package.clone(), source)
    }

    /// What a client takes that asks for the newest.
    fn latest(&self) -> Option<&str> {
        let listed = self.entries.iter().filter(|entry| entry.is_listed);
        let key = |entry: &&Entry| version::is_prerelease(&entry.normal) == Some(false);
        let latest = listed.max_by(|one, other| {
            let order = key(one).cmp(&key(other));
            order.then_with(|| version::compare(&one.normal, &other.normal))
        });
        latest.map(|entry| &*entry.version)
    }
}

/// The index with `pages`, in the order in which they are
/// [`missing`](Registration::missing), within it: one document that says what
/// all of them say.
///
/// # Errors
/// When one of them is not what it should be, there are more or fewer, or they
/// are too large together.
pub fn assembled(index: &[u8], pages: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, DocumentError> {
    let other = || DocumentError::Other("a registration with all its pages");
    let mut document = parse(index)?;
    let items = document.get_mut("items").and_then(Value::as_array_mut);
    let items = items.ok_or_else(other)?;
    let mut pages = pages.iter();
    for item in items.iter_mut().filter(|item| !item["items"].is_array()) {
        let page = parse(pages.next().ok_or_else(other)?.as_ref())?;
        if !page["items"].is_array() {
            return Err(DocumentError::Other("a page of a registration"));
        }
        *item = page;
    }
    if pages.next().is_some() {
        return Err(other());
    }
    checked_size(document.to_string().into_bytes())
}

impl Entry {
    /// Reads an entry of the package `id`, which must be in lower case.
    fn read(item: &Value, id: &str) -> Option<Self> {
        let said = item["catalogEntry"].as_object()?;
        let named = said.get("id").and_then(Value::as_str);
        named
            .and_then(name::normalise)
            .filter(|named| named == id)?;
        let version = said.get("version")?.as_str()?.trim();
        Some(Self {
            version: version.into(),
            normal: version::normalised(version)?.into(),
            is_listed: is_listed(said),
            said: said.clone(),
        })
    }

    /// When it was published. Feeds say 1900 of what is not listed.
    fn published(&self) -> Option<Time> {
        let text = self.said.get("published")?.as_str()?;
        let zoned = || format!("{text}Z").parse().ok();
        let time: Time = text.parse().ok().or_else(zoned)?;
        (!time.date().starts_with("1900-")).then_some(time)
    }

    /// The ids of what it needs, in lower case.
    fn dependencies(&self) -> Vec<Box<str>> {
        let groups = list(self.said.get("dependencyGroups").unwrap_or(&Value::Null));
        let wanted = groups.iter().flat_map(|group| list(&group["dependencies"]));
        let ids = wanted.filter_map(|wanted| name::normalise(wanted["id"].as_str()?));
        ids.map(Into::into).collect()
    }
}

/// Listed, where nothing says otherwise; older feeds have only the year.
fn is_listed(said: &Map<String, Value>) -> bool {
    let published = said.get("published").and_then(Value::as_str);
    let is_old = published.is_some_and(|text| text.starts_with("1900-"));
    match said.get("listed") {
        None | Some(Value::Null) => !is_old,
        // Written as a text by some feeds.
        Some(Value::String(text)) => !text.eq_ignore_ascii_case("false"),
        Some(value) => value != &Value::Bool(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_registration_is_not_put_together() {
        let page: &[u8] = br#"{"items":[]}"#;
        for index in [
            "4",
            "[]",
            "null",
            "{}",
            r#"{"items":4}"#,
            r#"{"items":[4,4]}"#,
        ] {
            assert!(assembled(index.as_bytes(), &[page]).is_err(), "{index}");
        }
    }
}
