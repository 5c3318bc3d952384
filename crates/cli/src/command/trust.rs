//! `tenure trust`: a person whose releases need no question.

use super::decision::{By, expiry};
use super::push::{Destination, after_a_decision};
use crate::args::ProjectArgs;
use crate::context::{
    PROJECT_FILE, Process, Project, append_table, read_if_there, write_atomically,
};
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use anyhow::bail;
use clap::Args;
use tenure_domain::{Party, Time};
use toml_edit::{Table, value};

/// Let everything through that a person publishes; writes tenure.toml
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The person, with the registry that knows the login: npm:ljharb
    #[arg(value_name = "PERSON")]
    person: Party,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The last day on which it counts; a year from now by default
    #[arg(long, value_name = "DATE")]
    until: Option<Time>,

    #[command(flatten)]
    by: By,

    #[command(flatten)]
    project: ProjectArgs,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let person = &arguments.person;
    if matches!(person, Party::Workflow { config: None, .. }) {
        bail!(
            "`{person}` could be anybody's workflow; name it with its id, as `tenure who` shows it, such as {person}/oidc:..."
        );
    }
    let reason = super::decision::reason(&arguments.reason)?;
    let project = Project::load(&arguments.project, process)?;
    let destination = Destination::configured(&project)?;
    if project.decisions.trusts(person, process.now) {
        answer(&format!(
            "{person} is trusted already; nothing was changed\n"
        ))?;
        return Ok(Exit::Clean);
    }
    let until = expiry(arguments.until, process.now)?;
    let mut table = Table::new();
    table["person"] = value(person.to_string());
    table["reason"] = value(reason);
    table["by"] = value(arguments.by.name(process, &project)?);
    table["until"] = value(super::decision::date(until)?);
    let path = project.root.join(PROJECT_FILE);
    let text = read_if_there(&path)?.unwrap_or_default();
    let text = append_table(PROJECT_FILE, &text, "trust", table)?;
    write_atomically(&path, &text)?;
    answer(&format!(
        "{} is trusted until {}; written to {PROJECT_FILE}\n",
        safe(&person.to_string()),
        until.date()
    ))?;
    after_a_decision(destination.as_ref(), &project, process)?;
    Ok(Exit::Clean)
}
