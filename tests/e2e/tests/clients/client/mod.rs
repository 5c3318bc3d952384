//! The clients: how each is told which registry to use, how it is asked for
//! things, and where it says what it installed.

mod bun;
mod npm;
mod pnpm;
mod yarn_berry;
mod yarn_classic;

pub(crate) use bun::BUN;
pub(crate) use npm::{NPM_10, NPM_11};
pub(crate) use pnpm::{PNPM_10, PNPM_11, PNPM_12};
pub(crate) use yarn_berry::YARN_4;
pub(crate) use yarn_classic::YARN_1;

use serde_json::Value;
use std::path::Path;

/// A client, and how it is used.
pub(crate) struct Client {
    /// Its folder among the tools, and its name in the table.
    pub(crate) id: &'static str,
    /// What is typed to run it.
    pub(crate) program: &'static str,
    /// Settings of a project, by file, with `REGISTRY` for the address.
    pub(crate) settings: &'static [(&'static str, &'static str)],
    /// Adds a package to the project.
    pub(crate) add: &'static [&'static str],
    /// Installs exactly what is in the lockfile, or fails.
    pub(crate) frozen: &'static [&'static str],
    pub(crate) lockfile: &'static str,
    /// The version of a package that is installed in a project.
    pub(crate) installed: fn(&Path, &str) -> Option<String>,
    /// A line of its output as it is kept; `None` for one that differs from
    /// run to run or says nothing of packages.
    pub(crate) tidy: fn(&str) -> Option<String>,
    /// Whether it looks up what is in the lockfile again when something else
    /// is added, and takes nothing that is not offered any more.
    pub(crate) looks_again: bool,
    /// Whether it breaks its lines.
    pub(crate) wraps: bool,
}

/// What lies in `node_modules`.
fn in_node_modules(project: &Path, package: &str) -> Option<String> {
    let folder = project.join("node_modules").join(package);
    let manifest = std::fs::read(folder.join("package.json")).ok()?;
    let manifest: Value = serde_json::from_slice(&manifest).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}
