//! Releases in somebody's tree that are held or blocked, and how they are
//! written into what the two audit endpoints answer.

use super::Tree;
use crate::npm::Asked;
use crate::proxy::{Restriction, told};
use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::time::Duration;
use tenure_domain::{Ecosystem, PackageId};
use tenure_trust::verdict::Verdict;
use tokio::time::{Instant, timeout_at};

/// Packages of one request that are looked at.
const MOST_PACKAGES: usize = 20_000;
/// How long is waited for documents that are not at hand. `npm ci` asks for no
/// document before its audit, so these are a whole tree's on the first
/// installation through this server, which is when it has most to tell.
const PATIENCE: Duration = Duration::from_secs(5);
/// Documents that are asked for at a time.
const AT_ONCE: usize = 16;

/// A release in somebody's tree that is held or blocked.
#[derive(Clone)]
pub(super) struct Stopped {
    package: PackageId,
    version: String,
    restriction: Restriction,
    page: String,
}

/// What of a tree is held or blocked.
pub(super) async fn find(asked: &Asked, tree: &Tree) -> Vec<Stopped> {
    let until = Instant::now() + PATIENCE;
    let looks: Vec<_> = tree
        .iter()
        .take(MOST_PACKAGES)
        .map(|(name, versions)| look(asked, name, versions, until))
        .collect();
    let found: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    found.concat()
}

async fn look(
    asked: &Asked,
    name: &str,
    versions: &BTreeSet<String>,
    until: Instant,
) -> Vec<Stopped> {
    let Ok(package) = PackageId::new(Ecosystem::Npm, name) else {
        return Vec::new();
    };
    let proxy = &asked.app.proxy;
    let document = match timeout_at(until, proxy.document(&package)).await {
        Ok(document) => document.ok(),
        Err(_) => proxy.document_at_hand(&package).await,
    };
    let Some(document) = document else {
        return Vec::new();
    };
    let Ok(judged) = proxy.judged(&document, &asked.view).await else {
        return Vec::new();
    };
    let restricted = versions
        .iter()
        .filter_map(|version| Some((version, judged.of(version)?)));
    restricted
        .map(|(version, restriction)| Stopped {
            page: asked.page(&package),
            package: package.clone(),
            version: version.clone(),
            restriction: restriction.clone(),
        })
        .collect()
}

/// One line about all of them; empty if there are none.
pub(super) fn line(stopped: &[Stopped]) -> String {
    match stopped {
        [] => String::new(),
        [one] => one.line(),
        [one, others @ ..] => format!("{} (and {} more)", one.line(), others.len()),
    }
}

impl Stopped {
    fn line(&self) -> String {
        let told = told(&self.restriction, &self.page);
        format!("{}@{} {told}", self.package.name(), self.version)
    }

    fn severity(&self) -> &'static str {
        match self.restriction.verdict {
            Verdict::Block => "critical",
            _ => "high",
        }
    }

    /// A number that is the same each time and in no range that registries use.
    fn id(&self) -> u64 {
        let digest = Sha256::digest(format!("{}@{}", self.package, self.version));
        let mut short = [0; 4];
        short.copy_from_slice(&digest[..4]);
        (1 << 40) + u64::from(u32::from_be_bytes(short))
    }

    fn advisory(&self) -> Value {
        json!({
            "id": self.id(),
            "url": self.page,
            "title": self.line(),
            "severity": self.severity(),
            "vulnerable_versions": self.version,
            "cwe": [],
            "cvss": { "score": 0, "vectorString": null },
        })
    }

    /// Adds it to a map of packages and their advisories.
    pub(super) fn add_to_advisories(&self, advisories: &mut Map<String, Value>) {
        let of_package = advisories.entry(self.package.name()).or_insert(Value::Null);
        match of_package {
            Value::Array(list) => list.push(self.advisory()),
            other => *other = json!([self.advisory()]),
        }
    }

    /// Adds it to a report of the older endpoint. Its clients print what an
    /// action names.
    pub(super) fn add_to_report(&self, report: &mut Map<String, Value>) {
        let (id, name) = (self.id(), self.package.name());
        let mut advisory = self.advisory();
        advisory["module_name"] = name.into();
        advisory["overview"] = self.line().into();
        advisory["recommendation"] = self.page.clone().into();
        advisory["patched_versions"] = "<0.0.0".into();
        advisory["findings"] = json!([{ "version": self.version, "paths": [name] }]);
        within(report, "advisories", |advisories| {
            advisories.insert(id.to_string(), advisory);
        });
        let resolves =
            json!([{ "id": id, "path": name, "dev": false, "optional": false, "bundled": false }]);
        let action = json!({ "action": "review", "module": name, "resolves": resolves });
        match report.entry("actions").or_insert(Value::Null) {
            Value::Array(actions) => actions.push(action),
            other => *other = json!([action]),
        }
        within(report, "metadata", |metadata| {
            within(metadata, "vulnerabilities", |counts| {
                let count = counts.entry(self.severity()).or_insert(Value::Null);
                *count = count.as_u64().unwrap_or(0).saturating_add(1).into();
            });
        });
    }
}

/// Changes a member that is an object; one that is none becomes one.
fn within(of: &mut Map<String, Value>, name: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    let mut object = match of.remove(name) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    change(&mut object);
    of.insert(name.to_owned(), object.into());
}
