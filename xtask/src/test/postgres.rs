//! PostgreSQL from the machine's own package manager.

use super::machine::{apt_install, as_root};
use crate::{process, say};
use std::fs;

/// Where Debian puts each version of the server, off the path.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Says whether Debian's package makes a database when it is installed.
const CLUSTERS: &str = "/etc/postgresql-common/createcluster.conf";
const NAME: &str = "PostgreSQL's server";

/// Installs the server if it is missing, without the database that its package
/// would make and start: the tests start their own.
pub(super) fn install_missing() -> anyhow::Result<()> {
    if is_installed() {
        return Ok(());
    }
    say::line("installing postgresql (Debian), without a database");
    apt_install(NAME, &["postgresql-common"])?;
    set_clusters(&["set", "create_main_cluster", "off"])?;
    let installed = apt_install(NAME, &["postgresql"]);
    // As it was, for whoever wants a database later.
    set_clusters(&["remove", "create_main_cluster"])?;
    installed
}

/// As the tests look for it.
fn is_installed() -> bool {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let mut programs = versions.map(|version| version.path().join("bin/initdb"));
    process::find("initdb").is_some() || programs.any(|program| program.is_file())
}

fn set_clusters(words: &[&str]) -> anyhow::Result<()> {
    process::run(as_root()?.args(["pg_conftool", CLUSTERS]).args(words))
}
