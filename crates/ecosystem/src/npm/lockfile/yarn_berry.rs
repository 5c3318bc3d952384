//! The `yarn.lock` of yarn 2 and later: YAML, and JSON since yarn 6.
//!
//! An entry's key lists the descriptors (`name@npm:^1.0.0`) that it answers;
//! its `resolution` says what it is (`name@npm:1.0.3`). Aliases have an entry
//! of the real package. Lockfile versions below 8 write dependencies without
//! `npm:`.

use super::collect::{self, Collector, Found};
use super::tree::{Entry, Node};
use super::{Format, Lockfile, LockfileError, origin, spec, yaml};
use crate::lockfile::text::shown;
use crate::lockfile::{By, Origin, malformed};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::collections::HashSet;

const FORMAT: Format = Format::YarnBerry;
const SUPPORTED: &str = "lockfile versions 1 to 10";
const METADATA: &str = "__metadata";
const MAX_PATCHES: usize = 4;

/// Whether a `yarn.lock` is of this format: yarn 2 began to write
/// `__metadata`, at the top level.
pub(super) fn is_berry(bytes: &[u8]) -> bool {
    let keys: [&[u8]; 2] = [b"__metadata:", b"\"__metadata\":"];
    let mut lines = bytes.split(|b| *b == b'\n');
    bytes.trim_ascii_start().starts_with(b"{")
        || lines.any(|line| keys.iter().any(|key| line.starts_with(key)))
}

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let mut documents = yaml::parse(FORMAT, text)?;
    let (Some(root @ Node::Map(_)), None) = (documents.pop(), documents.pop()) else {
        return Err(malformed(FORMAT, None, "it is not one map"));
    };
    check_version(&root)?;
    let mut found = Collector::new(FORMAT);
    if root.get("entries").is_some() {
        flat(root.section("entries", FORMAT)?, &mut found)?;
        return Ok(found.finish());
    }
    for entry in root.entries().iter().filter(|entry| entry.key != METADATA) {
        package(entry, &entry.value, &mut found)?;
    }
    Ok(found.finish())
}

fn check_version(root: &Node<'_>) -> Result<(), LockfileError> {
    let version = root.get(METADATA).and_then(|meta| meta.get("version"));
    let version = version.and_then(Node::as_scalar).unwrap_or("none");
    if version
        .parse()
        .is_ok_and(|version: u32| (1..=10).contains(&version))
    {
        return Ok(());
    }
    Err(LockfileError::UnsupportedVersion {
        format: FORMAT,
        found: format!("lockfile version {}", shown(version)).into(),
        supported: SUPPORTED,
    })
}

/// Yarn 6 keeps entries apart from the metadata, what they resolve to one level
/// deeper, and does not list the project: what no package asks for must be the
/// project's.
fn flat(entries: &[Entry<'_>], found: &mut Collector) -> Result<(), LockfileError> {
    let mut asked = HashSet::new();
    for entry in entries {
        let resolution = entry.value.get("resolution").unwrap_or(&entry.value);
        package(entry, resolution, found)?;
        asked.extend(dependencies(resolution).filter_map(|(_, name, spec)| range(name, spec)));
    }
    for entry in entries {
        let descriptors = entry.key.split(", ").filter_map(spec::split_name);
        for asks in descriptors.filter_map(|(name, spec)| range(name, spec)) {
            if !asked.contains(&asks) {
                found.want(&asks.0, &asks.1, &By::Root, entry.line)?;
            }
        }
    }
    Ok(())
}

/// An entry, and where it says what it is.
fn package(entry: &Entry<'_>, at: &Node<'_>, found: &mut Collector) -> Result<(), LockfileError> {
    let (name, reference) = at
        .text("resolution")
        .and_then(spec::split_name)
        .ok_or_else(|| found.malformed(entry.line, "an entry has no resolution"))?;
    let version = at.text("version");
    let by = match locate(name, reference, version) {
        Locator::Folder(path) => collect::folder(path),
        Locator::Package(name, version, origin) => {
            found.package(Found {
                name: &name,
                version: &version,
                line: entry.line,
                origin,
                // Of a file that yarn makes itself.
                integrity: None,
            })?;
            collect::package(&name)
        }
    };
    for (line, name, spec) in dependencies(at) {
        if let Some((name, range)) = range(name, spec) {
            found.want(&name, &range, &by, line)?;
        }
    }
    Ok(())
}

/// What an entry resolves to.
enum Locator<'a> {
    /// A folder of the project.
    Folder(&'a str),
    /// A name, a version and its origin.
    Package(Cow<'a, str>, Cow<'a, str>, Origin),
}

fn locate<'a>(name: &'a str, reference: &'a str, version: Option<&'a str>) -> Locator<'a> {
    let (scheme, rest) = reference.split_once(':').unwrap_or(("", reference));
    match scheme {
        "workspace" | "link" | "portal" => Locator::Folder(path(rest)),
        "file" if !origin::is_archive(rest) => Locator::Folder(path(rest)),
        "npm" => from_registry(name, rest),
        "patch" => match patched(rest) {
            // The patch is the project's own; what it is applied to is not.
            Some((name, version)) => {
                Locator::Package(name.into(), version.into(), origin::registry())
            }
            None => at_address(name, reference, version),
        },
        _ => at_address(name, reference, version),
    }
}

/// `1.0.0`, `1.0.0::__archiveUrl=<address>` where the address is not the usual
/// one, and in yarn 6 `name@1.0.0#<address>`.
fn from_registry<'a>(name: &'a str, reference: &'a str) -> Locator<'a> {
    let (reference, bindings) = reference.split_once("::").unwrap_or((reference, ""));
    let (reference, hash) = reference.split_once('#').unwrap_or((reference, ""));
    let (name, version) = spec::split_name(reference).unwrap_or((name, reference));
    let archive = bindings
        .split('&')
        .find_map(|pair| pair.strip_prefix("__archiveUrl="));
    let address = archive.or(Some(hash).filter(|hash| !hash.is_empty()));
    let origin = match address.map(|address| {
        percent_decode_str(address)
            .decode_utf8()
            .unwrap_or_default()
    }) {
        Some(address) => origin::of_address(&address, name, version),
        None => origin::registry(),
    };
    Locator::Package(name.into(), version.into(), origin)
}

fn at_address<'a>(name: &'a str, reference: &'a str, version: Option<&'a str>) -> Locator<'a> {
    let (address, _) = reference.split_once("::").unwrap_or((reference, ""));
    let version = version.unwrap_or(address);
    let origin = origin::of_address(address, name, version);
    Locator::Package(name.into(), version.into(), origin)
}

/// Name and version of the registry's release that is patched, from
/// `name@npm%3A1.0.0#<patch>`. `None` if it is not a registry's.
fn patched(reference: &str) -> Option<(String, String)> {
    let mut reference = Cow::Borrowed(reference);
    // Yarn patches some packages itself; a project may patch the result.
    for _ in 0..MAX_PATCHES {
        let (inner, _) = reference.split_once('#')?;
        let inner = percent_decode_str(inner).decode_utf8().ok()?.into_owned();
        let (name, inner) = spec::split_name(&inner)?;
        if let Some(version) = inner.strip_prefix("npm:") {
            let (version, _) = version.split_once("::").unwrap_or((version, ""));
            let (name, version) = spec::split_name(version).unwrap_or((name, version));
            return Some((name.to_owned(), version.to_owned()));
        }
        reference = Cow::Owned(inner.strip_prefix("patch:")?.to_owned());
    }
    None
}

/// A folder without what yarn binds to it.
fn path(reference: &str) -> &str {
    reference.split(['#', ':']).next().unwrap_or(reference)
}

fn dependencies<'n>(at: &'n Node<'_>) -> impl Iterator<Item = (u32, &'n str, &'n str)> {
    const GROUPS: [&str; 3] = ["dependencies", "optionalDependencies", "peerDependencies"];
    let groups = GROUPS.iter().filter_map(|group| at.get(group));
    groups
        .flat_map(Node::entries)
        .filter_map(|entry| Some((entry.line, &*entry.key, entry.value.as_text()?)))
}

/// The package and range that a descriptor asks for. What follows `npm:` is a
/// range, or a tag, unless it has an `@`.
fn range<'a>(name: &'a str, spec: &'a str) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    if let Some(patch) = spec.strip_prefix("patch:") {
        let (name, range) = patched(patch)?;
        let range = spec::range(&range)?.to_owned();
        return Some((name.into(), range.into()));
    }
    let (name, spec) = match spec.strip_prefix("npm:") {
        Some(spec) => spec::split_name(spec).unwrap_or((name, spec)),
        None => (name, spec),
    };
    Some((name.into(), spec::range(spec)?.into()))
}
