//! `tenure check`: the gate.

mod base;
mod judged;
mod report;

pub(crate) use judged::{Judged, JudgedRelease};
pub(crate) use report::{Counts, Location, Release, Report};

use crate::args::FactArgs;
use crate::context::{self, AtHand, Facts, LockfileAt, Process, Project};
use crate::exit::Exit;
use crate::output::{self, style::Look};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use tenure_trust::judge::Judge;

/// Judge every locked release against tenure.lock and tenure.toml
///
/// Exit status: 0 nothing held, 1 something held or blocked, 2 wrong usage,
/// 3 it could not be found out.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Lockfiles; by default all that are found below the project's folder
    #[arg(value_name = "LOCKFILE")]
    lockfiles: Vec<PathBuf>,

    /// A list of components, CycloneDX or SPDX (2 or 3) in JSON, instead of lockfiles
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lockfiles", "base"])]
    sbom: Vec<PathBuf>,

    /// Check only releases that were not locked at this git revision
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: CheckFormat,

    /// List releases that pass, too
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    facts: FactArgs,
}

/// The forms of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for annotations in a pull request
    Github,
}

/// Judges all that the lockfiles lock.
pub(crate) fn judge_all(
    judge: Judge<'_>,
    facts: &Facts,
    at_hand: &AtHand,
    lockfiles: &[LockfileAt],
) -> Judged {
    judged::all(judge, facts, at_hand, lockfiles, None)
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project =
        Project::load(&arguments.facts.project, process)?.judged_at(arguments.facts.now(process));
    output::tell_vouches(&project.vouches);
    let current = process.env.current_dir();
    let lockfiles = if arguments.sbom.is_empty() {
        context::find(&project.root, current, &arguments.lockfiles)?
    } else {
        context::sboms(&project.root, current, &arguments.sbom)?
    };
    let before = match &arguments.base {
        Some(revision) => Some(base::locked_at(revision, &lockfiles, &project, process)?),
        None => None,
    };
    let facts = Facts::open(&arguments.facts, &project, &lockfiles, process)?;
    let at_hand = AtHand::of_lockfiles(&facts, &project, &lockfiles);
    let judge = project.judge(&at_hand.people, arguments.facts.now(process));
    let judged = judged::all(judge, &facts, &at_hand, &lockfiles, before.as_ref());
    let report = report::of(report::Parts {
        judged,
        project: &project,
        facts: &facts,
        lockfiles: &lockfiles,
        base: arguments.base.clone(),
        now: judge.now,
        all: arguments.all,
    });
    output::tell_source(&facts, &at_hand);
    output::tell_open(&lockfiles);
    let text = match arguments.format {
        CheckFormat::Text => output::text::check(&report, Look::of(&process.env)),
        CheckFormat::Json => output::json::pretty(&report)?,
        CheckFormat::Sarif => output::sarif::check(&report)?,
        CheckFormat::Github => output::github::check(&report),
    };
    output::answer(&text)?;
    Ok(report.exit())
}
