//! `cargo xtask bench pypi`: pages and files of a Python index, side by side.

mod index;
mod scenario;
mod server;

use super::race::{self, OURS, Race, Server};
use clap::Args;
use index::Index;
use scenario::Question;

/// Measure the proxy of a Python index beside nginx with files, devpi and proxpi
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    race: race::Arguments,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = race::place("pypi")?;
    let index = Index::start(&place.join("index"))?;
    let upstream = format!("pypi={}/simple/", index.root);
    let race = Race {
        piece: "pypi",
        scenarios: Question::all(&index),
        proxies: vec![
            (
                OURS,
                Box::new(|place| Server::ours(place, &upstream, "/pypi/simple/")),
            ),
            ("devpi", Box::new(|place| server::devpi(place, &index))),
            ("proxpi", Box::new(|place| server::proxpi(place, &index))),
        ],
    };
    race.run(&arguments.race, &place)
}
