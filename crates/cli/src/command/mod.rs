//! One file, or folder, per command.

pub(crate) mod replay;

use crate::args::{Arguments, Command};
use crate::exit::Exit;

/// Runs what the command line asks for.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.command {
        Command::Replay(arguments) => replay::run(&arguments),
    }
}
