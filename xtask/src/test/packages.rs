//! Packages from npm in folders of their own below `target/`.

use crate::{process, say};
use anyhow::Context as _;
use std::path::Path;
use std::process::Command;

/// Names of packages, each with one version.
type Pinned<'a> = &'a [(&'a str, &'a str)];

/// Installs exactly these packages into `folder`, unless they are there. There
/// is no lock file: npm checks what it gets against the registry's own
/// digests. `options` are npm's.
pub(crate) fn install(folder: &Path, packages: Pinned, options: &[&str]) -> anyhow::Result<()> {
    install_with(folder, packages, &[], options)
}

/// As [`install`], with other versions of what the packages depend on than
/// they ask for.
pub(crate) fn install_with(
    folder: &Path,
    packages: Pinned,
    overrides: Pinned,
    options: &[&str],
) -> anyhow::Result<()> {
    let is_there =
        |(name, version): &(&str, &str)| installed(folder, name).as_deref() == Some(*version);
    if packages.iter().all(is_there) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    write_manifest(folder, packages, overrides)?;
    for (name, version) in packages {
        say::line(&format!("installing {name}@{version} (npm)"));
    }
    process::run(
        Command::new("npm")
            .args(["install", "--no-package-lock", "--no-audit", "--no-fund"])
            .args(["--loglevel=error", "--prefix"])
            .arg(folder)
            .args(options)
            .current_dir(folder),
    )
}

/// All packages stand in one manifest, or npm would remove the others as it
/// installs one.
fn write_manifest(folder: &Path, packages: Pinned, overrides: Pinned) -> anyhow::Result<()> {
    let object = |pinned: Pinned| -> serde_json::Map<String, serde_json::Value> {
        let versions = pinned.iter();
        versions
            .map(|(name, version)| ((*name).to_owned(), (*version).into()))
            .collect()
    };
    let manifest = serde_json::json!({
        "private": true,
        "dependencies": object(packages),
        "overrides": object(overrides),
    });
    let file = folder.join("package.json");
    std::fs::write(&file, format!("{manifest:#}\n"))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The version of an installed package.
pub(crate) fn installed(folder: &Path, package: &str) -> Option<String> {
    let manifest = folder
        .join("node_modules")
        .join(package)
        .join("package.json");
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(manifest).ok()?).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}
