//! What was locked at a git revision.

use crate::context::{Git, Lockfile, LockfileAt, Process, Project, read_lockfile};
use crate::output::aside;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use tenure_domain::PackageId;
use tenure_ecosystem::lockfile::{LockedPackage, Origin};

/// For each lockfile, by its name, what it had locked.
pub(super) type Before = HashMap<String, HashSet<Locked>>;

/// A locked release. Taking the same version from elsewhere is a change, too.
pub(super) type Locked = (PackageId, Box<str>, Option<Box<str>>);

/// The key of a locked package.
pub(super) fn key(locked: &LockedPackage) -> Locked {
    let elsewhere = match &locked.origin {
        Origin::Registry { .. } => None,
        Origin::Elsewhere(place) => Some(place.clone()),
    };
    (locked.package.clone(), locked.version.clone(), elsewhere)
}

/// What the lockfiles had locked at `revision`. A file that was not there had
/// locked nothing.
pub(super) fn locked_at(
    revision: &str,
    lockfiles: &[LockfileAt],
    project: &Project,
    process: &Process,
) -> anyhow::Result<Before> {
    let commit = Git::new(&process.env, &project.root)?.commit(revision)?;
    let mut before = Before::new();
    for at in lockfiles {
        let old = old_lockfile(at, &commit, revision, process)?;
        let locked = old.iter().flat_map(|old| &old.packages).map(key);
        before.insert(at.name.clone(), locked.collect());
    }
    Ok(before)
}

fn old_lockfile(
    at: &LockfileAt,
    commit: &str,
    revision: &str,
    process: &Process,
) -> anyhow::Result<Option<Lockfile>> {
    let folder = at.path.parent().unwrap_or(Path::new("."));
    let file = at.path.file_name().unwrap_or_default().to_string_lossy();
    let Some(bytes) = Git::new(&process.env, folder)?.show(commit, &file)? else {
        return Ok(None);
    };
    match read_lockfile(&at.name, &bytes) {
        Ok(lockfile) => Ok(Some(lockfile)),
        Err(error) => {
            aside(&format!(
                "warning: as of {revision}, {error:#}; all of {} counts as new",
                at.name
            ));
            Ok(None)
        }
    }
}
