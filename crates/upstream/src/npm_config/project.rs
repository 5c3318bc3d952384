//! Which folder npm takes for the project, and so whose `.npmrc` counts.

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Manifest {
    workspaces: Option<IgnoredAny>,
}

/// The root of the project that `start` lies in: the nearest folder with a
/// `package.json`, or the workspace root above it; never above the folder that
/// has `.git`. Without any, `start` itself.
pub(super) fn root(start: &Path) -> PathBuf {
    let mut nearest = None;
    for folder in start.ancestors() {
        if folder.join("package.json").is_file() {
            if nearest.is_some() && is_workspace_root(folder) {
                return folder.to_owned();
            }
            nearest.get_or_insert(folder);
        }
        if folder.join(".git").exists() {
            nearest.get_or_insert(folder);
            break;
        }
    }
    nearest.unwrap_or(start).to_owned()
}

fn is_workspace_root(folder: &Path) -> bool {
    if folder.join("pnpm-workspace.yaml").is_file() {
        return true;
    }
    std::fs::read(folder.join("package.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok())
        .is_some_and(|manifest| manifest.workspaces.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenure_testkit::folder_with;

    #[test]
    fn finds_the_nearest_manifest() {
        let folder = folder_with(&[
            ("package.json", "{}"),
            ("a/package.json", "{}"),
            ("a/b/c/x", ""),
        ]);
        assert_eq!(root(&folder.path().join("a/b/c")), folder.path().join("a"));
    }

    #[test]
    fn a_workspace_member_belongs_to_the_root_above_it() {
        let folder = folder_with(&[
            ("package.json", r#"{"workspaces":["a"]}"#),
            ("a/package.json", "{}"),
        ]);
        assert_eq!(root(&folder.path().join("a")), folder.path());
    }

    #[test]
    fn never_leaves_the_repository() {
        let folder = folder_with(&[
            ("package.json", r#"{"workspaces":["a"]}"#),
            ("a/.git/HEAD", ""),
            ("a/b/x", ""),
        ]);
        assert_eq!(root(&folder.path().join("a/b")), folder.path().join("a"));
    }
}
