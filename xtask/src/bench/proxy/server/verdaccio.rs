//! Verdaccio, with a cache that it does not ask the upstream about again, and
//! nothing on that a registry does not need.

use super::{Kind, Server};
use crate::peers;
use crate::running::{Running, free_port};
use std::path::Path;
use std::process::Command;

const SETTINGS: &str = r#"storage: ./storage
web:
  enable: false
uplinks:
  upstream:
    url: UPSTREAM
    maxage: 24h
    timeout: 120s
packages:
  "**":
    access: $all
    proxy: upstream
log: { type: stdout, format: pretty, level: error }
"#;

pub(super) fn start(place: &Path, upstream: &str) -> anyhow::Result<Server> {
    let verdaccio = peers::verdaccio()?;
    let settings = place.join("config.yaml");
    std::fs::write(&settings, SETTINGS.replace("UPSTREAM", upstream))?;
    let port = free_port()?;
    let mut command = Command::new(&verdaccio.node);
    command.arg(&verdaccio.program);
    command.arg("--config").arg(&settings);
    command.args(["--listen", &format!("http://127.0.0.1:{port}/")]);
    command.env("NODE_ENV", "production").current_dir(place);
    Ok(Server {
        kind: Kind::Verdaccio,
        version: peers::VERDACCIO_VERSION.to_owned(),
        base: format!("http://127.0.0.1:{port}/"),
        running: Running::start(&mut command, place.join("log"), port)?,
    })
}
