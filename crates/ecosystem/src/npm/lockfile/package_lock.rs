//! npm's `package-lock.json` and `npm-shrinkwrap.json`.
//!
//! Since lockfile version 2 (npm 7) `packages` maps folders to what is
//! installed there. Version 1 has `dependencies` instead, nested as the
//! `node_modules` folders are; version 2 has them, too, for old clients. As
//! npm does, this reads `packages` where it exists, whatever the version says.

use super::collect::{self, Collector, Found};
use super::tree::{Entry, Node};
use super::{Format, Lockfile, LockfileError, json, origin, spec};
use crate::lockfile::text::shown;
use crate::lockfile::{By, malformed};

const SUPPORTED: &str = "lockfileVersion 1 to 3";
const NODE_MODULES: &str = "node_modules/";

/// Who asks, for each of npm's groups of dependencies.
const GROUPS: [&str; 3] = ["dependencies", "optionalDependencies", "peerDependencies"];

pub(super) fn read(format: Format, text: &str) -> Result<Lockfile, LockfileError> {
    let root = json::parse(format, text)?;
    check_version(format, &root)?;
    let mut found = Collector::new(format);
    for entry in root.section("packages", format)? {
        folder(entry, &mut found)?;
    }
    if !root.get("packages").is_some_and(Node::is_map) {
        tree(root.section("dependencies", format)?, &mut found)?;
    }
    Ok(found.finish())
}

/// npm's first shrinkwraps have no version; they are read like version 1.
fn check_version(format: Format, root: &Node<'_>) -> Result<(), LockfileError> {
    let version = root.get("lockfileVersion").and_then(Node::as_scalar);
    match version {
        Some("1" | "2" | "3") => Ok(()),
        None if root.get("packages").or(root.get("dependencies")).is_some() => Ok(()),
        None => Err(malformed(format, None, "it has no lockfileVersion")),
        Some(other) => Err(LockfileError::UnsupportedVersion {
            format,
            found: format!("lockfileVersion {}", shown(other)).into(),
            supported: SUPPORTED,
        }),
    }
}

/// An entry of `packages`.
fn folder(entry: &Entry<'_>, found: &mut Collector) -> Result<(), LockfileError> {
    let at = &entry.value;
    if !at.is_map() {
        return Err(found.malformed(entry.line, "an entry of `packages` is not an object"));
    }
    let resolved = at.text("resolved");
    let Some(installed) = installed_name(&entry.key) else {
        // The project or another folder of it: what it asks for counts, and
        // only here does npm list development dependencies.
        let by = collect::folder(&entry.key);
        wants(at, "devDependencies", &by, found)?;
        return all_wants(at, &by, found);
    };
    if at.is_true("link") || is_in_a_package(at, "inBundle") {
        return Ok(());
    }
    if let Some(path) = resolved.and_then(|address| project_folder(at, address)) {
        return all_wants(at, &collect::folder(path), found);
    }
    let name = at.text("name").unwrap_or(installed);
    let (version, origin) = match (at.text("version"), resolved) {
        (Some(version), Some(address)) => {
            (version.into(), origin::of_address(address, name, version))
        }
        (Some(version), None) => (version.into(), origin::registry()),
        (None, Some(address)) => origin::by_address(address, name),
        // A place kept for an optional package; npm drops it on installing.
        (None, None) => return Ok(()),
    };
    found.package(Found {
        name,
        version: &version,
        line: entry.line,
        origin,
        integrity: at.text("integrity"),
    })?;
    all_wants(at, &collect::package(name), found)
}

/// Whether it lies inside another package's file. npm puts the same mark on
/// the bundled dependencies of the project itself, but those it fetches and
/// can check.
fn is_in_a_package(at: &Node<'_>, mark: &str) -> bool {
    at.is_true(mark) && at.text("resolved").is_none() && at.text("integrity").is_none()
}

/// The folder of the project that an entry is a copy of.
fn project_folder<'a>(at: &Node<'_>, address: &'a str) -> Option<&'a str> {
    let path = address.strip_prefix("file:")?;
    let is_folder = !origin::is_archive(path) && at.text("integrity").is_none();
    is_folder.then_some(path)
}

/// The name that a folder has for Node.js; `None` outside of `node_modules`.
fn installed_name(folder: &str) -> Option<&str> {
    let at = folder.rfind(NODE_MODULES)?;
    let starts_segment = at == 0 || folder[..at].ends_with('/');
    starts_segment.then(|| &folder[at + NODE_MODULES.len()..])
}

fn all_wants(at: &Node<'_>, by: &By, found: &mut Collector) -> Result<(), LockfileError> {
    GROUPS
        .iter()
        .try_for_each(|group| wants(at, group, by, found))
}

/// A map of names and ranges.
fn wants(at: &Node<'_>, group: &str, by: &By, found: &mut Collector) -> Result<(), LockfileError> {
    for entry in at.map_in(group) {
        let asked = entry.value.as_text();
        if let Some((name, range)) = asked.and_then(|asked| spec::registry(&entry.key, asked)) {
            found.want(name, range, by, entry.line)?;
        }
    }
    Ok(())
}

/// The `dependencies` of version 1, of the project or of an entry. The parser's
/// own limit bounds the nesting.
fn tree(entries: &[Entry<'_>], found: &mut Collector) -> Result<(), LockfileError> {
    for entry in entries {
        if !entry.value.is_map() {
            return Err(found.malformed(entry.line, "an entry of `dependencies` is not an object"));
        }
        dependency(entry, found)?;
        tree(entry.value.map_in("dependencies"), found)?;
    }
    Ok(())
}

/// An entry of version 1. Its `version` is a version only for what comes from a
/// registry under its own name: otherwise it is `npm:name@version` or the
/// address.
fn dependency(entry: &Entry<'_>, found: &mut Collector) -> Result<(), LockfileError> {
    let at = &entry.value;
    let resolved = at.text("resolved");
    let Some(version) = at.text("version").or(resolved) else {
        return Ok(());
    };
    if is_in_a_package(at, "bundled") {
        return Ok(());
    }
    if let Some(path) = project_folder(at, version) {
        return wants(at, "requires", &collect::folder(path), found);
    }
    let alias = version.strip_prefix("npm:").and_then(spec::split_name);
    let (name, version) = alias.unwrap_or((&*entry.key, version));
    let (version, origin) = match resolved {
        _ if spec::range(version).is_none() => origin::by_address(version, name),
        Some(address) => (version.into(), origin::of_address(address, name, version)),
        None => (version.into(), origin::registry()),
    };
    found.package(Found {
        name,
        version: &version,
        line: entry.line,
        origin,
        integrity: at.text("integrity"),
    })?;
    wants(at, "requires", &collect::package(name), found)
}
