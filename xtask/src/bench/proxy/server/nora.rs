//! NORA, without its limit on the rate of requests and with a cache that it
//! does not ask the upstream about again.

use super::{Kind, Server};
use crate::peers;
use crate::running::{Running, free_port};
use std::path::Path;
use std::process::Command;

pub(super) fn start(place: &Path, upstream: &str) -> anyhow::Result<Server> {
    let (program, version) = peers::nora()?;
    let port = free_port()?;
    let mut command = Command::new(program);
    command.arg("serve");
    command.env("NORA_HOST", "127.0.0.1");
    command.env("NORA_PORT", port.to_string());
    command.env("NORA_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
    command.env("NORA_STORAGE_MODE", "local");
    command.env("NORA_STORAGE_PATH", place.join("storage"));
    command.env("NORA_NPM_PROXY", upstream.trim_end_matches('/'));
    command.env("NORA_NPM_METADATA_TTL", "86400");
    command.env("NORA_AUTH_ENABLED", "false");
    command.env("NORA_RATE_LIMIT_ENABLED", "false");
    command.env("RUST_LOG", "error").current_dir(place);
    Ok(Server {
        kind: Kind::Nora,
        version: version.to_owned(),
        base: format!("http://127.0.0.1:{port}/npm/"),
        running: Running::start(&mut command, place.join("log"), port)?,
    })
}
