//! The project's lockfiles.

use super::dotnet;
use super::parsed::{self, Lockfile};
use anyhow::{Context as _, bail};
use ignore::{DirEntry, WalkBuilder};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tenure_ecosystem::lockfile::{LockedPackage, Origin};

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

impl LockfileAt {
    /// What no file gives a version for is not judged.
    fn tell_unversioned(&mut self) {
        let open = self.lockfile.unversioned.drain(..).map(|(line, package)| {
            let text = format!("`{}` is not pinned (no version here)", package.name());
            (line, text)
        });
        self.lockfile.open.extend(open);
        self.lockfile.open.sort();
    }
}

/// The named lockfiles, or all below `root` if none is named: those that git
/// ignores, and those of installed packages, are left out. A
/// `requirements.txt` brings along the files that it takes in.
pub(crate) fn find(
    root: &Path,
    current: &Path,
    named: &[PathBuf],
) -> anyhow::Result<Vec<LockfileAt>> {
    let mut paths = if named.is_empty() {
        walk(root)?
    } else {
        named.iter().map(|path| current.join(path)).collect()
    };
    if paths.is_empty() {
        bail!(
            "no lockfile below `{}`; known are {}. Run this in a project, or name a lockfile",
            root.display(),
            parsed::names().join(", ")
        );
    }
    let mut found: Vec<LockfileAt> = Vec::new();
    while found.len() < paths.len() {
        let at = read(paths[found.len()].clone(), root)?;
        for include in &at.lockfile.includes {
            let path = plain(&at.path.with_file_name("").join(include));
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        found.push(at);
    }
    if named.is_empty() {
        dotnet::settle(&mut found);
    }
    for at in &mut found {
        at.tell_unversioned();
    }
    Ok(found)
}

/// The named lists of components, as if they were lockfiles.
pub(crate) fn sboms(
    root: &Path,
    current: &Path,
    named: &[PathBuf],
) -> anyhow::Result<Vec<LockfileAt>> {
    let lists = named.iter().map(|path| {
        let path = current.join(path);
        let name = short_name(&path, root);
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read `{name}`"))?;
        let lockfile = parsed::read_sbom(&name, &bytes)?;
        Ok(LockfileAt {
            path,
            name,
            lockfile,
        })
    });
    lists.collect()
}

/// Without the `..` in it, so that a file has one path.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        if part != std::path::Component::ParentDir || !plain.pop() {
            plain.push(part);
        }
        plain
    })
}

fn walk(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = WalkBuilder::new(root)
        .filter_entry(|entry| !is_installed(entry))
        .build();
    for entry in entries {
        let entry = entry
            .with_context(|| format!("cannot look for lockfiles below `{}`", root.display()))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file && parsed::is_known(&entry.file_name().to_string_lossy()) {
            found.push(entry.into_path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether it is a folder of installed or vendored packages, which may bring
/// along lockfiles of their own that nobody installs from.
fn is_installed(entry: &DirEntry) -> bool {
    entry.file_name() == "node_modules"
        || entry.file_name() == "site-packages"
        || entry.path().join(".cargo-checksum.json").is_file()
        // What NuGet unpacked.
        || entry.path().join(".signature.p7s").is_file()
}

fn read(path: PathBuf, root: &Path) -> anyhow::Result<LockfileAt> {
    let name = short_name(&path, root);
    let bytes =
        std::fs::read(&path).with_context(|| format!("cannot read the lockfile `{name}`"))?;
    let lockfile = parsed::read(&name, &bytes)?;
    Ok(LockfileAt {
        path,
        name,
        lockfile,
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

/// The registry that most of the locked npm packages were taken from, as far as
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
    use tenure_testkit::folder_with;

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
        let folder = folder_with(&[
            ("a/package-lock.json", "{}"),
            ("node_modules/b/package-lock.json", "{}"),
            ("b/node_modules/c/package-lock.json", "{}"),
            ("vendor/x/Cargo.lock", ""),
            ("vendor/x/.cargo-checksum.json", "{}"),
            ("lib/site-packages/y/poetry.lock", ""),
            ("packages/Z.1.0.0/.signature.p7s", ""),
            ("packages/Z.1.0.0/sample/packages.config", ""),
            ("rust/Cargo.lock", ""),
            ("requirements-dev.txt", ""),
        ]);
        let found = walk(folder.path()).unwrap();
        let expected = [
            "a/package-lock.json",
            "requirements-dev.txt",
            "rust/Cargo.lock",
        ];
        assert_eq!(found, expected.map(|name| folder.path().join(name)));
    }

    #[test]
    fn requirements_bring_along_what_they_take_in() {
        let folder = folder_with(&[
            ("app/requirements.txt", "-r ../base.in\nx==1.0\n"),
            ("base.in", "y==2.0\n-r app/requirements.txt\n"),
        ]);
        let found = find(folder.path(), folder.path(), &[]).unwrap();
        let names: Vec<_> = found.iter().map(|at| at.name.as_str()).collect();
        assert_eq!(names, ["app/requirements.txt", "base.in"]);
        assert_eq!(found[1].lockfile.packages[0].package.name(), "y");
    }
}
