//! `tenure replay`: the rules over recorded histories and incidents.
//!
//! Every release is judged at the moment of its publication with only what was
//! known then, standing included.

mod custody;
mod incidents;
mod inject;
mod lines;
mod measure;
mod naive;
mod publishers;
mod records;
mod report;
mod sweep;
mod web;

use crate::exit::Exit;
use anyhow::Context;
use clap::{Args, ValueEnum};
use publishers::Repositories;
use records::Record;
use report::Report;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tenure_domain::Time;
use tenure_trust::acceptance::Decisions;
use tenure_trust::judge::Judge;
use tenure_trust::people::People;
use tenure_trust::policy::Policy;

/// Run the rules over recorded histories and incidents, and measure them.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files of histories: timelines, or releases of crates with their publishers, as JSON
    /// lines, or packuments; plain, .gz or .tar.gz.
    #[arg(long, required_unless_present_any = ["web", "custody"], num_args = 1.., value_name = "FILE")]
    histories: Vec<PathBuf>,
    /// Which repositories the crates declare: a crate, a version and the repository on each line,
    /// with tabs between.
    #[arg(long, value_name = "FILE")]
    repositories: Option<PathBuf>,
    /// Measure the rules of vouching on the web of trust in this file instead: a key a line,
    /// with who certified it, as JSON; plain or .gz.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["histories", "incidents", "policy", "compare", "sweep", "half"])]
    web: Option<PathBuf>,
    /// Measure the clauses of transfers on the hand-overs in this file instead: a package a
    /// line, with who maintained it when, as JSON; plain or .gz. Keys come from `--web`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["histories", "incidents", "policy", "compare", "sweep", "half", "inject"])]
    custody: Option<PathBuf>,
    /// The reach of each package in `--custody`, as `tenure reach` writes it.
    #[arg(long, value_name = "FILE", requires = "custody")]
    reach: Option<PathBuf>,
    /// Files of incidents, as JSON lines.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    incidents: Vec<PathBuf>,
    /// Put attacks into the histories and measure how many are held.
    #[arg(long, value_name = "SEED")]
    inject: Option<u64>,
    /// Use this policy instead of the defaults.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Measure the naive rules on the same data, too.
    #[arg(long)]
    compare: bool,
    /// Vary the thresholds one at a time.
    #[arg(long)]
    sweep: bool,
    /// Use one random half of the packages: `1/2` or `2/2`. The halves depend on names alone.
    #[arg(long, value_name = "HALF")]
    half: Option<Half>,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Half {
    #[value(name = "1/2")]
    First,
    #[value(name = "2/2")]
    Second,
}

/// The seed of attacks where `--compare` or `--sweep` need some and none is
/// given.
const DEFAULT_SEED: u64 = 1;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(file) = &arguments.custody {
        let (web, reach) = (arguments.web.as_deref(), arguments.reach.as_deref());
        let report = custody::measure(file, web, reach)?;
        return print(arguments.format, &report, custody::text);
    }
    if let Some(file) = &arguments.web {
        let report = web::measure(file, arguments.inject.unwrap_or(DEFAULT_SEED))?;
        return print(arguments.format, &report, web::text);
    }
    let policy = policy(arguments)?;
    let records = records::read(&arguments.histories, &repositories(arguments)?)?;
    let incidents = incidents::read(&arguments.incidents)?;
    let mut people = People::default();
    for record in &records {
        people.add(&record.history);
    }
    let decisions = Decisions::default();
    // No release is judged at a common moment; each brings its own.
    let now = Time::from_millis(0);
    let judge = Judge {
        people: &people,
        policy: &policy,
        decisions: &decisions,
        baseline: None,
        now,
    };
    let report = assemble(arguments, judge, &records, &incidents);
    print(arguments.format, &report, report::text)
}

fn print<R: Serialize>(format: Format, report: &R, text: fn(&R) -> String) -> anyhow::Result<Exit> {
    match format {
        Format::Text => anstream::print!("{}", text(report)),
        Format::Json => anstream::println!("{}", serde_json::to_string_pretty(report)?),
    }
    Ok(Exit::Clean)
}

fn repositories(arguments: &Arguments) -> anyhow::Result<Repositories> {
    let Some(path) = &arguments.repositories else {
        return Ok(Repositories::default());
    };
    Repositories::read(path)
        .with_context(|| format!("cannot read the repositories in {}", path.display()))
}

fn policy(arguments: &Arguments) -> anyhow::Result<Policy> {
    let Some(path) = &arguments.policy else {
        return Ok(Policy::default());
    };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("{} is no policy", path.display()))
}

fn assemble(
    arguments: &Arguments,
    judge: Judge<'_>,
    records: &[Record],
    incidents: &[incidents::Incident],
) -> Report {
    let counted: Vec<&Record> = records
        .iter()
        .filter(|record| !record.again && is_in(arguments.half, record))
        .collect();
    let summary = measure::measure(judge, &counted);
    let wants_attacks = arguments.inject.is_some() || arguments.compare || arguments.sweep;
    let seed = arguments.inject.unwrap_or(DEFAULT_SEED);
    let attacks = if wants_attacks {
        inject::attacks(judge.people, &counted, seed)
    } else {
        BTreeMap::new()
    };
    let (counts, outcomes) = incidents::replay(judge, records, incidents);
    let compare = arguments.compare.then(|| {
        naive::compare(
            judge.people,
            judge.policy,
            &counted,
            summary.package_years,
            &attacks,
        )
    });
    Report {
        injected: inject::recall(judge, &attacks),
        seed: wants_attacks.then_some(seed),
        incidents: counts,
        incident: outcomes,
        compare,
        sweep: arguments
            .sweep
            .then(|| sweep::sweep(judge, &counted, &attacks)),
        summary,
    }
}

/// Which half a package falls in is decided by its name alone.
fn is_in(half: Option<Half>, record: &Record) -> bool {
    let digest = tenure_ecosystem::digest::address_digest(record.history.package().name());
    half.is_none_or(|half| (half == Half::First) == digest.is_multiple_of(2))
}
