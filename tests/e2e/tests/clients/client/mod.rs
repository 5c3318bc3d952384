//! The clients: how each is told which registry to use, how it is asked for
//! things, and where it says what it installed.

mod bun;
mod cargo;
mod npm;
mod nuget;
mod pnpm;
mod python;
mod yarn_berry;
mod yarn_classic;

pub(crate) use bun::BUN;
pub(crate) use cargo::CARGO;
pub(crate) use npm::{NPM_10, NPM_11};
pub(crate) use nuget::NUGET;
pub(crate) use pnpm::{PNPM_10, PNPM_11, PNPM_12};
pub(crate) use python::{PIP, POETRY, UV};
pub(crate) use yarn_berry::YARN_4;
pub(crate) use yarn_classic::YARN_1;

use serde_json::Value;
use std::path::{Path, PathBuf};

/// What clients of the same packages have in common.
pub(crate) struct Ecosystem {
    /// In the server's addresses.
    pub(crate) name: &'static str,
    /// A project that needs nothing yet, by file. The first file is the one
    /// that says what it needs, where there is one.
    pub(crate) project: &'static [(&'static str, &'static str)],
    /// Where a client is installed.
    pub(crate) program: fn(&Client, &Path) -> PathBuf,
    /// What runs the client, if it does not run by itself.
    pub(crate) run_by: Option<&'static str>,
    /// What is run in a new project, by the Python of the client.
    pub(crate) prepared_by: Option<&'static [&'static str]>,
    /// Variables, with `PROJECT` for the project's folder.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// How people write a range that held releases would satisfy, with what they
    /// have to say beside it.
    pub(crate) range: &'static str,
    /// How they write exactly the held release.
    pub(crate) exact: &'static str,
    /// Whether a release that is held is taken by those who ask for exactly it.
    pub(crate) takes_exact: bool,
}

/// Those of npm's registry.
const NPM: Ecosystem = Ecosystem {
    name: "npm",
    project: &[(
        "package.json",
        "{\n  \"name\": \"project\",\n  \"private\": true,\n  \"version\": \"1.0.0\"\n}\n",
    )],
    program: |client, tools| {
        let folder = tools.join("clients").join(client.id);
        folder.join("node_modules/.bin").join(client.program)
    },
    run_by: None,
    prepared_by: None,
    variables: &[],
    range: "river@^2",
    exact: "river@2.1.0",
    takes_exact: false,
};

/// A client, and how it is used.
pub(crate) struct Client {
    pub(crate) ecosystem: Ecosystem,
    /// Its folder among the tools, and its name in the table.
    pub(crate) id: &'static str,
    /// What is typed to run it.
    pub(crate) program: &'static str,
    /// Settings of a project, by file, with `REGISTRY` for the address.
    pub(crate) settings: &'static [(&'static str, &'static str)],
    /// Adds a package to the project.
    pub(crate) add: &'static [&'static str],
    /// Installs what was added, if adding does not.
    pub(crate) then: Option<&'static [&'static str]>,
    /// Installs exactly what is in the lockfile, or fails.
    pub(crate) frozen: &'static [&'static str],
    pub(crate) lockfile: &'static str,
    /// Prints the lockfile, if nothing else writes it.
    pub(crate) freeze: Option<&'static [&'static str]>,
    /// The lockfile, where people write it.
    pub(crate) written: Option<&'static str>,
    /// Adds a package to what is in the lockfile, if that is another command.
    pub(crate) add_to_locked: Option<&'static [&'static str]>,
    /// Installs what is in the lockfile beside what was added, if adding does not.
    pub(crate) then_locked: Option<&'static [&'static str]>,
    /// What it wants to be run once where a lockfile was made with another
    /// registry.
    pub(crate) once_moved: Option<&'static [&'static str]>,
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
