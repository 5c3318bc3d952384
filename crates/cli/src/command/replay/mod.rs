//! `tenure replay`: the rules over recorded histories and incidents.

use crate::exit::Exit;
use clap::Args;

/// Run the rules over recorded histories and incidents, and measure them.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Runs the command.
pub(crate) fn run(_arguments: &Arguments) -> anyhow::Result<Exit> {
    Ok(Exit::Clean)
}
