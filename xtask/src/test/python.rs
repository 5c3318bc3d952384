//! Packages of Python that the tests need, in a folder of their own, and the
//! installers that they run.

use crate::{process, say};
use anyhow::{Context as _, bail};
use std::path::Path;
use std::process::Command;

/// Each pinned to one version, here and nowhere else.
const PACKAGES: [(&str, &str); 1] = [("packaging", "26.3")];

/// An installer, pinned to one version, here and nowhere else.
pub(crate) struct Client {
    /// Its folder below `clients/`, its package, and what is typed to run it.
    pub(crate) id: &'static str,
    version: &'static str,
}

/// All of them.
pub(crate) const CLIENTS: [Client; 3] = [
    Client::new("pip", "26.3"),
    Client::new("uv", "0.13.9"),
    Client::new("poetry", "2.5.1"),
];

impl Client {
    const fn new(id: &'static str, version: &'static str) -> Self {
        Self { id, version }
    }

    /// As people call it.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.id, self.version)
    }

    /// Installs it into a virtual environment of its own, unless that was done.
    fn install(&self, folder: &Path) -> anyhow::Result<()> {
        let wanted = format!("{}=={}", self.id, self.version);
        install_apart(folder, &[&wanted])?;
        let program = folder.join("bin").join(self.id);
        let printed = process::output(Command::new(&program).arg("--version"))?;
        if !printed.contains(self.version) {
            bail!(
                "{} is {}, not {}",
                program.display(),
                printed.trim(),
                self.version
            );
        }
        Ok(())
    }
}

/// Installs packages such as `pip==26.3` into a virtual environment of their
/// own, unless that was done.
pub(crate) fn install_apart(folder: &Path, packages: &[&str]) -> anyhow::Result<()> {
    let (proof, all) = (folder.join("installed"), packages.join(" "));
    if std::fs::read_to_string(&proof).is_ok_and(|installed| installed == all) {
        return Ok(());
    }
    say::line(&format!("installing {all} (pip)"));
    process::run(
        Command::new("python3")
            .args(["-m", "venv", "--clear", "--without-pip"])
            .arg(folder),
    )?;
    process::run(
        Command::new("python3")
            .args(["-m", "pip", "--python"])
            .arg(folder.join("bin/python"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(packages),
    )?;
    std::fs::write(&proof, all).with_context(|| format!("cannot write {}", proof.display()))
}

/// Installs the installers below `tools`.
pub(super) fn install_clients(tools: &Path) -> anyhow::Result<()> {
    let folder = tools.join("clients");
    CLIENTS
        .iter()
        .try_for_each(|client| client.install(&folder.join(client.id)))
}

/// Installs the packages below `tools`, unless they are there.
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
