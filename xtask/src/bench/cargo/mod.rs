//! `cargo xtask bench cargo`: files of a cargo index and crates, side by side.

mod index;
mod scenario;

use super::race::{self, OURS, Race, Server};
use crate::peers;
use crate::running::free_port;
use clap::Args;
use index::Index;
use scenario::Question;
use std::path::Path;

/// Measure the proxy of a cargo registry beside nginx with files and NORA
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    race: race::Arguments,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = race::place("cargo")?;
    let index = Index::start(&place.join("index"))?;
    let upstream = format!("cargo={}/index/", index.root);
    let race = Race {
        piece: "cargo",
        scenarios: Question::all(&index),
        proxies: vec![
            (
                OURS,
                Box::new(|place| Server::ours(place, &upstream, "/cargo/")),
            ),
            ("NORA", Box::new(|place| nora(place, &index))),
        ],
    };
    race.run(&arguments.race, &place)
}

/// NORA, without its limit on the rate of requests and with a cache that it
/// does not ask the upstream about again.
fn nora(place: &Path, index: &Index) -> anyhow::Result<Server> {
    let port = free_port()?;
    let (mut command, version) = peers::nora_server(place, port)?;
    command.env("NORA_CARGO_ENABLED", "true");
    command.env("NORA_CARGO_PROXY", &index.root);
    command.env("NORA_CARGO_METADATA_TTL", "86400");
    let nora = ("NORA", version);
    Server::start(nora, &mut command, place, (port, "/cargo/index/"))
}
