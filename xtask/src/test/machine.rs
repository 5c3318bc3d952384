//! Programs from the machine's own package manager.

use crate::{process, say};
use anyhow::bail;
use std::process::Command;

/// A program and the Debian packages that bring it.
pub(crate) struct Program {
    /// What is typed to run it.
    pub(crate) name: &'static str,
    /// The packages.
    pub(crate) packages: &'static [&'static str],
}

const PROGRAMS: [Program; 4] = [
    Program {
        name: "cc",
        packages: &["gcc", "libc6-dev"],
    },
    Program {
        name: "git",
        packages: &["git", "ca-certificates"],
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

/// Installs what the tests need and is missing.
pub(super) fn install() -> anyhow::Result<()> {
    install_missing(&PROGRAMS)
}

/// Installs what is missing of these, and only that.
pub(crate) fn install_missing(programs: &[Program]) -> anyhow::Result<()> {
    let missing: Vec<&Program> = programs
        .iter()
        .filter(|program| process::find(program.name).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|program| program.name).collect();
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|program| program.packages)
        .copied()
        .collect();
    if process::find("apt-get").is_none() {
        bail!("install {}, then run this again", names.join(", "));
    }
    say::line(&format!("installing {} (Debian)", packages.join(", ")));
    process::run(apt_get()?.arg("update"))?;
    process::run(
        apt_get()?
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

/// `apt-get` that asks no questions, as root.
fn apt_get() -> anyhow::Result<Command> {
    let is_root = process::answer("id", &["-u"]).as_deref() == Some("0");
    let mut command = if is_root {
        Command::new("env")
    } else if process::find("sudo").is_some() {
        let mut command = Command::new("sudo");
        command.arg("env");
        command
    } else {
        bail!("run this as root, or install sudo");
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
    // Without this, dpkg draws its progress into the log.
    command.args(["-o", "Dpkg::Use-Pty=0"]);
    Ok(command)
}
