//! `tenure policy`: the policy in force, and checking one.

use crate::args::ProjectArgs;
use crate::context::{PROJECT_FILE, Process, Project, read_policy, read_project};
use crate::exit::Exit;
use crate::output::{answer, aside};
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use tenure_trust::policy::DEFAULT_TEXT;

/// Print the policy in force, or check a policy file
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the defaults with their explanations, to copy from
    #[arg(long, conflicts_with = "check")]
    defaults: bool,

    /// Check this file, a policy or a tenure.toml, and print nothing else
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,

    #[command(flatten)]
    project: ProjectArgs,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    if arguments.defaults {
        answer(DEFAULT_TEXT)?;
    } else if let Some(file) = &arguments.check {
        if file.file_name().is_some_and(|name| name == PROJECT_FILE) {
            read_project(file)?;
        } else {
            read_policy(file)?;
        }
        aside(&format!("{} is a policy", file.display()));
    } else {
        let project = Project::load(&arguments.project, process)?;
        let text = toml::to_string(&project.policy).context("the policy cannot be written")?;
        let from = match &project.policy_from {
            Some(from) => format!("# The policy in force: the defaults and {from}.\n"),
            None => "# The policy in force: the defaults.\n".to_owned(),
        };
        answer(&format!("{from}{text}"))?;
    }
    Ok(Exit::Clean)
}
