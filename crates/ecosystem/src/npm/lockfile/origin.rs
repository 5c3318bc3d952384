//! Where a locked file comes from, judged by its address.

use crate::lockfile::Origin;
use crate::lockfile::text::{cut, shown, without_credentials};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Longer addresses than servers accept are no registry's.
const MAX_ADDRESS: usize = 8 * 1024;

/// The origin of a release of `name` that is fetched from `address`.
///
/// It counts as a registry's when the address is laid out like one for this
/// very name and version. Anything else, such as another package's file under
/// this name, is what a tampered lockfile looks like.
pub(super) fn of_address(address: &str, name: &str, version: &str) -> Origin {
    let found = tarball_version(address, name);
    if found.is_some_and(|found| is_same_version(&found, version)) {
        return at_registry(address);
    }
    elsewhere(address)
}

/// Version and origin of what is known only by its address.
pub(super) fn by_address<'a>(address: &'a str, name: &str) -> (Cow<'a, str>, Origin) {
    match tarball_version(address, name) {
        Some(version) => (version, at_registry(address)),
        None => (without_credentials(address), elsewhere(address)),
    }
}

/// The registry, as configured.
pub(super) fn registry() -> Origin {
    Origin::Registry { resolved: None }
}

/// A registry, with the address that the lockfile gives.
pub(super) fn at_registry(address: &str) -> Origin {
    let (address, _) = address.split_once('#').unwrap_or((address, ""));
    if address.len() > MAX_ADDRESS || address.contains(char::is_control) {
        return elsewhere(address);
    }
    let resolved = is_http(address).then(|| without_credentials(address).into());
    Origin::Registry { resolved }
}

/// Not a registry, said in words for people.
pub(super) fn elsewhere(address: &str) -> Origin {
    let address = cut(address, MAX_ADDRESS);
    let local = address.strip_prefix("file:");
    if is_git(address) {
        said("the git repository ", address)
    } else if is_http(address) {
        said("the address ", address)
    } else if local.is_some() || address.starts_with(['.', '/']) {
        said("the local file ", local.unwrap_or(address))
    } else {
        said("", address)
    }
}

/// A commit of a git repository.
pub(super) fn commit(repository: &str, commit: &str) -> Origin {
    said("the git repository ", &format!("{repository}#{commit}"))
}

fn said(what: &str, address: &str) -> Origin {
    let address = without_credentials(address);
    Origin::Elsewhere(format!("{what}{}", shown(&address)).into())
}

pub(super) fn is_http(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Whether a local path is an archive and not a folder: what npm, yarn and pnpm
/// go by, too.
pub(super) fn is_archive(path: &str) -> bool {
    let path = path.split(['#', ':']).next().unwrap_or(path);
    [".tgz", ".tar.gz", ".tar"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn is_git(address: &str) -> bool {
    const SCHEMES: [&str; 7] = [
        "git+",
        "git:",
        "git@",
        "ssh:",
        "github:",
        "gitlab:",
        "bitbucket:",
    ];
    let (repository, _) = address.split_once('#').unwrap_or((address, ""));
    SCHEMES.iter().any(|scheme| address.starts_with(scheme))
        || repository.strip_suffix(".git").is_some()
}

/// The version of `name` whose file a registry would have at `address`; `None`
/// if the address is not laid out like a registry's.
///
/// Layouts, where `b` is the name without its scope and the file may repeat the
/// scope's folder:
/// * `name/-/b-1.0.0.tgz`: npm, and nearly everybody after it,
/// * `name/-/1.0.0/b-1.0.0.tgz`: Gitea and Forgejo,
/// * `name/download/b-1.0.0.tgz` and `name/1.0.0/b-1.0.0.tgz`: cnpm and its
///   content delivery network,
/// * `download/name/1.0.0/<hash>`: GitHub Packages.
fn tarball_version<'a>(address: &'a str, name: &str) -> Option<Cow<'a, str>> {
    if address.len() > MAX_ADDRESS || !is_http(address) {
        return None;
    }
    let path = address.split(['#', '?']).next()?;
    match percent_decode_str(path).decode_utf8().ok()? {
        Cow::Borrowed(path) => version_in_path(path, name).map(Cow::Borrowed),
        Cow::Owned(path) => version_in_path(&path, name).map(|v| Cow::Owned(v.to_owned())),
    }
}

fn version_in_path<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (scope, base) = match name.split_once('/') {
        Some((scope, base)) => (Some(scope), base),
        None => (None, name),
    };
    let Some(stem) = path.strip_suffix(".tgz") else {
        return version_in_download(path, name);
    };
    let (folder, file) = stem.rsplit_once('/')?;
    let version = file.strip_prefix(base)?.strip_prefix('-')?;
    let folder = scope.map_or(folder, |scope| without_last(folder, scope));
    let of_version = without_last(folder, version);
    let of_name = ["-", "download"]
        .iter()
        .find_map(|last| strip_last(of_version, last))
        .or((of_version != folder).then_some(of_version))?;
    strip_name(of_name, name).map(|_| version)
}

/// `.../download/name/1.0.0/<hash>`
fn version_in_download<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (folder, _) = path.rsplit_once('/')?;
    let (folder, version) = folder.rsplit_once('/')?;
    let before = strip_name(folder, name)?;
    before.ends_with("/download").then_some(version)
}

/// `path` without the name that it ends in. A scope in front would make it
/// another package's.
fn strip_name<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let before = strip_last(path, name)?;
    let parent = before.rsplit('/').next()?;
    (!parent.starts_with('@')).then_some(before)
}

/// `path` without its last segments, if they are `last`.
fn strip_last<'a>(path: &'a str, last: &str) -> Option<&'a str> {
    let rest = path.strip_suffix(last)?;
    rest.strip_suffix('/').or(rest.is_empty().then_some(rest))
}

fn without_last<'a>(path: &'a str, last: &str) -> &'a str {
    strip_last(path, last).unwrap_or(path)
}

/// Registries ignore build metadata; old ones kept the text as published.
fn is_same_version(found: &str, version: &str) -> bool {
    found.split('+').next() == version.split('+').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_layouts_of_registries() {
        for (path, name) in [
            ("chalk/-/chalk-1.2.3.tgz", "chalk"),
            ("npm/repo/chalk/-/chalk-1.2.3.tgz?x=1#abc", "chalk"),
            ("@a/b/-/b-1.2.3.tgz", "@a/b"),
            ("@a%2fb/-/b-1.2.3.tgz", "@a/b"),
            ("%40a%2Fb/-/b-1.2.3.tgz", "@a/b"),
            ("@a/b/-/@a/b-1.2.3.tgz", "@a/b"),
            ("@a/b/-/1.2.3/b-1.2.3.tgz", "@a/b"),
            ("chalk/download/chalk-1.2.3.tgz", "chalk"),
            ("@a/b/download/@a/b-1.2.3.tgz", "@a/b"),
            ("packages/chalk/1.2.3/chalk-1.2.3.tgz", "chalk"),
            ("download/@a/b/1.2.3/0123abcd", "@a/b"),
        ] {
            let address = format!("https://registry.example/{path}");
            let version = tarball_version(&address, name);
            assert_eq!(version.as_deref(), Some("1.2.3"), "{path}");
        }
    }

    #[test]
    fn knows_what_is_not_a_registrys_or_not_this_release() {
        for address in [
            "https://registry.example/chalk/-/chalk-1.2.4.tgz",
            "https://registry.example/chalk/-/chalks-1.2.3.tgz",
            "https://registry.example/chalky/-/chalk-1.2.3.tgz",
            "https://registry.example/@evil/chalk/-/chalk-1.2.3.tgz",
            "https://registry.example/chalk-1.2.3.tgz",
            "https://registry.example/files/chalk-1.2.3.tgz",
            "https://git.example/a/chalk/archive/1.2.3.tar.gz",
            "git+https://git.example/chalk/-/chalk-1.2.3.tgz",
            "file:x/chalk/-/chalk-1.2.3.tgz",
            "chalk/-/chalk-1.2.3.tgz",
            "",
        ] {
            let origin = of_address(address, "chalk", "1.2.3");
            assert!(
                matches!(origin, Origin::Elsewhere(_)),
                "{address}: {origin:?}"
            );
        }
    }

    #[test]
    fn ignores_build_metadata() {
        let origin = of_address("https://registry.example/a/-/a-1.0.0.tgz", "a", "1.0.0+b.1");
        assert!(matches!(origin, Origin::Registry { .. }));
    }

    #[test]
    fn says_what_it_is() {
        for (address, said) in [
            (
                "git+ssh://git@git.example/a/b.git#0123",
                "the git repository git+ssh://git@git.example/a/b.git#0123",
            ),
            (
                "https://me:pass@files.example/a.tgz",
                "the address https://files.example/a.tgz",
            ),
            ("file:a.tgz", "the local file a.tgz"),
            ("./a.tgz", "the local file ./a.tgz"),
            ("exec:./a.js", "exec:./a.js"),
        ] {
            assert_eq!(elsewhere(address), Origin::Elsewhere(said.into()));
        }
    }
}
