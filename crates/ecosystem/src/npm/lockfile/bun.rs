//! bun's text lockfile, `bun.lock`: JSON with trailing commas.
//!
//! `workspaces` has the project's folders with what they ask for; `packages`
//! has what is locked, each as a list whose first item is `name@` and
//!
//! * a version; then the registry's address or the file's where it is not the
//!   usual one, what is known of the package, and its digest,
//! * an address (`github:`, `git+`, `https:`, a path to a file); then what is
//!   known of the package,
//! * `workspace:`, `link:`, `file:` or `root:` for folders of the project.
//!
//! Lockfile versions 0 to 3 differ in what is allowed, not in this.

use super::collect::{self, Collector, Found};
use super::tree::{Entry, Node};
use super::{Format, Lockfile, LockfileError, json, jsonc, origin, spec};
use crate::lockfile::text::shown;
use crate::lockfile::{By, Origin, malformed};
use std::borrow::Cow;
use std::collections::HashMap;

const FORMAT: Format = Format::Bun;

const GROUPS: [&str; 4] = [
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
];

/// bun's old lockfile, `bun.lockb`, is not text.
pub(super) fn binary() -> LockfileError {
    LockfileError::UnsupportedVersion {
        format: FORMAT,
        found: "bun's old binary form (bun.lockb)".into(),
        supported: "the text form, which `bun install --save-text-lockfile` writes",
    }
}

/// Whether these are the bytes of a `bun.lockb` under another name.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(b"#!/usr/bin/env bun\nbun-lockfile-format")
}

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let json = jsonc::blanked(text);
    let root = json::parse(FORMAT, &json)?;
    check_version(&root)?;
    let catalogs = catalogs(&root);
    let mut found = Collector::new(FORMAT);
    for folder in root.section("workspaces", FORMAT)? {
        wants(
            &folder.value,
            &collect::folder(&folder.key),
            &catalogs,
            &mut found,
        )?;
    }
    for entry in root.section("packages", FORMAT)? {
        package(entry, &catalogs, &mut found)?;
    }
    Ok(found.finish())
}

fn check_version(root: &Node<'_>) -> Result<(), LockfileError> {
    match root.get("lockfileVersion").and_then(Node::as_scalar) {
        Some("0" | "1" | "2" | "3") => Ok(()),
        None => Err(malformed(FORMAT, None, "it has no lockfileVersion")),
        Some(other) => Err(LockfileError::UnsupportedVersion {
            format: FORMAT,
            found: format!("lockfileVersion {}", shown(other)).into(),
            supported: "lockfileVersion 0 to 3",
        }),
    }
}

/// Ranges that the workspace keeps in one place, by catalog and package; the
/// catalog without a name has the empty one.
type Catalogs<'n> = HashMap<(&'n str, &'n str), &'n str>;

fn catalogs<'n>(root: &'n Node<'_>) -> Catalogs<'n> {
    let named = root.map_in("catalogs").iter();
    let named = named.map(|catalog| (&*catalog.key, catalog.value.entries()));
    let all = named.chain([("", root.map_in("catalog"))]);
    all.flat_map(|(catalog, ranges)| {
        let ranges = ranges.iter();
        ranges.filter_map(move |entry| Some(((catalog, &*entry.key), entry.value.as_text()?)))
    })
    .collect()
}

fn wants(
    at: &Node<'_>,
    by: &By,
    catalogs: &Catalogs<'_>,
    found: &mut Collector,
) -> Result<(), LockfileError> {
    for entry in GROUPS.iter().flat_map(|group| at.map_in(group)) {
        let name = &*entry.key;
        let asked = entry.value.as_text();
        let asked = asked.and_then(|asked| match asked.strip_prefix("catalog:") {
            Some(catalog) => catalogs.get(&(catalog, name)).copied(),
            None => Some(asked),
        });
        if let Some((name, range)) = asked.and_then(|asked| spec::registry(name, asked)) {
            found.want(name, range, by, entry.line)?;
        }
    }
    Ok(())
}

/// An entry of `packages`.
fn package(
    entry: &Entry<'_>,
    catalogs: &Catalogs<'_>,
    found: &mut Collector,
) -> Result<(), LockfileError> {
    let items = entry.value.items();
    let locator = items.first().and_then(Node::as_text);
    let (name, reference) = locator
        .and_then(spec::split_name)
        .ok_or_else(|| found.malformed(entry.line, "an entry has no name and version"))?;
    let facts = items.iter().find(|item| item.is_map());
    if let Some(path) = folder(reference) {
        let by = collect::folder(path);
        return facts.map_or(Ok(()), |facts| wants(facts, &by, catalogs, found));
    }
    if facts.is_some_and(|facts| facts.is_true("bundled")) && is_nested(&entry.key, name) {
        return Ok(());
    }
    let (version, origin) = locate(name, reference, items.get(1));
    found.package(Found {
        name,
        version: &version,
        line: entry.line,
        origin,
        integrity: items.iter().rev().find_map(digest),
    })?;
    let by = collect::package(name);
    facts.map_or(Ok(()), |facts| wants(facts, &by, catalogs, found))
}

fn folder(reference: &str) -> Option<&str> {
    let (scheme, path) = reference.split_once(':')?;
    let is_folder = match scheme {
        "workspace" | "link" | "root" => true,
        "file" => !origin::is_archive(path),
        _ => false,
    };
    is_folder.then_some(path)
}

/// Whether it is installed for another package, `parent/name`: what lies in the
/// file of a package cannot be anywhere else.
fn is_nested(key: &str, name: &str) -> bool {
    key.len() > name.len() && key.ends_with(name)
}

fn locate<'a>(name: &str, reference: &'a str, second: Option<&Node<'_>>) -> (Cow<'a, str>, Origin) {
    let is_version = reference.starts_with(|c: char| c.is_ascii_digit());
    if !is_version || spec::range(reference).is_none() || origin::is_archive(reference) {
        return origin::by_address(reference, name);
    }
    let address = second.and_then(Node::as_text).unwrap_or_default();
    let origin = match address {
        "" => origin::registry(),
        // The address of a registry and not of a file.
        _ if address.ends_with('/') && origin::is_http(address) => origin::at_registry(address),
        _ => origin::of_address(address, name, reference),
    };
    (reference.into(), origin)
}

/// Digests are in the form of the web's subresource integrity.
fn digest<'n>(item: &'n Node<'_>) -> Option<&'n str> {
    const ALGORITHMS: [&str; 4] = ["sha1-", "sha256-", "sha384-", "sha512-"];
    let text = item.as_text()?;
    ALGORITHMS
        .iter()
        .any(|name| text.starts_with(name))
        .then_some(text)
}
