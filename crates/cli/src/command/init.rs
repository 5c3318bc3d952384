//! `tenure init`: accept the hands of today.

use super::advice;
use super::check::{Judged, JudgedRelease, judge_all};
use super::push::{Destination, after_a_decision};
use crate::args::FactArgs;
use crate::context::{
    AtHand, BASELINE_FILE, Facts, LockfileAt, Process, Project, compare_versions, find, position,
    write_atomically,
};
use crate::exit::Exit;
use crate::output::{self, style::Look, style::safe, style::short, style::wrap};
use anyhow::bail;
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use tenure_domain::{PackageId, Time};
use tenure_ecosystem::lockfile::Origin;
use tenure_trust::acceptance::{Baseline, BaselineEntry};
use tenure_trust::judge::Judge;
use tenure_trust::standing::plural;
use tenure_trust::tenures::hands_at;
use tenure_trust::verdict::Verdict;

/// Accept who holds the locked packages now; writes tenure.lock
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Lockfiles; by default all that are found below the project's folder
    #[arg(value_name = "LOCKFILE")]
    lockfiles: Vec<PathBuf>,

    /// Write a new tenure.lock in place of the one that is there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    facts: FactArgs,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project =
        Project::load(&arguments.facts.project, process)?.judged_at(arguments.facts.now(process));
    if project.baseline.is_some() && !arguments.force {
        bail!(
            "{BASELINE_FILE} exists already; `tenure check` says what changed since, `tenure accept` lets a change through, and `tenure init --force` accepts everything anew"
        );
    }
    let destination = Destination::configured(&project)?;
    let lockfiles = find(
        &project.root,
        process.env.current_dir(),
        &arguments.lockfiles,
    )?;
    let facts = Facts::open(&arguments.facts, &project, &lockfiles, process)?;
    let at_hand = AtHand::of_lockfiles(&facts, &project, &lockfiles);
    let now = arguments.facts.now(process);
    // What was accepted before does not count: this is the new beginning.
    let judge = Judge {
        baseline: None,
        ..project.judge(&at_hand.people, now)
    };
    let judged = judge_all(judge, &facts, &at_hand, &lockfiles);
    let baseline = baseline(&judged, &at_hand, &lockfiles, now);
    write_atomically(&project.root.join(BASELINE_FILE), &baseline.to_text())?;
    output::tell_source(&facts, &at_hand);
    output::tell_open(&lockfiles);
    output::answer(&remarkable(&baseline, &judged, Look::of(&process.env)))?;
    after_a_decision(destination.as_ref(), &project, process)?;
    Ok(Exit::Clean)
}

/// The hands of each package at its newest locked release.
fn baseline(judged: &Judged, at_hand: &AtHand, lockfiles: &[LockfileAt], now: Time) -> Baseline {
    let mut versions: BTreeMap<&PackageId, Vec<&str>> = BTreeMap::new();
    let locked = lockfiles.iter().flat_map(|at| &at.lockfile.packages);
    for locked in locked.filter(|locked| matches!(locked.origin, Origin::Registry { .. })) {
        versions
            .entry(&locked.package)
            .or_default()
            .push(&locked.version);
    }
    let mut baseline = Baseline::default();
    for (package, versions) in versions {
        let entry = entry(package, &versions, judged, at_hand, now);
        baseline
            .packages
            .extend(entry.map(|entry| (package.clone(), entry)));
    }
    baseline
}

fn entry(
    package: &PackageId,
    versions: &[&str],
    judged: &Judged,
    at_hand: &AtHand,
    on: Time,
) -> Option<BaselineEntry> {
    let history = at_hand.history(package);
    let newest = history.and_then(|history| {
        let places = versions
            .iter()
            .filter_map(|version| position(history, version));
        // Releases stand in time order, those without a date last.
        let dated = |index: &usize| history.releases()[*index].published.is_some();
        places.max_by_key(|index| (dated(index), *index))
    });
    let (Some(history), Some(newest)) = (history, newest) else {
        let highest = versions
            .iter()
            .max_by(|one, other| compare_versions(package.ecosystem(), one, other))?;
        return Some(BaselineEntry {
            through: (*highest).to_owned(),
            hands: Vec::new(),
            on,
        });
    };
    let changes = judged.changes.get(package).map_or(&[][..], Vec::as_slice);
    Some(BaselineEntry {
        through: history.releases()[newest].version.to_string(),
        hands: hands_at(history, changes, newest),
        on,
    })
}

/// What was written, and what a person may want to look at.
fn remarkable(baseline: &Baseline, judged: &Judged, look: Look) -> String {
    let entries = || baseline.packages.values();
    let unknown = entries().filter(|entry| entry.hands.is_empty()).count();
    let packages = plural(baseline.packages.len() - unknown, "package", "packages");
    let mut out = format!("{BASELINE_FILE}: accepted the hands of {packages}.\n");
    let mut line = |text: &str| {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "  {}", wrap(text, look.width, 2));
    };
    let alone = entries().filter(|entry| is_alone(entry)).count();
    if alone > 0 {
        let held = plural(alone, "package is", "packages are");
        line(&format!("{held} published by one account alone"));
    }
    if unknown > 0 {
        let packages = plural(unknown, "package is", "packages are");
        line(&format!(
            "{packages} in it without hands: the registry does not say who publishes them"
        ));
    }
    let elsewhere = judged
        .releases
        .iter()
        .filter(|release| release.judgement.missing == [tenure_domain::Missing::OtherOrigin])
        .count();
    if elsewhere > 0 {
        let releases = plural(elsewhere, "release is", "releases are");
        line(&format!(
            "{releases} not from a registry and cannot be accepted here"
        ));
    }
    out.push_str(&accepted_changes(judged, look));
    out
}

fn is_alone(entry: &BaselineEntry) -> bool {
    matches!(entry.hands.as_slice(), [one] if !one.is_workflow())
}

/// The changes that would have been held, had they come tomorrow.
fn accepted_changes(judged: &Judged, look: Look) -> String {
    let held: Vec<&JudgedRelease> = judged
        .releases
        .iter()
        .filter(|release| release.judgement.verdict >= Verdict::Hold)
        .collect();
    if held.is_empty() {
        return "No change within what was accepted would be held today.\n".to_owned();
    }
    let mut out = "\nAccepted with the rest, and worth a look:\n".to_owned();
    for release in &held {
        let judgement = &release.judgement;
        let name = format!("{}@{}", judgement.package.name(), safe(&judgement.version));
        if let Some(reason) = &judgement.blocked {
            let _ = writeln!(
                out,
                "  {name}: still blocked in tenure.toml: {}",
                safe(reason)
            );
        }
        for finding in &judgement.findings {
            if finding.verdict() < Verdict::Hold {
                continue;
            }
            let change = &finding.change;
            let text = format!(
                "{name}: {} at {} on {} to {}",
                change.kind,
                safe(&change.since),
                change.at.date(),
                short(&change.to)
            );
            let _ = writeln!(out, "  {}", wrap(&text, look.width, 4));
            let why = advice::facts(finding);
            let _ = writeln!(out, "    {}", wrap(&safe(&why), look.width, 4));
        }
    }
    out.push_str("`tenure explain PACKAGE@VERSION` tells more of each.\n");
    out
}
