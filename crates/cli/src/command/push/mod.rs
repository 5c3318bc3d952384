//! `tenure push`: hand a project's decisions to the server that it installs
//! through.

mod destination;
mod files;
mod send;
mod token;
mod unasked;

pub(crate) use destination::Destination;
pub(crate) use unasked::after_a_decision;

use crate::args::ProjectArgs;
use crate::context::{Process, Project};
use crate::exit::Exit;
use crate::output::{answer, aside};
use clap::Args;
use std::path::PathBuf;
use tenure_store::ProjectName;
use token::Token;
use url::Url;

/// Hand tenure.toml and tenure.lock to a server
///
/// The project's token is taken from the variable `TENURE_TOKEN`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The server's address [default: `url` under `[server]` in tenure.toml]
    #[arg(long, value_name = "URL", value_parser = destination::address)]
    server: Option<Url>,

    /// The project's name there [default: `project` under `[server]`]
    #[arg(long, value_name = "NAME")]
    project: Option<ProjectName>,

    /// Take the token from this file instead of `TENURE_TOKEN`
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project = Project::load(&ProjectArgs::default(), process)?;
    let flags = (arguments.server.clone(), arguments.project.clone());
    let destination = destination::chosen(flags, destination::written(&project)?)?;
    let token = Token::read(arguments.token_file.as_deref(), process)?;
    let files = files::read(&project)?;
    if let Some(warning) = destination.in_the_clear() {
        aside(&format!("warning: {warning}"));
    }
    let pushed = send::push(&destination, &token, &files, &project, process)?;
    answer(&format!(
        "pushed {} to {destination}: revision {}\nits registry is {}\n",
        files.named(),
        pushed.revision,
        destination.registry()
    ))?;
    Ok(Exit::Clean)
}
