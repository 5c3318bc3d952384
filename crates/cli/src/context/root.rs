//! Which folder is the project's.

use super::{BASELINE_FILE, PROJECT_FILE};
use anyhow::bail;
use std::path::{Path, PathBuf};
use tenure_ecosystem::npm::lockfile;

/// The named folder, or the nearest one above `current` that looks like a
/// project; `current` itself if none does.
pub(super) fn find(named: Option<&Path>, current: &Path) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        let root = current.join(named);
        if !root.is_dir() {
            bail!(
                "`{}` is not a folder; `--project` names one",
                named.display()
            );
        }
        return Ok(root);
    }
    let found = current.ancestors().find(|folder| is_project(folder));
    Ok(found.unwrap_or(current).to_owned())
}

/// Whether a folder has anything that makes it a project.
pub(super) fn is_project(folder: &Path) -> bool {
    [PROJECT_FILE, BASELINE_FILE, ".git"]
        .iter()
        .chain(&lockfile::FILE_NAMES)
        .any(|name| folder.join(name).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_with_a_mark_is_the_project() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(folder.path().join("a/tenure.lock"), "").unwrap();
        assert_eq!(find(None, &deep).unwrap(), folder.path().join("a"));
        assert_eq!(find(Some(Path::new("..")), &deep).unwrap(), deep.join(".."));
        assert!(find(Some(Path::new("no")), &deep).is_err());
    }
}
