//! The registration that a proxy serves: one index with all pages in it.
//!
//! A held version is taken out, as a blocked one is: that it is not listed would
//! be the protocol's own word for it, but `nuget install` (5.8) takes the newest
//! whether it is listed or not. Who asks for a held one by its own address is
//! told that it is not listed, and deprecated with the reason.
//!
//! Everything is written anew from what was read, with the fields that clients
//! know, so that no client can see in it what was not judged, and no address of
//! a document or a package leads past the proxy.

use super::{Entry, Registration};
use crate::nuget::document::{list, one_line};
use crate::nuget::version;
use serde_json::{Map, Value, json};

/// Which versions a client can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hive {
    /// All of them.
    All,
    /// Without those that need `SemVer` 2: for clients before 4.3.
    SemVer1,
}

/// What is held back about a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It is not chosen by itself; why, in one line, which clients print.
    Hold(String),
    /// It is not there.
    Block,
}

/// For whom, and with what held back, a registration is written.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Which versions.
    pub hive: Hive,
    /// The address of the hive, without a slash at its end.
    pub registrations: &'a str,
    /// The package base address, without a slash at its end.
    pub packages: &'a str,
    /// What is held back, asked for each version in its normal form.
    pub held: &'a dyn Fn(&str) -> Option<Held>,
}

/// A registration to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The document.
    pub bytes: Vec<u8>,
    /// The versions that are held back or blocked, in the order of the pages.
    pub held: Vec<String>,
    /// How many versions are in it and not held back.
    pub offered: usize,
    /// How many entries were left out because they cannot be judged: they name
    /// another package, no version, or one that came before.
    pub unreadable: usize,
}

/// What is passed on of an entry as it is: texts, numbers and lists of texts
/// that clients show.
const KEPT: [&str; 19] = [
    "authors",
    "description",
    "iconUrl",
    "id",
    "language",
    "licenseExpression",
    "licenseUrl",
    "minClientVersion",
    "projectUrl",
    "published",
    "readmeUrl",
    "requireLicenseAcceptance",
    "summary",
    "tags",
    "title",
    "version",
    "vulnerabilities",
    "deprecation",
    "releaseNotes",
];

impl Registration {
    /// Writes the registration. Its pages must all be here: see
    /// [`missing`](Registration::missing); versions on a missing one are not
    /// in it.
    pub fn render(&self, view: &View<'_>) -> Rendered {
        let mut rendered = Rendered {
            bytes: Vec::new(),
            held: Vec::new(),
            offered: 0,
            unreadable: self.unreadable,
        };
        let index = format!("{}/{}/index.json", view.registrations, self.package.name());
        let mut leaves: Vec<(&str, Value)> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let is_left_out =
                view.hive == Hive::SemVer1 && version::is_semver2(&entry.version) != Some(false);
            let held = (view.held)(&entry.normal);
            match &held {
                Some(_) => rendered.held.push(entry.normal.to_string()),
                None => rendered.offered += usize::from(!is_left_out),
            }
            if !is_left_out && held.is_none() {
                leaves.push((&entry.normal, self.leaf(entry, held, &index, view)));
            }
        }
        leaves.sort_by(|(one, _), (other, _)| version::compare(one, other));
        rendered.bytes = document(&index, leaves).to_string().into_bytes();
        rendered
    }

    /// Writes what there is of one version, in its normal form; `None` where it
    /// is not there, or blocked.
    pub fn render_leaf(&self, normal: &str, view: &View<'_>) -> Option<Vec<u8>> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| &*entry.normal == normal)?;
        let held = (view.held)(normal);
        if held == Some(Held::Block) {
            return None;
        }
        let index = format!("{}/{}/index.json", view.registrations, self.package.name());
        let mut leaf = self.leaf(entry, held, &index, view);
        for name in ["listed", "published"] {
            leaf[name] = leaf["catalogEntry"][name].clone();
        }
        Some(leaf.to_string().into_bytes())
    }

    fn leaf(&self, entry: &Entry, held: Option<Held>, index: &str, view: &View<'_>) -> Value {
        let (id, normal) = (self.package.name(), &entry.normal);
        let leaf = format!("{}/{id}/{normal}.json", view.registrations);
        let content = format!("{}/{id}/{normal}/{id}.{normal}.nupkg", view.packages);
        let mut said: Map<String, Value> = Map::new();
        for name in KEPT {
            if let Some(value) = entry.said.get(name) {
                said.insert(name.into(), value.clone());
            }
        }
        said.insert("@id".into(), leaf.as_str().into());
        said.insert("@type".into(), "PackageDetails".into());
        said.insert("packageContent".into(), content.as_str().into());
        said.insert("listed".into(), (entry.is_listed && held.is_none()).into());
        said.insert("dependencyGroups".into(), entry.groups());
        if let Some(Held::Hold(reason)) = held {
            let message = one_line(&reason);
            let deprecation = json!({ "reasons": ["Other"], "message": message });
            said.insert("deprecation".into(), deprecation);
        }
        json!({
            "@id": leaf,
            "@type": "Package",
            "catalogEntry": said,
            "packageContent": content,
            "registration": index,
        })
    }
}

impl Entry {
    /// What it needs, without addresses.
    fn groups(&self) -> Value {
        let groups = list(self.said.get("dependencyGroups").unwrap_or(&Value::Null));
        let kept = |of: &Value, names: [&str; 2]| -> Map<String, Value> {
            let named = names
                .iter()
                .filter_map(|name| Some((*name, of.get(*name)?)));
            let texts = named.filter(|(_, value)| value.is_string());
            texts
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect()
        };
        let group = |group: &Value| {
            let wanted = list(&group["dependencies"]).iter();
            let wanted = wanted.map(|wanted| Value::Object(kept(wanted, ["id", "range"])));
            let wanted: Vec<Value> = wanted.collect();
            let mut group = kept(group, ["targetFramework", "targetFramework"]);
            if !wanted.is_empty() {
                group.insert("dependencies".into(), Value::Array(wanted));
            }
            Value::Object(group)
        };
        Value::Array(groups.iter().map(group).collect())
    }
}

fn document(index: &str, leaves: Vec<(&str, Value)>) -> Value {
    let bounds = (leaves.first(), leaves.last());
    let (Some((lower, _)), Some((upper, _))) = bounds else {
        return json!({ "@id": index, "count": 0, "items": [] });
    };
    let page = json!({
        "@id": format!("{index}#page/{lower}/{upper}"),
        "@type": "catalog:CatalogPage",
        "parent": index,
        "lower": lower,
        "upper": upper,
        "count": leaves.len(),
        "items": leaves.into_iter().map(|(_, leaf)| leaf).collect::<Vec<_>>(),
    });
    json!({
        "@id": index,
        "@type": ["catalog:CatalogRoot", "PackageRegistration", "catalog:Permalink"],
        "count": 1,
        "items": [page],
    })
}
