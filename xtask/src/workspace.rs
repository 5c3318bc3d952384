//! Places in and beside the workspace, and the environment.

use crate::process;
use anyhow::Context as _;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's folder.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// What cargo knows of the workspace's own packages.
pub(crate) fn metadata() -> anyhow::Result<serde_json::Value> {
    let mut command = Command::new(cargo());
    command.args(["metadata", "--no-deps", "--format-version=1"]);
    let printed = process::output(command.current_dir(root()))?;
    serde_json::from_str(&printed).context("`cargo metadata` printed no JSON")
}

/// Where cargo builds.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let metadata = metadata()?;
    let target = metadata["target_directory"].as_str();
    Ok(target.context("cargo names no target directory")?.into())
}

/// Where programs and packages that only the tests need are installed.
pub(crate) fn tools() -> PathBuf {
    root().join("target/test-tools")
}

/// The corpus: the folder in `TENURE_CORPUS`, else `../shared/corpus` beside
/// the workspace. The error says where it was looked for.
pub(crate) fn corpus() -> Result<PathBuf, PathBuf> {
    let folder =
        variable("TENURE_CORPUS").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    match folder.canonicalize() {
        Ok(found) if found.is_dir() => Ok(found),
        _ => Err(folder),
    }
}

/// A variable of the environment, unless it is empty.
#[expect(
    clippy::disallowed_methods,
    reason = "a task is configured by the environment; nothing of the product links this"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> OsString {
    variable("CARGO").unwrap_or_else(|| "cargo".into())
}
