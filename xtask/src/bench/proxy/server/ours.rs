//! This project's server, built as people build it.

use super::{Kind, Server};
use crate::bench::proxy::running::{Running, free_port};
use crate::{process, workspace};
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds it, and says where it is.
pub(super) fn build() -> anyhow::Result<PathBuf> {
    let mut build = Command::new(workspace::cargo());
    build.args(["build", "--release", "--bin=tenure"]);
    process::run(build.current_dir(workspace::root()))?;
    Ok(workspace::target()?.join("release/tenure"))
}

pub(super) fn start(place: &Path, upstream: &str) -> anyhow::Result<Server> {
    let program = build()?;
    let version = process::answer(&program, &["--version"]).context("tenure does not run")?;
    let port = free_port()?;
    let mut command = Command::new(program);
    command.arg("serve");
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.arg("--data").arg(place.join("data"));
    command.args(["--upstream", &format!("npm={upstream}")]);
    command.current_dir(place);
    Ok(Server {
        kind: Kind::Tenure,
        version: version.trim_start_matches("tenure ").to_owned(),
        base: format!("http://127.0.0.1:{port}/npm/"),
        running: Running::start(&mut command, place.join("log"), port)?,
    })
}
