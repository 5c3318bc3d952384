//! The command line.

use clap::{Parser, Subcommand};

/// Knows who holds a package, and treats a change of hands as a breaking change.
#[derive(Debug, Parser)]
#[command(name = "tenure", version, about, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Replay(crate::command::replay::Arguments),
}
