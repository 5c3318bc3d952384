//! Packages of Python that the tests need, in a folder of their own.

use crate::{process, say};
use anyhow::Context as _;
use std::path::Path;
use std::process::Command;

/// Each pinned to one version, here and nowhere else.
const PACKAGES: [(&str, &str); 1] = [("packaging", "26.3")];

/// Installs them below `tools`, unless they are there.
pub(super) fn install(tools: &Path) -> anyhow::Result<()> {
    let folder = tools.join("python");
    let info = |(name, version): &(&str, &str)| folder.join(format!("{name}-{version}.dist-info"));
    if PACKAGES.iter().all(|package| info(package).is_dir()) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    let wanted = PACKAGES.map(|(name, version)| format!("{name}=={version}"));
    say::line(&format!("installing {} (pip)", wanted.join(", ")));
    process::run(
        Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
            .arg(&folder)
            .args(wanted)
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    )
}
