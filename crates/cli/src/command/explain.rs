//! `tenure explain`
use crate::context::Process;
use crate::exit::Exit;
use clap::Args;
/// Stub
#[derive(Debug, Args)]
pub(crate) struct Arguments {}
/// Runs the command.
pub(crate) fn run(_arguments: &Arguments, _process: &Process) -> anyhow::Result<Exit> {
    Ok(Exit::Clean)
}
