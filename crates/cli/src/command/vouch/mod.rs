//! `tenure vouch`: statements by which people vouch for others, and who is
//! accepted by them.

mod check;
mod fetch;
mod give;
mod list;
mod path;
mod revoke;

use super::desk::{Desk, folder};
use crate::context::{EXTENSION, Process, SigningKey};
use crate::exit::Exit;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tenure_ecosystem::vouch::{NAMESPACE, Statement};

/// Vouch for a person, in a statement signed with your SSH key; take a vouch
/// back; see who is accepted
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    give: give::Arguments,
}

#[derive(Debug, Subcommand)]
enum Action {
    Revoke(revoke::Arguments),
    List(list::Arguments),
    Check(check::Arguments),
    Path(path::Arguments),
    Fetch(fetch::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    match &arguments.action {
        None => give::run(&arguments.give, process),
        Some(Action::Revoke(arguments)) => revoke::run(arguments, process),
        Some(Action::List(arguments)) => list::run(arguments, process),
        Some(Action::Check(arguments)) => check::run(arguments, process),
        Some(Action::Path(arguments)) => path::run(arguments, process),
        Some(Action::Fetch(arguments)) => fetch::run(arguments, process),
    }
}

/// Signs a statement and puts it into the folder.
fn put(
    desk: &Desk,
    key: &SigningKey,
    statement: &Statement,
    name: &str,
    process: &Process,
) -> anyhow::Result<PathBuf> {
    statement.check()?;
    let text = statement.to_string();
    let armor = key.sign(&text, NAMESPACE)?;
    desk.put(&format!("{text}{armor}"), name, EXTENSION, process)
}
