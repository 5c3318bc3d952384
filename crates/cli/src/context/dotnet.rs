//! .NET projects say in several files what they need: one says that a package is
//! needed, another one above it which version, and a lockfile beside it what that
//! comes to. What a file says that another one says better is left out.

use super::LockfileAt;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tenure_domain::PackageId;
use tenure_ecosystem::nuget::lockfile::Format;

/// The file that has the versions for all projects below it.
const CENTRAL: &str = "directory.packages.props";

/// Leaves out what is said twice: what a project asks for that has a lockfile
/// beside it, what a file above projects asks for if all of these have one, and
/// that a version is missing where a file above has it.
pub(super) fn settle(found: &mut Vec<LockfileAt>) {
    let formats: Vec<Option<Format>> = found.iter().map(|at| Format::of(&at.name)).collect();
    let folders = |wanted: Format| -> HashSet<PathBuf> {
        let all = found.iter().zip(&formats);
        let all = all.filter(|(_, format)| **format == Some(wanted));
        all.map(|(at, _)| folder(&at.path).to_owned()).collect()
    };
    let locks = folders(Format::Lock);
    let projects: Vec<PathBuf> = found
        .iter()
        .zip(&formats)
        .filter(|(at, format)| **format == Some(Format::Project) && !is_shared(&at.path))
        .map(|(at, _)| folder(&at.path).to_owned())
        .collect();
    let is_locked = |at: &LockfileAt| {
        let here = folder(&at.path);
        if !is_shared(&at.path) {
            return locks.contains(here);
        }
        let mut below = projects
            .iter()
            .filter(|project| project.starts_with(here))
            .peekable();
        below.peek().is_some() && below.all(|project| locks.contains(project))
    };
    let central: Vec<(PathBuf, HashSet<PackageId>)> = found
        .iter()
        .filter(|at| is_named(&at.path, CENTRAL))
        .map(|at| (folder(&at.path).to_owned(), named(at)))
        .collect();
    let locked: Vec<bool> = found
        .iter()
        .zip(&formats)
        .map(|(at, format)| *format == Some(Format::Project) && is_locked(at))
        .collect();
    let mut locked = locked.into_iter();
    found.retain(|_| !locked.next().unwrap_or_default());
    for at in found {
        let here = folder(&at.path).to_owned();
        // The nearest one counts alone.
        let mut above = here.ancestors();
        let above = above.find_map(|above| central.iter().find(|(folder, _)| folder == above));
        if let Some((_, versions)) = above {
            let unversioned = &mut at.lockfile.unversioned;
            unversioned.retain(|(_, package)| !versions.contains(package));
        }
    }
}

/// What a file names, with a version or with a range.
fn named(at: &LockfileAt) -> HashSet<PackageId> {
    let packages = at
        .lockfile
        .packages
        .iter()
        .map(|locked| locked.package.clone());
    packages
        .chain(at.lockfile.floating.iter().cloned())
        .collect()
}

fn is_shared(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.to_ascii_lowercase().starts_with("directory.")
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name()
        .is_some_and(|found| found.eq_ignore_ascii_case(name))
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use crate::context::find;
    use tenure_testkit::folder_with;

    /// What is locked and what is open in a tree of files.
    fn told(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let folder = folder_with(files);
        let found = find(folder.path(), folder.path(), &[]).unwrap();
        let mut locked = Vec::new();
        let mut open = Vec::new();
        for at in &found {
            for one in &at.lockfile.packages {
                let (id, version) = (one.package.name(), &one.version);
                locked.push(format!("{}:{} {id} {version}", at.name, one.line));
            }
            for (line, text) in &at.lockfile.open {
                open.push(format!("{}:{line} {text}", at.name));
            }
        }
        (locked, open)
    }

    const PROPS: &str = "<Project><ItemGroup>\n<PackageVersion Include='River' Version='2.0.0' />\n<PackageVersion Include='Lake' Version='1.*' />\n</ItemGroup></Project>";
    const PROJECT: &str = "<Project><ItemGroup>\n<PackageReference Include='River' />\n<PackageReference Include='Lake' />\n<PackageReference Include='Pond' />\n</ItemGroup></Project>";
    const LOCK: &str = r#"{"version": 1, "dependencies": {"net8.0": {
"River": {"type": "Direct", "requested": "[2.0.0, )", "resolved": "2.0.0"}}}}"#;

    #[test]
    fn versions_of_a_file_above_are_told_there() {
        let (locked, open) = told(&[
            ("Directory.Packages.props", PROPS),
            ("src/App.csproj", PROJECT),
        ]);
        assert_eq!(locked, ["Directory.Packages.props:2 river 2.0.0"]);
        assert_eq!(
            open,
            [
                "Directory.Packages.props:3 `lake` is not pinned (1.*)",
                "src/App.csproj:4 `pond` is not pinned (no version here)",
            ]
        );
    }

    #[test]
    fn a_lockfile_beside_a_project_says_it_all() {
        let all = [
            ("Directory.Packages.props", PROPS),
            ("src/App.csproj", PROJECT),
            ("src/packages.lock.json", LOCK),
        ];
        let (locked, open) = told(&all);
        assert_eq!(locked, ["src/packages.lock.json:2 river 2.0.0"]);
        assert_eq!(open, [""; 0]);
        // Another project has none.
        let (locked, open) = told(&[&all[..], &[("other/B.fsproj", PROJECT)]].concat());
        assert_eq!(locked.len(), 2);
        assert_eq!(open.len(), 2);
    }

    #[test]
    fn what_a_project_asks_for_itself_is_locked_where_it_begins() {
        let project = "<Project><ItemGroup>\n<PackageReference Include='River' Version='2.0' />\n<PackageReference Include='Lake' Version='(1.0,2.0)' />\n<PackageReference Include='Sea' Version='$(V)' />\n</ItemGroup></Project>";
        let (locked, open) = told(&[("App.csproj", project)]);
        assert_eq!(locked, ["App.csproj:2 river 2.0.0"]);
        assert_eq!(
            open,
            [
                "App.csproj:3 `lake` is not pinned ((1.0,2.0))",
                "App.csproj:4 `sea` is not pinned ($(V))",
            ]
        );
    }
}
