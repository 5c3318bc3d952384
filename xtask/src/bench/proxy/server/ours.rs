//! This project's server, built as people build it.

use super::{Kind, Server};
use crate::running::{Running, free_port};
use crate::{peers, process};
use anyhow::Context as _;
use std::path::Path;
use std::process::Command;

pub(super) fn start(place: &Path, upstream: &str) -> anyhow::Result<Server> {
    let program = peers::tenure()?;
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
