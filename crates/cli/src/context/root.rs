//! Which folder is the project's.

use super::{BASELINE_FILE, PROJECT_FILE, parsed};
use anyhow::bail;
use std::path::{Path, PathBuf};

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

/// The way from the repository's folder to the project's, with a slash at its
/// end: empty where they are the same, or where there is no repository.
pub(crate) fn within_repository(root: &Path) -> String {
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let Some(way) = repository.and_then(|folder| root.strip_prefix(folder).ok()) else {
        return String::new();
    };
    way.components().fold(String::new(), |mut text, part| {
        text.push_str(&part.as_os_str().to_string_lossy());
        text.push('/');
        text
    })
}

/// Whether a folder has anything that makes it a project.
pub(crate) fn is_project(folder: &Path) -> bool {
    [PROJECT_FILE, BASELINE_FILE, ".git"]
        .into_iter()
        .chain(parsed::names())
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
        assert_eq!(within_repository(&deep), "");
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        assert_eq!(within_repository(&deep), "a/b/c/");
        assert_eq!(within_repository(folder.path()), "");
    }
}
