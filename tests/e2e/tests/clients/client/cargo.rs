use super::{Client, Ecosystem};
use std::path::{Path, PathBuf};

pub(crate) const CARGO: Client = Client {
    ecosystem: Ecosystem {
        name: "cargo",
        project: &[
            (
                "Cargo.toml",
                "[package]\nname = \"project\"\nversion = \"1.0.0\"\nedition = \"2024\"\n",
            ),
            ("src/lib.rs", ""),
        ],
        // The one that builds these tests.
        program: |_, _| PathBuf::from(env!("CARGO")),
        run_by: None,
        prepared_by: None,
        variables: &[],
        range: "river@^2",
        exact: "river@2.1.0",
        takes_exact: false,
    },
    id: "cargo",
    program: "cargo",
    settings: &[(
        ".cargo/config.toml",
        "[source.crates-io]\nreplace-with = \"tenure\"\n\n\
         [registries.tenure]\nindex = \"sparse+REGISTRY\"\n",
    )],
    add: &["add"],
    then: Some(&["fetch"]),
    frozen: &["fetch", "--locked"],
    lockfile: "Cargo.lock",
    freeze: None,
    written: None,
    add_to_locked: None,
    then_locked: None,
    once_moved: None,
    installed,
    tidy,
    looks_again: false,
    wraps: false,
};

/// What is unpacked below the home folder, beside the project.
fn installed(project: &Path, package: &str) -> Option<String> {
    let sources = project.parent()?.join(".cargo/registry/src");
    let registries = std::fs::read_dir(sources).ok()?.flatten();
    let crates = registries.filter_map(|registry| std::fs::read_dir(registry.path()).ok());
    let names = crates
        .flatten()
        .flatten()
        .filter_map(|one| one.file_name().into_string().ok());
    let mut versions = names.filter_map(|name| {
        let version = name.strip_prefix(package)?.strip_prefix('-')?;
        Some(version.to_owned())
    });
    versions.next()
}

fn tidy(line: &str) -> Option<String> {
    // `Downloaded 1 crate (1.2KiB) in 0.05s`, and how it goes until then.
    let noise = ["Updating ", "Downloading ", "Downloaded "];
    let words = line.trim_start();
    (!noise.iter().any(|begin| words.starts_with(begin))).then(|| line.to_owned())
}
