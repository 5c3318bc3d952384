//! NORA, without its limit on the rate of requests and with a cache that it
//! does not ask the upstream about again.

use super::{Kind, Server};
use crate::peers;
use crate::running::{Running, free_port};
use std::path::Path;

pub(super) fn start(place: &Path, upstream: &str) -> anyhow::Result<Server> {
    let port = free_port()?;
    let (mut command, version) = peers::nora_server(place, port)?;
    command.env("NORA_NPM_PROXY", upstream.trim_end_matches('/'));
    command.env("NORA_NPM_METADATA_TTL", "86400");
    Ok(Server {
        kind: Kind::Nora,
        version: version.to_owned(),
        base: format!("http://127.0.0.1:{port}/npm/"),
        running: Running::start(&mut command, place.join("log"), port)?,
    })
}
