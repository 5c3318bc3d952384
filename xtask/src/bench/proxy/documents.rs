//! The documents that all servers proxy.

use super::http;
use crate::running::empty;
use crate::{process, say, workspace};
use anyhow::Context as _;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// The packages whose documents are measured, and what a stand-in has to be
/// like: releases, and bytes of a manifest.
const PACKAGES: [(&str, usize, usize); 3] = [
    ("express", 290, 1_900),
    ("react", 2_960, 1_350),
    ("typescript", 3_480, 3_000),
];

/// Packages of one release, by the size of its file: about what express's is,
/// and a large one.
pub(super) const FILES: [(&str, u64); 2] = [("file-56kb", 55_000), ("file-5mb", 5_000_000)];

/// The document that is asked for cold, some 5 MB.
const COLD: &str = "react";

/// The folders that a fake registry serves, and what they hold.
#[derive(Debug)]
pub(super) struct Documents {
    /// What is measured warm.
    pub(super) warm: PathBuf,
    /// One document under many names, for answers that nobody had asked for.
    pub(super) cold: PathBuf,
    /// Where the documents are from, for people.
    pub(super) source: String,
}

impl Documents {
    /// Makes them: `cold` copies of one for cold answers.
    pub(super) fn make(folder: &Path, cold: usize) -> anyhow::Result<Self> {
        let documents = Self {
            warm: folder.join("warm"),
            cold: folder.join("cold"),
            source: String::new(),
        };
        empty(&documents.warm)?;
        empty(&documents.cold)?;
        let mut is_real = true;
        for (name, releases, bytes) in PACKAGES {
            let mut document = real(name).unwrap_or_else(|error| {
                say::line(&format!("generating a document for {name}: {error:#}"));
                is_real = false;
                generated(name, releases, bytes)
            });
            give_hands(&mut document);
            write(&documents.warm, name, &document)?;
            if name == COLD {
                copies(&documents.cold, &mut document, cold)?;
            }
        }
        for (name, size) in FILES {
            write(&documents.warm, name, &file(name, size))?;
        }
        // Asked for first, so that nothing but the document is new.
        write(&documents.cold, "first", &file("first", 1_000))?;
        let source = if is_real {
            "as the registry gives them that this machine's npm is configured for"
        } else {
            "generated, of the size and shape of the real ones"
        };
        Ok(Self {
            source: source.to_owned(),
            ..documents
        })
    }
}

/// The name of a cold document.
pub(super) fn cold_name(number: usize) -> String {
    format!("{COLD}-{number}")
}

/// The names of the packages.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PACKAGES.into_iter().map(|(name, ..)| name)
}

/// The document of the registry that npm asks on this machine, kept below
/// `target/`.
fn real(name: &str) -> anyhow::Result<Value> {
    let folder = workspace::root().join("target/xtask-documents");
    let kept = folder.join(format!("{name}.json"));
    if let Ok(bytes) = std::fs::read(&kept) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    let registry = process::answer("npm", &["config", "get", "registry"]);
    let registry = registry.context("npm names no registry")?;
    std::fs::create_dir_all(&folder)?;
    let url = format!("{}/{name}", registry.trim_end_matches('/'));
    let headers = [
        ("Accept", "application/json".to_owned()),
        ("Accept-Encoding", "gzip".to_owned()),
    ];
    let document = http::get(&url, &headers, &folder)?.json(&folder)?;
    document["versions"]
        .as_object()
        .context("the registry's answer is no packument")?;
    std::fs::write(&kept, document.to_string())?;
    Ok(document)
}

/// Names a publisher and owners for every release that has none: mirrors strip
/// them, which makes documents smaller than the real ones and leaves nothing
/// to judge.
fn give_hands(document: &mut Value) {
    let person = |login: &str| json!({ "name": login, "email": format!("{login}@mail.example") });
    let owners: Value = ["ada", "ben", "eve"].map(person).to_vec().into();
    let versions = document["versions"].as_object_mut();
    for manifest in versions.into_iter().flat_map(Map::values_mut) {
        let Some(manifest) = manifest.as_object_mut() else {
            continue;
        };
        let is_named = manifest.contains_key("_npmUser");
        manifest.entry("_npmUser").or_insert_with(|| person("ada"));
        if !is_named {
            manifest
                .entry("maintainers")
                .or_insert_with(|| owners.clone());
        }
    }
    if document["maintainers"].is_null() {
        document["maintainers"] = owners;
    }
}

/// A document with so many releases, each manifest of about so many bytes.
fn generated(name: &str, releases: usize, bytes: usize) -> Value {
    let (mut versions, mut time) = (Map::new(), Map::new());
    for number in 0..releases {
        let version = format!("{}.{}.{}", number / 100, number / 10 % 10, number % 10);
        let (month, day) = (number / 28 % 12 + 1, number % 28 + 1);
        let year = 2014 + number / 336;
        let published = format!("{year}-{month:02}-{day:02}T12:00:00.000Z");
        time.insert(version.clone(), published.into());
        let dependencies: Map<String, Value> = (0..bytes / 31)
            .map(|at| {
                let range = format!("^{}.{}.0", at % 7, (at * 7 + number) % 10);
                (format!("some-dependency-{at:03}"), range.into())
            })
            .collect();
        let manifest = json!({ "dependencies": dependencies, "license": "MIT" });
        versions.insert(version, manifest);
    }
    let latest = versions.keys().next_back().cloned();
    json!({ "name": name, "dist-tags": { "latest": latest }, "versions": versions, "time": time })
}

/// A package of one release with a file of that many bytes.
fn file(name: &str, size: u64) -> Value {
    let manifest = json!({ "_padding": size });
    let mut document = json!({
        "name": name,
        "dist-tags": { "latest": "1.0.0" },
        "versions": { "1.0.0": manifest },
        "time": { "1.0.0": "2020-01-01T12:00:00.000Z" },
    });
    give_hands(&mut document);
    document
}

fn copies(folder: &Path, document: &mut Value, copies: usize) -> anyhow::Result<()> {
    for number in 0..copies {
        let name = cold_name(number);
        document["name"] = name.as_str().into();
        document["_id"] = name.as_str().into();
        write(folder, &name, document)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, document: &Value) -> anyhow::Result<()> {
    let file = folder.join(format!("{name}.json"));
    std::fs::write(&file, document.to_string())
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_has_the_size_that_was_asked_for() {
        let document = generated("x", 300, 2_000);
        let bytes = document.to_string().len();
        assert!((500_000..700_000).contains(&bytes), "{bytes}");
        assert_eq!(document["versions"].as_object().unwrap().len(), 300);
    }

    #[test]
    fn hands_are_given_only_where_there_are_none() {
        let mut document = json!({ "versions": {
            "1.0.0": { "_npmUser": { "name": "zoe" } },
            "1.1.0": {},
        } });
        give_hands(&mut document);
        let versions = &document["versions"];
        assert_eq!(versions["1.0.0"]["_npmUser"]["name"], "zoe");
        assert!(versions["1.0.0"]["maintainers"].is_null());
        assert_eq!(versions["1.1.0"]["_npmUser"]["name"], "ada");
        assert_eq!(
            versions["1.1.0"]["maintainers"].as_array().unwrap().len(),
            3
        );
    }
}
