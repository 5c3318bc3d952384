//! Programs from the machine's own package manager.

use super::postgres;
use crate::{process, say};
use anyhow::bail;
use std::path::Path;
use std::process::Command;

/// A program and the Debian packages that bring it.
pub(crate) struct Program {
    /// What is typed to run it.
    pub(crate) name: &'static str,
    /// The packages.
    pub(crate) packages: &'static [&'static str],
}

const PROGRAMS: [Program; 11] = [
    Program {
        name: "cc",
        packages: &["gcc", "libc6-dev"],
    },
    Program {
        name: "git",
        packages: &["git", "ca-certificates"],
    },
    Program {
        name: "ssh-keygen",
        packages: &["openssh-client"],
    },
    Program {
        name: "gpg",
        packages: &["gpg", "gpg-agent"],
    },
    Program {
        name: "minisign",
        packages: &["minisign"],
    },
    Program {
        name: "node",
        packages: &["nodejs"],
    },
    Program {
        name: "npm",
        packages: &["npm"],
    },
    Program {
        name: "python3",
        packages: &["python3"],
    },
    Program {
        name: "pip3",
        packages: &["python3-pip"],
    },
    // Runs NuGet's client, which needs all of these libraries.
    Program {
        name: "mono",
        packages: &["mono-runtime", "libmono-cil-dev", "ca-certificates-mono"],
    },
    // Compiles what asks its library.
    Program {
        name: "mcs",
        packages: &["mono-mcs"],
    },
];

/// A web of trust, of the package debian-keyring.
const KEYRING: &str = "/usr/share/keyrings/debian-keyring.gpg";

/// Installs what the tests need and is missing.
pub(super) fn install() -> anyhow::Result<()> {
    install_missing(&PROGRAMS)?;
    if !Path::new(KEYRING).exists() {
        say::line("installing debian-keyring (Debian)");
        apt_install(KEYRING, &["debian-keyring"])?;
    }
    postgres::install_missing()
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
    say::line(&format!("installing {} (Debian)", packages.join(", ")));
    apt_install(&names.join(", "), &packages)
}

/// Installs packages; `names` says what they are for where there is no apt.
pub(super) fn apt_install(names: &str, packages: &[&str]) -> anyhow::Result<()> {
    if process::find("apt-get").is_none() {
        bail!("install {names}, then run this again");
    }
    process::run(apt_get()?.arg("update"))?;
    process::run(
        apt_get()?
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

/// `apt-get` that asks no questions, as root.
fn apt_get() -> anyhow::Result<Command> {
    let mut command = as_root()?;
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
    // Without this, dpkg draws its progress into the log.
    command.args(["-o", "Dpkg::Use-Pty=0"]);
    Ok(command)
}

/// What runs the words that follow as root.
pub(super) fn as_root() -> anyhow::Result<Command> {
    if process::answer("id", &["-u"]).as_deref() == Some("0") {
        return Ok(Command::new("env"));
    }
    if process::find("sudo").is_none() {
        bail!("run this as root, or install sudo");
    }
    let mut command = Command::new("sudo");
    command.arg("env");
    Ok(command)
}
