//! `tenure update`: what an updater would take, and what waits behind a change
//! of hands. Changes nothing.

mod asked;
mod options;
mod text;

use crate::args::{FactArgs, Format};
use crate::context::{AtHand, Facts, Process, Project, Subject, Unavailable, UpstreamNote, find};
use crate::exit::Exit;
use crate::output::{self, json, style::Look};
use anyhow::{anyhow, bail};
use clap::Args;
use serde::Serialize;
use tenure_domain::{Ecosystem, PackageId, Time};

use options::Options;

/// Show the newest releases within accepted hands, and what waits behind a
/// change of hands; changes nothing
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Packages; by default those that the project asks for itself
    #[arg(value_name = "PACKAGE")]
    packages: Vec<Subject>,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    facts: FactArgs,
}

/// The answer as data. Fields may be added; when one changes its meaning or
/// goes, the number in `schema` is counted up.
#[derive(Serialize)]
struct Report {
    /// The form of this document: `tenure.update/1`.
    schema: &'static str,
    /// The moment as at which was judged.
    judged_at: Time,
    /// Where facts came from.
    upstream: Option<UpstreamNote>,
    /// One entry for each locked release that was asked about.
    packages: Vec<Options>,
    /// Packages of which nothing could be found out, and why.
    unknown: Vec<NotKnown>,
}

/// A package of which nothing could be found out.
#[derive(Serialize)]
struct NotKnown {
    /// The package.
    package: PackageId,
    /// Why.
    why: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project =
        Project::load(&arguments.facts.project, process)?.judged_at(arguments.facts.now(process));
    let mut lockfiles = find(&project.root, process.env.current_dir(), &[])?;
    lockfiles.retain(|at| at.lockfile.ecosystems == [Ecosystem::Npm]);
    if lockfiles.is_empty() {
        bail!(
            "there is no lockfile of npm packages here; others are not updated by this command yet"
        );
    }
    let named: Vec<&PackageId> = arguments.packages.iter().map(|s| &s.package).collect();
    let asked = asked::all(&lockfiles, &named)?;
    if let Some(missing) = named
        .iter()
        .find(|p| !asked.iter().any(|a| a.package == ***p))
    {
        bail!("{} is locked nowhere in this project", missing.name());
    }
    let facts = Facts::open(&arguments.facts, &project, &lockfiles, process)?;
    let at_hand = AtHand::of_lockfiles(&facts, &project, &lockfiles);
    let judge = project.judge(&at_hand.people, arguments.facts.now(process));
    let unknown = not_known(&asked, &at_hand);
    let report = Report {
        schema: "tenure.update/1",
        judged_at: judge.now,
        upstream: facts.upstreams().into_iter().next(),
        packages: options::all(judge, &facts, &at_hand, asked),
        unknown,
    };
    output::tell_source(&facts, &at_hand);
    output::answer(&match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text::page(&report, Look::of(&process.env)),
    })?;
    if report.packages.is_empty() && !report.unknown.is_empty() {
        return Err(anyhow!(Unavailable(
            "no package's releases could be found out".to_owned()
        )));
    }
    Ok(Exit::Clean)
}

fn not_known(asked: &[asked::Asked], at_hand: &AtHand) -> Vec<NotKnown> {
    let mut unknown: Vec<NotKnown> = asked
        .iter()
        .filter_map(|asked| {
            let error = at_hand.found(&asked.package)?.err()?;
            Some(NotKnown {
                package: asked.package.clone(),
                why: error.to_string(),
            })
        })
        .collect();
    unknown.dedup_by(|one, other| one.package == other.package);
    unknown
}
