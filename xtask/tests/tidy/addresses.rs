//! No public registry's address and no path of somebody's machine stands in
//! the repository: Tenure asks the registry that its user configured.

use crate::tracked::{assert_none, files, root};

/// Beginnings and ends of what is looked for; put together at run time, so that
/// this file does not contain it.
const HOSTS: [(&str, &str); 15] = [
    ("registry.np", "m"),
    ("registry.yarn", "pkg"),
    ("npm", "js.com"),
    ("npm", "js.org"),
    ("api.np", "m"),
    ("index.cra", "tes."),
    ("static.cra", "tes."),
    ("//cra", "tes.io"),
    ("pypi", ".org"),
    ("python", "hosted."),
    ("deb.deb", "ian"),
    ("security.deb", "ian"),
    ("snapshot.deb", "ian"),
    ("api.nu", "get."),
    ("rubygems", ".org"),
];

/// Folders that only a machine at hand has.
const FOLDERS: [(&str, &str); 4] = [
    ("/wo", "rk/"),
    ("/fa", "rm/"),
    ("/ro", "ot/"),
    ("/tmp/", "wt-"),
];

#[test]
fn no_registry_is_named() {
    let hosts: Vec<String> = HOSTS.iter().map(|(a, b)| [*a, *b].concat()).collect();
    let named = |line: &str| {
        let line = line.to_lowercase();
        hosts.iter().find(|host| line.contains(*host)).cloned()
    };
    let wrong: Vec<String> = files()
        .iter()
        .flat_map(|file| file.wrong_lines(named))
        .collect();
    assert_none(
        &wrong,
        "write `registry.example` instead of a registry's host",
    );
}

#[test]
fn no_path_of_a_machine_is_named() {
    let mut folders: Vec<String> = FOLDERS.iter().map(|(a, b)| [*a, *b].concat()).collect();
    folders.push(root().display().to_string());
    let named = |line: &str| {
        let found = folders.iter().find(|folder| begins_a_path(line, folder));
        found.cloned()
    };
    let wrong: Vec<String> = files()
        .iter()
        .flat_map(|file| file.wrong_lines(named))
        .collect();
    assert_none(&wrong, "write no path that only one machine has");
}

/// Whether `folder` stands in `line` as the beginning of a path, not within
/// one such as `../folder/`.
fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && !"._-})".contains(before))
    })
}

#[test]
fn tells_a_path_from_a_part_of_one() {
    assert!(begins_a_path("see \"/folder/x\"", "/folder/"));
    assert!(!begins_a_path("see ../folder/x and a/folder/y", "/folder/"));
}
