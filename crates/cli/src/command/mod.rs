//! One file, or folder, per command.

pub(crate) mod accept;
pub(crate) mod advice;
pub(crate) mod check;
pub(crate) mod decision;
mod desk;
pub(crate) mod explain;
pub(crate) mod identity;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod observe;
pub(crate) mod policy;
pub(crate) mod project;
pub(crate) mod push;
pub(crate) mod reach;
pub(crate) mod replay;
pub(crate) mod sbom;
pub(crate) mod serve;
mod signed;
pub(crate) mod trust;
pub(crate) mod update;
pub(crate) mod vouch;
pub(crate) mod who;

use crate::args::{Arguments, Command};
use crate::context::Process;
use crate::exit::Exit;

/// Runs what the command line asks for.
pub(crate) fn run(arguments: Arguments, process: &Process) -> anyhow::Result<Exit> {
    match arguments.command {
        Command::Check(arguments) => check::run(&arguments, process),
        Command::Init(arguments) => init::run(&arguments, process),
        Command::Who(arguments) => who::run(&arguments, process),
        Command::Explain(arguments) => explain::run(&arguments, process),
        Command::Observe(arguments) => observe::run(&arguments, process),
        Command::Import(arguments) => import::run(&arguments, process),
        Command::Update(arguments) => update::run(&arguments, process),
        Command::Accept(arguments) => accept::run(&arguments, process),
        Command::Trust(arguments) => trust::run(&arguments, process),
        Command::Vouch(arguments) => vouch::run(&arguments, process),
        Command::Identity(arguments) => identity::run(&arguments, process),
        Command::Policy(arguments) => policy::run(&arguments, process),
        Command::Sbom(arguments) => sbom::run(&arguments, process),
        Command::Reach(arguments) => reach::run(&arguments, process),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments, process),
        Command::Project(arguments) => project::run(&arguments, process),
        Command::Push(arguments) => push::run(&arguments, process),
    }
}
