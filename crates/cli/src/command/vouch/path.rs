//! `tenure vouch path`.

use crate::args::{Format, ProjectArgs};
use crate::context::{Process, Project};
use crate::exit::Exit;
use crate::output::{answer, json, style::safe, tell_vouches};
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use tenure_ecosystem::vouch::About;
use tenure_trust::web::{Missing, Path};

/// Show the paths of vouches that lead from the people this project follows to
/// a person, or what is missing
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The person, by an account or a key
    #[arg(value_name = "PERSON")]
    about: About,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    project: ProjectArgs,
}

/// The answer as data.
#[derive(Serialize)]
struct Report {
    person: String,
    accepted: bool,
    paths: Vec<Path>,
    missing: Option<Missing>,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project = Project::load(&arguments.project, process)?;
    tell_vouches(&project.vouches);
    let found = project
        .vouches
        .circle
        .explain(&arguments.about.person(), process.now);
    let exit = if found.is_ok() {
        Exit::Clean
    } else {
        Exit::Found
    };
    let report = Report {
        person: arguments.about.to_string(),
        accepted: found.is_ok(),
        paths: found.as_ref().ok().cloned().unwrap_or_default(),
        missing: found.err(),
    };
    let text = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text(&report, &project),
    };
    answer(&text)?;
    Ok(exit)
}

fn text(report: &Report, project: &Project) -> String {
    let mut text = String::new();
    let shown = |name: &str| safe(&project.vouches.circle.shown(name)).into_owned();
    // Writing to a text cannot fail.
    let _ = match &report.missing {
        None => writeln!(text, "{}: accepted", safe(&report.person)),
        Some(_) => writeln!(text, "{}: not accepted", safe(&report.person)),
    };
    for path in &report.paths {
        let _ = writeln!(text, "  {}", path.sentence(|name| safe(name).into_owned()));
    }
    for sentence in report
        .missing
        .iter()
        .flat_map(|missing| missing.sentences(shown))
    {
        let _ = writeln!(text, "  {sentence}");
    }
    text
}
