//! The servers and the load generator, installed where they are missing.

use crate::test::machine::{self, Program};
use crate::test::packages;
use crate::{process, say, workspace};
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAMS: [Program; 4] = [
    Program {
        name: "wrk",
        packages: &["wrk"],
    },
    Program {
        name: "curl",
        packages: &["curl", "ca-certificates"],
    },
    Program {
        name: "node",
        packages: &["nodejs"],
    },
    Program {
        name: "npm",
        packages: &["npm"],
    },
];

/// Verdaccio and the Node.js that it needs. What it asks for as
/// `node-fetch@cjs` is a tag, and not every registry's mirror keeps tags.
const VERDACCIO: [(&str, &str); 2] = [("verdaccio", VERDACCIO_VERSION), ("node", "22.23.3")];
/// The version of Verdaccio that is compared with.
pub(crate) const VERDACCIO_VERSION: &str = "6.10.4";
const VERDACCIO_OVERRIDES: [(&str, &str); 1] = [("node-fetch", "2.6.7")];

const NORA: &str = "1.4.3";

/// Where what is measured and compared with is installed.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("target/tools")
}

/// Installs what all measurements need.
pub(crate) fn install() -> anyhow::Result<()> {
    machine::install_missing(&PROGRAMS)
}

/// Debian's nginx. It is unpacked, not installed: that would start it as a
/// service.
pub(crate) fn nginx() -> anyhow::Result<PathBuf> {
    let unpacked = folder().join("nginx");
    let places = [
        process::find("nginx"),
        // Not on everybody's path.
        Some("/usr/sbin/nginx".into()),
        Some(unpacked.join("usr/sbin/nginx")),
    ];
    if let Some(found) = places.into_iter().flatten().find(|path| path.is_file()) {
        return Ok(found);
    }
    say::line("unpacking nginx-light (Debian)");
    crate::running::empty(&unpacked)?;
    let mut download = Command::new("apt-get");
    download.args(["-qq", "download", "nginx-light"]);
    process::run(download.current_dir(&unpacked))?;
    let package = std::fs::read_dir(&unpacked)?.next();
    let package = package.context("apt-get downloaded nothing")??.path();
    let mut extract = Command::new("dpkg-deb");
    process::run(extract.arg("--extract").arg(package).arg(&unpacked))?;
    Ok(unpacked.join("usr/sbin/nginx"))
}

/// A program of an npm package, and the Node.js to run it with.
#[derive(Debug)]
pub(crate) struct NodeProgram {
    pub(crate) node: PathBuf,
    pub(crate) program: PathBuf,
}

/// Verdaccio.
pub(crate) fn verdaccio() -> anyhow::Result<NodeProgram> {
    let folder = folder().join("verdaccio");
    packages::install_with(&folder, &VERDACCIO, &VERDACCIO_OVERRIDES, &[])?;
    Ok(NodeProgram {
        node: node(&folder)?,
        program: folder.join("node_modules/verdaccio/bin/verdaccio"),
    })
}

/// The Node.js that is installed in `folder`.
pub(crate) fn node(folder: &Path) -> anyhow::Result<PathBuf> {
    let node = folder.join("node_modules/node/bin/node");
    if process::answer(&node, &["--version"]).is_none() {
        bail!(
            "{} does not run: npm has not run the scripts of the package `node`",
            node.display()
        );
    }
    Ok(node)
}

/// NORA, built here, which takes long.
pub(crate) fn nora() -> anyhow::Result<(PathBuf, &'static str)> {
    let root = folder().join("nora");
    let program = root.join("bin/nora");
    if process::answer(&program, &["--version"]).is_none() {
        say::line("building nora-registry; this takes a quarter of an hour and more");
        let mut install = Command::new(workspace::cargo());
        install.args(["install", "nora-registry", "--version", NORA]);
        install.arg("--root").arg(&root);
        install.env("CARGO_TARGET_DIR", root.join("build"));
        // Not in this workspace, whose settings are not NORA's.
        process::run(install.current_dir(std::env::temp_dir()))?;
    }
    Ok((program, NORA))
}

/// What starts it on a loopback port with its files in `place`, not limiting
/// the rate of requests.
pub(crate) fn nora_server(place: &Path, port: u16) -> anyhow::Result<(Command, &'static str)> {
    let (program, version) = nora()?;
    let mut command = Command::new(program);
    command.arg("serve").current_dir(place);
    command.env("NORA_HOST", "127.0.0.1");
    command.env("NORA_PORT", port.to_string());
    command.env("NORA_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
    command.env("NORA_STORAGE_MODE", "local");
    command.env("NORA_STORAGE_PATH", place.join("storage"));
    command.env("NORA_AUTH_ENABLED", "false");
    command.env("NORA_RATE_LIMIT_ENABLED", "false");
    command.env("RUST_LOG", "error");
    Ok((command, version))
}

/// This project's program, built as people build it.
pub(crate) fn tenure() -> anyhow::Result<PathBuf> {
    let mut build = Command::new(workspace::cargo());
    build.args(["build", "--release", "--bin=tenure"]);
    process::run(build.current_dir(workspace::root()))?;
    Ok(workspace::target()?.join("release/tenure"))
}
