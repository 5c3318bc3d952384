//! The clients of npm's registry that the tests run, each from npm and in a
//! folder of its own: two versions of one program cannot lie side by side.

use super::packages;
use crate::process;
use anyhow::{Context as _, bail};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// A client, pinned to one version, here and nowhere else.
pub(crate) struct Client {
    /// Its folder below `clients/`, and its name in the tests.
    pub(crate) id: &'static str,
    package: &'static str,
    version: &'static str,
    /// What is typed to run it.
    pub(crate) program: &'static str,
    /// A script of the package that puts this machine's program in place. It
    /// is run here and not by npm, whose newer versions ask before they run any.
    links: Option<&'static str>,
    /// The Node.js that it cannot do without, where the machine's may be older.
    node: Option<&'static str>,
}

/// All of them.
pub(crate) const CLIENTS: [Client; 8] = [
    Client::new("npm-10", "npm", "10.9.9", "npm"),
    Client::new("npm-11", "npm", "11.21.2", "npm"),
    Client::new("pnpm-10", "pnpm", "10.34.9", "pnpm"),
    Client::new("pnpm-11", "pnpm", "11.28.11", "pnpm").with_node("22.23.3"),
    Client::new("pnpm-12", "pnpm", "12.21.0", "pnpm").linked_by("install.js"),
    Client::new("yarn-1", "yarn", "1.22.22", "yarn"),
    Client::new("yarn-4", "@yarnpkg/cli-dist", "4.18.1", "yarn"),
    Client::new("bun", "bun", "1.4.5", "bun").linked_by("install.js"),
];

impl Client {
    const fn new(
        id: &'static str,
        package: &'static str,
        version: &'static str,
        program: &'static str,
    ) -> Self {
        Self {
            id,
            package,
            version,
            program,
            links: None,
            node: None,
        }
    }

    const fn linked_by(mut self, script: &'static str) -> Self {
        self.links = Some(script);
        self
    }

    const fn with_node(mut self, version: &'static str) -> Self {
        self.node = Some(version);
        self
    }

    /// As people call it.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.program, self.version)
    }

    /// Installs it, unless that was done.
    fn install(&self, folder: &Path, path: &OsStr) -> anyhow::Result<()> {
        let proof = folder.join("runs");
        if std::fs::read_to_string(&proof).is_ok_and(|version| version == self.version) {
            return Ok(());
        }
        let node = node_package();
        let mut packages = vec![(self.package, self.version)];
        packages.extend(self.node.map(|version| (node.as_str(), version)));
        packages::install(folder, &packages, &["--ignore-scripts"])?;
        let modules = folder.join("node_modules");
        if let Some(script) = self.links {
            let package = modules.join(self.package);
            let mut node = Command::new("node");
            process::run(node.arg(script).current_dir(package).env("PATH", path))?;
        }
        let own = modules.join(".bin");
        let program = own.join(self.program);
        let path = std::iter::once(own).chain(std::env::split_paths(path));
        let path = std::env::join_paths(path).context("the PATH cannot be extended")?;
        let mut asked = Command::new(&program);
        asked.arg("--version").current_dir(folder).env("PATH", path);
        let printed = process::output(&mut asked)?;
        if printed.trim() != self.version {
            bail!(
                "{} is {}, not {}",
                program.display(),
                printed.trim(),
                self.version
            );
        }
        std::fs::write(&proof, self.version)
            .with_context(|| format!("cannot write {}", proof.display()))
    }
}

/// The package with this machine's Node.js in it.
fn node_package() -> String {
    use std::env::consts::{ARCH, OS};
    let arch = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("node-{OS}-{arch}")
}

/// Installs all of them below `tools`. `path` leads to a Node.js that is new
/// enough for them.
pub(crate) fn install(tools: &Path, path: &OsStr) -> anyhow::Result<()> {
    let folder = tools.join("clients");
    CLIENTS
        .iter()
        .try_for_each(|client| client.install(&folder.join(client.id), path))
}
