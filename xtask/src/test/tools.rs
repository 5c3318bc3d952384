//! Packages that the tests need, and the environment of the tests.

use super::{clients, packages, python};
use crate::{process, workspace};
use anyhow::Context as _;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// npm's packages, each pinned to one version, here and nowhere else.
const PACKAGES: [(&str, &str); 1] = [("semver", "7.8.6")];

/// NuGet's client, as an npm package.
pub(crate) const NUGET: [(&str, &str); 1] = [("nuget-exe", "5.8.0")];

/// The oldest Node.js that will do; an older one is passed over for
/// [`NEWER_NODE`].
const OLDEST_NODE: u32 = 20;

/// Node.js and npm as npm packages, for Debian releases whose own are too old.
const NEWER_NODE: [(&str, &str); 2] = [("node", "22.23.3"), ("npm", "11.21.2")];

/// Installs the packages and the clients.
pub(super) fn install() -> anyhow::Result<()> {
    let mut wanted = PACKAGES.to_vec();
    if node_is_too_old() {
        wanted.extend(NEWER_NODE);
    }
    let folder = workspace::tools();
    packages::install(&folder, &wanted, &[])?;
    packages::install(&folder.join("nuget"), &NUGET, &[])?;
    python::install(&folder)?;
    python::install_clients(&folder)?;
    clients::install(&folder, &path(&folder)?)
}

fn node_is_too_old() -> bool {
    process::answer("node", &["--version"])
        .as_deref()
        .and_then(major)
        .is_none_or(|major| major < OLDEST_NODE)
}

/// The major version in `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The variables that tests are run with.
#[derive(Debug)]
pub(crate) struct Environment(Vec<(&'static str, OsString)>);

impl Environment {
    /// Gives the variables to a command.
    pub(crate) fn give<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.envs(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The environment of the tests: nobody's own npm settings, and where to find
/// what was installed for them.
pub(super) fn environment() -> anyhow::Result<Environment> {
    let folder = workspace::tools();
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let settings = folder.join("empty-npmrc");
    std::fs::write(&settings, "")
        .with_context(|| format!("cannot write {}", settings.display()))?;
    let mut variables = vec![("PATH", path(&folder)?)];
    // Asked before the settings are taken away: the machine's npm may have
    // been told to use another registry.
    if let Some(registry) = process::answer("npm", &["config", "get", "registry"]) {
        variables.push(("TENURE_TEST_REGISTRY", registry.into()));
    }
    if let Ok(corpus) = workspace::corpus() {
        variables.push(("TENURE_CORPUS", corpus.into()));
    }
    variables.push(("npm_config_userconfig", settings.into()));
    variables.push(("TENURE_TEST_TOOLS", folder.into()));
    Ok(Environment(variables))
}

/// The path, with the newer Node.js and npm first if they were needed.
fn path(folder: &Path) -> anyhow::Result<OsString> {
    let own = workspace::variable("PATH").unwrap_or_default();
    let newer = Some(folder.join("node_modules/.bin"));
    let newer = newer.filter(|folder| folder.is_dir() && node_is_too_old());
    let all = newer.into_iter().chain(std::env::split_paths(&own));
    std::env::join_paths(all).context("the PATH cannot be extended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nightly"), None);
    }
}
