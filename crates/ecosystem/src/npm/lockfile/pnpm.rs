//! pnpm's `pnpm-lock.yaml`.
//!
//! `importers` has the project's folders with what they ask for; a file of one
//! project without workspaces had the same at the top level before version 9.
//! `packages` has what is locked, under keys that the lockfile version decides:
//!
//! * 5: `/name/1.0.0`, with peers `/name/1.0.0_peer@2.0.0`,
//! * 6 to 8: `/name@1.0.0`, with peers `/name@1.0.0(peer@2.0.0)`,
//! * 9: `name@1.0.0`; the peers are in `snapshots`.
//!
//! What is not from a registry has `name` and `version` fields, or since
//! version 9 its address in place of the version. A host in front of the key
//! (before 9) is a registry other than the configured one; since pnpm 11 a name
//! in front of the version (`name@work:1.0.0`) is one from pnpm's settings.
//!
//! Since pnpm 11 a file may have two documents. The first locks pnpm itself and
//! the packages of `configDependencies`: both are fetched and run, so both
//! documents are read.

use super::collect::{self, Collector, Found};
use super::tree::{Entry, Node};
use super::{Format, Lockfile, LockfileError, origin, spec, yaml};
use crate::lockfile::text::shown;
use crate::lockfile::{By, Origin, malformed};
use std::collections::HashMap;

const FORMAT: Format = Format::Pnpm;
const SUPPORTED: &str = "lockfileVersion 5 to 9, of pnpm 3 and later";

const GROUPS: [&str; 5] = [
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "configDependencies",
    "packageManagerDependencies",
];

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let documents = yaml::parse(FORMAT, without_snapshots(text))?;
    if documents.is_empty() {
        return Err(malformed(FORMAT, None, "it is empty"));
    }
    let mut found = Collector::new(FORMAT);
    for document in &documents {
        read_document(document, &mut found)?;
    }
    Ok(found.finish())
}

/// `text` without the `snapshots` at its end: half of the file, and nothing in
/// it is needed.
///
/// As long as all lines that follow are indented, they belong to that key. If
/// the key is none, because it stands inside of a quoted text or of braces,
/// what is left does not end properly, which is an error and not a gap.
fn without_snapshots(text: &str) -> &str {
    const KEY: &str = "\nsnapshots:\n";
    let Some(at) = text.rfind(KEY) else {
        return text;
    };
    let mut rest = text[at + KEY.len()..].split('\n');
    // A lone carriage return ends a line for YAML, too.
    let ends_here =
        rest.all(|line| (line.is_empty() || line.starts_with(' ')) && !line.contains('\r'));
    if ends_here { &text[..=at] } else { text }
}

fn read_document(document: &Node<'_>, found: &mut Collector) -> Result<(), LockfileError> {
    let major = major_version(document)?;
    let catalogs = catalogs(document);
    importer(document, &By::Root, &catalogs, found)?;
    for entry in document.section("importers", FORMAT)? {
        importer(&entry.value, &collect::folder(&entry.key), &catalogs, found)?;
    }
    for entry in document.section("packages", FORMAT)? {
        package(entry, major, found)?;
    }
    Ok(())
}

/// Versions such as `5.4`, `'6.0'` and `5.4-inlineSpecifiers`.
fn major_version(document: &Node<'_>) -> Result<u32, LockfileError> {
    let Some(version) = document.get("lockfileVersion").and_then(Node::as_scalar) else {
        return Err(malformed(FORMAT, None, "it has no lockfileVersion"));
    };
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok());
    major
        .filter(|major| (5..=9).contains(major))
        .ok_or_else(|| LockfileError::UnsupportedVersion {
            format: FORMAT,
            found: format!("lockfileVersion {}", shown(version)).into(),
            supported: SUPPORTED,
        })
}

/// Ranges that the workspace keeps in one place, by catalog and package.
type Catalogs<'n> = HashMap<(&'n str, &'n str), &'n str>;

fn catalogs<'n>(document: &'n Node<'_>) -> Catalogs<'n> {
    let catalogs = document.map_in("catalogs").iter();
    let ranges = catalogs.flat_map(|catalog| {
        let ranges = catalog.value.entries().iter();
        ranges.filter_map(|entry| {
            let range = entry.value.text("specifier")?;
            Some(((&*catalog.key, &*entry.key), range))
        })
    });
    ranges.collect()
}

/// A folder of the project: each dependency with its specifier, or before
/// version 6 all specifiers together.
fn importer(
    at: &Node<'_>,
    by: &By,
    catalogs: &Catalogs<'_>,
    found: &mut Collector,
) -> Result<(), LockfileError> {
    let mut want = |entry: &Entry<'_>, specifier: Option<&str>| {
        let name = &*entry.key;
        let specifier = specifier.and_then(|specifier| match specifier.strip_prefix("catalog:") {
            Some("") => catalogs.get(&("default", name)).copied(),
            Some(catalog) => catalogs.get(&(catalog, name)).copied(),
            None => Some(specifier),
        });
        match specifier.and_then(|specifier| spec::registry(name, specifier)) {
            Some((name, range)) => found.want(name, range, by, entry.line),
            None => Ok(()),
        }
    };
    for entry in at.map_in("specifiers") {
        want(entry, entry.value.as_text())?;
    }
    for entry in GROUPS.iter().flat_map(|group| at.map_in(group)) {
        want(entry, entry.value.text("specifier"))?;
    }
    Ok(())
}

/// An entry of `packages`.
fn package(entry: &Entry<'_>, major: u32, found: &mut Collector) -> Result<(), LockfileError> {
    let at = &entry.value;
    let resolution = at.get("resolution").filter(|node| node.is_map());
    let Some(resolution) = resolution else {
        return Err(found.malformed(entry.line, "an entry of `packages` has no resolution"));
    };
    if resolution.text("type") == Some("directory") {
        // A folder of the project, copied where a link would not do.
        return Ok(());
    }
    let key = Key::read(&entry.key, major, at).ok_or_else(|| {
        let why = format!("`{}` is not a name and a version", shown(&entry.key));
        found.malformed(entry.line, why)
    })?;
    let by = collect::package(key.name);
    found.package(Found {
        name: key.name,
        version: key.version,
        line: entry.line,
        origin: origin(&key, resolution),
        integrity: resolution.text("integrity"),
    })?;
    for peer in at.map_in("peerDependencies") {
        let range = peer.value.as_text();
        if let Some((name, range)) = range.and_then(|range| spec::registry(&peer.key, range)) {
            found.want(name, range, &by, peer.line)?;
        }
    }
    Ok(())
}

fn origin(key: &Key<'_>, resolution: &Node<'_>) -> Origin {
    let tarball = resolution.text("tarball");
    if let Some(repository) = resolution.text("repo") {
        let commit = resolution.text("commit").unwrap_or_default();
        return origin::commit(repository, commit);
    }
    match (tarball, &key.source) {
        (None, Source::Registry) => origin::registry(),
        (None, Source::Host(host)) => {
            let registry = resolution.text("registry").map_or_else(
                || format!("https://{}/", host.replace('+', ":")),
                str::to_owned,
            );
            origin::at_registry(&registry)
        }
        (_, Source::Named(name)) => {
            let name = shown(name);
            Origin::Elsewhere(format!("the registry that pnpm's settings call `{name}`").into())
        }
        (None, Source::Address(address)) => origin::elsewhere(address),
        (Some(tarball), _) => of_tarball(tarball, key),
    }
}

/// pnpm once wrote addresses relative to the registry.
fn of_tarball(tarball: &str, key: &Key<'_>) -> Origin {
    if !tarball.contains(':') && !tarball.starts_with('.') {
        let address = format!("https://registry/{tarball}");
        return match origin::of_address(&address, key.name, key.version) {
            Origin::Registry { .. } => origin::registry(),
            Origin::Elsewhere(_) => origin::elsewhere(tarball),
        };
    }
    origin::of_address(tarball, key.name, key.version)
}

/// A key of `packages`, taken apart.
struct Key<'k> {
    name: &'k str,
    version: &'k str,
    source: Source<'k>,
}

/// Where a key says that the package comes from.
enum Source<'k> {
    /// The registry that is configured.
    Registry,
    /// Another registry, by its host, with a `+` before the port.
    Host(&'k str),
    /// A registry that pnpm's settings give this name.
    Named(&'k str),
    /// No registry.
    Address(&'k str),
}

impl<'k> Key<'k> {
    /// The fields win, as they do in pnpm; registries other than the configured
    /// one have both.
    fn read(key: &'k str, major: u32, at: &'k Node<'_>) -> Option<Self> {
        let read = Self::taken_apart(key, major, at);
        let Some(name) = at.text("name") else {
            return read;
        };
        let version = at.text("version").unwrap_or(key);
        let says_the_same = |read: &Self| (read.name, read.version) == (name, version);
        Some(read.filter(says_the_same).unwrap_or(Self {
            name,
            version,
            source: Source::Address(key),
        }))
    }

    fn taken_apart(key: &'k str, major: u32, at: &'k Node<'_>) -> Option<Self> {
        let (host, rest) = match key.strip_prefix('/') {
            Some(rest) => (None, rest),
            None => match key.split_once('/').filter(|(host, _)| !host.contains('@')) {
                Some((host, rest)) if major < 9 => (Some(host), rest),
                _ => (None, key),
            },
        };
        let (name, reference) = match major {
            5 => split_at_slash(rest)?,
            _ => spec::split_name(rest)?,
        };
        let version = without_peers(reference);
        let (version, source) = match (version.split_once(':'), host) {
            (None, None) => (version, Source::Registry),
            (None, Some(host)) => (version, Source::Host(host)),
            (Some((registry, version)), _) if is_named(registry, version) => {
                (version, Source::Named(registry))
            }
            (Some(_), _) => {
                let version = at.text("version").unwrap_or(reference);
                (version, Source::Address(reference))
            }
        };
        Some(Self {
            name,
            version,
            source,
        })
    }
}

/// Whether `registry:version` is a version from a registry of pnpm's settings,
/// and not a JavaScript runtime or an address.
fn is_named(registry: &str, version: &str) -> bool {
    registry != "runtime" && version.starts_with(|c: char| c.is_ascii_digit())
}

/// `name/1.0.0`, also for scoped names. The oldest files have peers behind
/// another slash.
fn split_at_slash(key: &str) -> Option<(&str, &str)> {
    let scope = if key.starts_with('@') {
        key.find('/')? + 1
    } else {
        0
    };
    let slash = scope + key[scope..].find('/')?;
    let version = key[slash + 1..].split('/').next()?;
    Some((&key[..slash], version))
}

/// Versions have neither underscores nor parentheses, so both begin the peers.
fn without_peers(version: &str) -> &str {
    version.split(['_', '(']).next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_snapshots_only_at_the_end() {
        let short = "packages:\n  a: b\n";
        for (rest, left) in [
            ("snapshots:\n\n  a@1: {}\n\n  b@1:\n    c: 1\n", ""),
            ("snapshots:\n  a: {}\nb: 1\n", "snapshots:\n  a: {}\nb: 1\n"),
            ("snapshots:\n  a: {}\n---\n", "snapshots:\n  a: {}\n---\n"),
            ("snapshots:\n  a: {}\rb: 1\n", "snapshots:\n  a: {}\rb: 1\n"),
            ("snapshots: {}\n", "snapshots: {}\n"),
        ] {
            let text = format!("{short}{rest}");
            assert_eq!(without_snapshots(&text), format!("{short}{left}"));
        }
    }

    #[test]
    fn what_only_looks_like_snapshots_is_no_gap() {
        for text in [
            "lockfileVersion: '9.0'\nx: \"\nsnapshots:\n  \"\n",
            "lockfileVersion: '9.0'\npackages: {\nsnapshots:\n  a, b@1.0.0: {resolution: {}}}\n",
        ] {
            assert!(matches!(read(text), Err(LockfileError::Malformed { .. })));
        }
    }
}
