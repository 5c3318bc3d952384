//! `tenure import`: takes in what somebody else has observed.

mod advisories;
mod collection;
mod crates_dump;
mod reading;

use crate::context::Process;
use crate::exit::Exit;
use clap::{Args, Subcommand};

/// Take into the ledger what somebody else has observed
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    CratesDump(crates_dump::Arguments),
    Advisories(advisories::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    match &arguments.what {
        What::CratesDump(arguments) => crates_dump::run(arguments, process),
        What::Advisories(arguments) => advisories::run(arguments, process),
    }
}
