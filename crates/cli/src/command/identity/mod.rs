//! `tenure identity`: which accounts are a person's, by what both say.

mod check;
mod link;
mod list;
mod scope;
mod steps;
mod withdraw;

pub(crate) use list::{Entry, facts};

use crate::context::Process;
use crate::exit::Exit;
use clap::{Args, Subcommand};

/// Link your accounts to your SSH key; look whether the accounts of people say
/// so, too; see how each link stands
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Link(link::Arguments),
    Withdraw(withdraw::Arguments),
    Check(check::Arguments),
    List(list::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    match &arguments.action {
        Action::Link(arguments) => link::run(arguments, process),
        Action::Withdraw(arguments) => withdraw::run(arguments, process),
        Action::Check(arguments) => check::run(arguments, process),
        Action::List(arguments) => list::run(arguments, process),
    }
}
