//! The project's lockfiles.

use anyhow::{Context as _, bail};
use ignore::WalkBuilder;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tenure_ecosystem::npm::lockfile::{self, LockedPackage, Lockfile, LockfileError, Origin};

/// A lockfile, and where it lies.
pub(crate) struct LockfileAt {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its name for people: relative to the project where it lies in it, with
    /// forward slashes.
    pub(crate) name: String,
    /// What it says.
    pub(crate) lockfile: Lockfile,
}

/// The named lockfiles, or all below `root` if none is named: those that git
/// ignores, and those of installed packages, are left out.
pub(crate) fn find(
    root: &Path,
    current: &Path,
    named: &[PathBuf],
) -> anyhow::Result<Vec<LockfileAt>> {
    let paths = if named.is_empty() {
        walk(root)?
    } else {
        named.iter().map(|path| current.join(path)).collect()
    };
    if paths.is_empty() {
        bail!(
            "no lockfile below `{}`; known are {}. Run this in a project, or name a lockfile",
            root.display(),
            lockfile::FILE_NAMES.join(", ")
        );
    }
    paths.into_iter().map(|path| read(path, root)).collect()
}

fn walk(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = WalkBuilder::new(root)
        .filter_entry(|entry| entry.file_name() != "node_modules")
        .build();
    for entry in entries {
        let entry = entry
            .with_context(|| format!("cannot look for lockfiles below `{}`", root.display()))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let is_known = lockfile::FILE_NAMES
            .iter()
            .any(|name| entry.file_name() == *name);
        if is_file && is_known {
            found.push(entry.into_path());
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: PathBuf, root: &Path) -> anyhow::Result<LockfileAt> {
    let name = short_name(&path, root);
    let bytes =
        std::fs::read(&path).with_context(|| format!("cannot read the lockfile `{name}`"))?;
    let lockfile = read_lockfile(&name, &bytes)?;
    Ok(LockfileAt {
        path,
        name,
        lockfile,
    })
}

/// Reads a lockfile's bytes; an error says which file and line.
pub(crate) fn read_lockfile(name: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    lockfile::parse(name, bytes).map_err(|error| match error {
        LockfileError::Malformed {
            format,
            line: Some(line),
            why,
        } => anyhow::anyhow!("{name}:{line}: not a readable {format} file: {why}"),
        error => anyhow::anyhow!("{name}: {error}"),
    })
}

fn short_name(path: &Path, root: &Path) -> String {
    let short = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = short
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    if short.is_absolute() {
        short.display().to_string()
    } else {
        parts.join("/")
    }
}

/// The registry that most of the locked packages were taken from, as far as
/// their addresses tell.
pub(super) fn origin<'a>(packages: impl Iterator<Item = &'a LockedPackage>) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for locked in packages {
        let Origin::Registry {
            resolved: Some(address),
        } = &locked.origin
        else {
            continue;
        };
        if let Some(base) = registry_of(address, locked.package.name()) {
            *counts.entry(base).or_default() += 1;
        }
    }
    let most = counts
        .into_iter()
        .max_by_key(|(base, count)| (*count, *base));
    most.map(|(base, _)| base.to_owned())
}

/// The part of a file's address before the package's name.
fn registry_of<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let (before, _) = address.split_once("/-/")?;
    let base = before.strip_suffix(name).or_else(|| {
        let escaped = name.replacen('/', "%2f", 1);
        before.strip_suffix(escaped.as_str())
    })?;
    base.ends_with('/').then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_registry_in_an_address() {
        let base = "https://registry.example/npm/";
        for (path, name) in [
            ("chalk/-/chalk-1.0.0.tgz", "chalk"),
            ("@a/b/-/b-1.0.0.tgz", "@a/b"),
            ("@a%2fb/-/b-1.0.0.tgz", "@a/b"),
        ] {
            let address = format!("{base}{path}");
            assert_eq!(registry_of(&address, name), Some(base), "{path}");
        }
        assert_eq!(registry_of("https://registry.example/x.tgz", "x"), None);
    }

    #[test]
    fn walks_past_installed_packages() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "node_modules/b", "b/node_modules/c"] {
            let folder = folder.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("package-lock.json"), "{}").unwrap();
        }
        let found = walk(folder.path()).unwrap();
        assert_eq!(found, [folder.path().join("a/package-lock.json")]);
    }
}
