//! Which releases are locked on whose demand.

use crate::context::{LockfileAt, read_if_there};
use anyhow::Context as _;
use serde_json::Value;
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::lockfile::{By, LockedPackage, Origin};
use tenure_ecosystem::npm::version;

/// A locked release, and the ranges that it meets.
pub(super) struct Asked {
    pub(super) package: PackageId,
    pub(super) locked: String,
    pub(super) ranges: Vec<String>,
    pub(super) file: String,
    pub(super) line: u32,
}

/// The releases that the project asks for itself, or those of the named
/// packages, whoever asks for them.
pub(super) fn all(lockfiles: &[LockfileAt], named: &[&PackageId]) -> anyhow::Result<Vec<Asked>> {
    let mut all = Vec::new();
    for at in lockfiles {
        let wants = wants(at, named)?;
        for locked in &at.lockfile.packages {
            all.extend(asked(at, locked, &wants, !named.is_empty()));
        }
    }
    Ok(all)
}

type Want = (PackageId, String);

fn wants(at: &LockfileAt, named: &[&PackageId]) -> anyhow::Result<Vec<Want>> {
    let mut wants: Vec<Want> = at
        .lockfile
        .wants
        .iter()
        .filter(|want| {
            if named.is_empty() {
                !matches!(want.by, By::Package(_))
            } else {
                named.contains(&&want.package)
            }
        })
        .map(|want| (want.package.clone(), want.range.to_string()))
        .collect();
    let says_what_the_project_asks = at
        .lockfile
        .wants
        .iter()
        .any(|want| !matches!(want.by, By::Package(_)));
    if !says_what_the_project_asks {
        let manifest = manifest_wants(at)?;
        let is_meant = |want: &Want| named.is_empty() || named.contains(&&want.0);
        wants.extend(manifest.into_iter().filter(is_meant));
    }
    Ok(wants)
}

/// What the `package.json` beside a lockfile asks for: yarn 1 does not repeat
/// it in the lockfile.
fn manifest_wants(at: &LockfileAt) -> anyhow::Result<Vec<Want>> {
    let path = at.path.with_file_name("package.json");
    let Some(text) = read_if_there(&path)? else {
        return Ok(Vec::new());
    };
    let manifest: Value = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is not readable", path.display()))?;
    let sections = ["dependencies", "devDependencies", "optionalDependencies"];
    let entries = sections
        .iter()
        .filter_map(|section| manifest[*section].as_object())
        .flatten();
    Ok(entries
        .filter_map(|(name, range)| want(name, range.as_str()?))
        .collect())
}

fn want(name: &str, spec: &str) -> Option<Want> {
    let (name, range) = match spec.strip_prefix("npm:") {
        Some(alias) => match alias.rfind('@').filter(|at| *at > 0) {
            Some(at) => (&alias[..at], &alias[at + 1..]),
            None => (alias, "*"),
        },
        None => (name, spec),
    };
    let package = PackageId::new(Ecosystem::Npm, name).ok()?;
    // Folders and addresses are not a registry's to update.
    let elsewhere = range.contains([':', '/']);
    (!elsewhere).then(|| (package, range.to_owned()))
}

fn asked(
    at: &LockfileAt,
    locked: &LockedPackage,
    wants: &[Want],
    also_unasked: bool,
) -> Option<Asked> {
    if !matches!(locked.origin, Origin::Registry { .. }) {
        return None;
    }
    let mut asked = wants
        .iter()
        .filter(|(package, _)| *package == locked.package)
        .peekable();
    asked.peek()?;
    let mut ranges: Vec<String> = asked
        // A tag is met by whatever it was moved to since.
        .filter(|(_, range)| version::satisfies(&locked.version, range).unwrap_or(true))
        .map(|(_, range)| range.clone())
        .collect();
    ranges.sort_unstable();
    ranges.dedup();
    (also_unasked || !ranges.is_empty()).then(|| Asked {
        package: locked.package.clone(),
        locked: locked.version.to_string(),
        ranges,
        file: at.name.clone(),
        line: locked.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_manifest_asks_for() {
        let cases = [
            (("a", "^1.0.0"), Some(("a", "^1.0.0"))),
            (("a", "npm:@b/c@~2"), Some(("@b/c", "~2"))),
            (("a", "npm:b"), Some(("b", "*"))),
            (("a", "file:../a"), None),
            (("a", "github:x/a"), None),
            (("a", "x/a#main"), None),
        ];
        for ((name, spec), expected) in cases {
            let want = want(name, spec);
            let want = want
                .as_ref()
                .map(|(package, range)| (package.name(), range.as_str()));
            assert_eq!(want, expected, "{name} {spec}");
        }
    }
}
