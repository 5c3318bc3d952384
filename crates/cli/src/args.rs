//! The command line, and the options that several commands share.

use crate::command::{
    accept, check, explain, identity, import, init, observe, policy, project, push, reach, replay,
    sbom, serve, trust, update, vouch, who,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use tenure_domain::{Ecosystem, Time};

/// Knows who holds a package, and treats a change of hands as a breaking change.
#[derive(Debug, Parser)]
#[command(name = "tenure", version, about, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Arguments),
    Init(init::Arguments),
    Who(who::Arguments),
    Explain(explain::Arguments),
    Observe(observe::Arguments),
    Import(import::Arguments),
    Update(update::Arguments),
    Accept(accept::Arguments),
    Trust(trust::Arguments),
    Vouch(vouch::Arguments),
    Identity(identity::Arguments),
    Policy(policy::Arguments),
    Sbom(sbom::Arguments),
    Reach(reach::Arguments),
    Replay(replay::Arguments),
    Serve(serve::Arguments),
    Project(project::Arguments),
    Push(push::Arguments),
}

/// Which project is meant.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ProjectArgs {
    /// The project's folder; by default the nearest one above that has a
    /// tenure.toml, a tenure.lock, a lockfile or a .git
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,

    /// Take the policy from this file instead of tenure.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

/// Where facts come from, and as of when they are judged.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct FactArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,

    /// Take facts only from the recorded documents in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["offline", "upstream", "data"])]
    pub(crate) facts: Option<PathBuf>,

    /// Use what is in the cache, and ask no registry
    #[arg(long)]
    pub(crate) offline: bool,

    /// The registry to ask, by ecosystem: npm, cargo, pypi, nuget
    #[arg(long, value_name = "ECOSYSTEM=URL", value_parser = upstream_of)]
    pub(crate) upstream: Vec<(Ecosystem, String)>,

    /// The folder of the ledger of `tenure observe`, or of a server
    /// [default: tenure in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// Judge as at that moment (2018-09-05, or with a time); later releases
    /// are left out
    #[arg(long, value_name = "DATE|TIME")]
    pub(crate) as_of: Option<Time>,
}

/// A registry by its ecosystem.
pub(crate) fn upstream_of(text: &str) -> Result<(Ecosystem, String), String> {
    let expected = "expected `npm=URL`, `cargo=URL`, `pypi=URL` or `nuget=URL`, such as \
                    npm=https://registry.example/";
    let (ecosystem, url) = text.split_once('=').ok_or(expected)?;
    match ecosystem.parse() {
        Ok(ecosystem) if !url.is_empty() => Ok((ecosystem, url.to_owned())),
        _ => Err(expected.to_owned()),
    }
}

/// For commands that answer people and programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}
