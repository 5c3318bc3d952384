//! `tenure accept`: let one change through.

use super::decision::{By, date, expiry, reason};
use super::push::{Destination, after_a_decision};
use crate::args::FactArgs;
use crate::context::{
    BASELINE_FILE, PROJECT_FILE, Process, Session, Subject, append_table, read_if_there,
    write_atomically,
};
use crate::exit::Exit;
use crate::output::{answer, style::safe, tell_source};
use anyhow::bail;
use clap::Args;
use std::fmt::Write as _;
use tenure_domain::{Party, Time};
use tenure_trust::change::Change;
use tenure_trust::judge::Case;
use tenure_trust::verdict::{State, Verdict};
use toml_edit::{Array, Table, value};

/// Let one change of hands through; writes tenure.toml and tenure.lock
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The package: chalk, pkg:npm/chalk
    #[arg(value_name = "PACKAGE")]
    subject: Subject,

    /// Who took it over, as `tenure explain` names them: npm:right9ctrl
    #[arg(long, value_name = "PARTY")]
    to: Party,

    /// The version at which the change shows, where several changes match
    #[arg(long, value_name = "VERSION")]
    since: Option<String>,

    /// Why: what was looked at
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The last day on which it counts; a year from now by default
    #[arg(long, value_name = "DATE")]
    until: Option<Time>,

    #[command(flatten)]
    by: By,

    #[command(flatten)]
    facts: FactArgs,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let reason = reason(&arguments.reason)?;
    let package = &arguments.subject.package;
    let session = Session::about(&arguments.subject, &arguments.facts, process)?;
    let destination = Destination::configured(&session.project)?;
    let case = session.case(package)?;
    tell_source(&session.facts, &session.at_hand);
    let change = find(&case, arguments)?;
    if let Some(already) = already(&case, change) {
        answer(&format!("{already}; nothing was changed\n"))?;
        return Ok(Exit::Clean);
    }
    let until = expiry(arguments.until, session.now)?;
    let by = arguments.by.name(process, &session.project)?;
    let table = entry(&session, &case, change, (reason, &by, until))?;
    let path = session.project.root.join(PROJECT_FILE);
    let text = read_if_there(&path)?.unwrap_or_default();
    let text = append_table(PROJECT_FILE, &text, "accept", table)?;
    write_atomically(&path, &text)?;
    let mut said = format!(
        "accepted until {}: {} at {}, to {}\nwritten to {PROJECT_FILE}",
        until.date(),
        change.kind,
        safe(&change.since),
        safe(&change.to.to_string()),
    );
    if add_to_baseline(&session, &case, change)? {
        // Writing to a text cannot fail.
        let _ = write!(said, " and {BASELINE_FILE}");
    }
    answer(&format!("{said}\n"))?;
    after_a_decision(destination.as_ref(), &session.project, process)?;
    Ok(Exit::Clean)
}

/// The change that is meant: rather one that holds than one that does not, and
/// rather one of hands than of what surrounds a release.
fn find<'c>(case: &'c Case<'_>, arguments: &Arguments) -> anyhow::Result<&'c Change> {
    let name = case.history().package().name();
    let matching: Vec<&Change> = case
        .changes
        .iter()
        .filter(|change| change.to == arguments.to)
        .filter(|change| since(arguments).is_none_or(|since| *since == change.since))
        .collect();
    if matching.is_empty() {
        bail!("{}", no_match(case, arguments));
    }
    let holding: Vec<&Change> = matching
        .iter()
        .copied()
        .filter(|change| holds(case, change))
        .collect();
    let meant = if holding.is_empty() {
        matching
    } else {
        holding
    };
    let first = meant[0];
    if meant.iter().any(|change| change.since != first.since) {
        bail!(
            "{name} has several changes to {}; say which with `--since`:\n{}",
            safe(&arguments.to.to_string()),
            list(meant.into_iter())
        );
    }
    Ok(first)
}

/// The version in `--since`, or behind the package's name.
fn since(arguments: &Arguments) -> Option<&String> {
    let named = arguments.subject.version.as_ref();
    arguments.since.as_ref().or(named)
}

fn holds(case: &Case<'_>, change: &Change) -> bool {
    let judgement = case.judge_at(change.index);
    judgement
        .findings
        .iter()
        .any(|finding| finding.change == *change && finding.verdict() >= Verdict::Hold)
}

fn no_match(case: &Case<'_>, arguments: &Arguments) -> String {
    let name = case.history().package().name();
    let since = match since(arguments) {
        Some(since) => format!(" at {since}"),
        None => String::new(),
    };
    let to = arguments.to.to_string();
    let head = format!("{name} has no change to {}{}", safe(&to), safe(&since));
    if case.changes.is_empty() {
        return format!("{head}; no change of hands is known of it at all");
    }
    format!(
        "{head}. Its changes are:\n{}",
        list(case.changes.iter().rev())
    )
}

/// Changes that are listed in an error.
const LISTED: usize = 12;

fn list<'c>(changes: impl Iterator<Item = &'c Change>) -> String {
    let all: Vec<&Change> = changes.collect();
    let mut lines: Vec<String> = all
        .iter()
        .take(LISTED)
        .map(|change| {
            format!(
                "  {}  {} at {} to {}",
                change.at.date(),
                change.kind,
                safe(&change.since),
                safe(&change.to.to_string())
            )
        })
        .collect();
    if all.len() > LISTED {
        lines.push(format!("  and {} more", all.len() - LISTED));
    }
    lines.join("\n")
}

/// That the change is settled by a decision already, and by which.
fn already(case: &Case<'_>, change: &Change) -> Option<String> {
    match case.decision(change)? {
        State::Accepted { by, reason } => Some(format!(
            "accepted already by {}: {}",
            safe(&by),
            safe(&reason)
        )),
        State::Trusted { person } => Some(format!(
            "{} is trusted in {PROJECT_FILE} already",
            safe(&person.to_string())
        )),
        State::Vouched { person, .. } => Some(format!(
            "people you follow vouch for {} already; `tenure vouch path {0}` shows how",
            safe(&person.to_string())
        )),
        State::Baseline => Some(format!("{BASELINE_FILE} covers this change already")),
        State::InForce { .. } | State::Seasoned { .. } => None,
    }
}

/// Earlier hands that are written down: the latest tell the story.
const FROM: usize = 4;

fn entry(
    session: &Session,
    case: &Case<'_>,
    change: &Change,
    (reason, by, until): (&str, &str, Time),
) -> anyhow::Result<Table> {
    let from: Array = change
        .from
        .iter()
        .take(FROM)
        .map(ToString::to_string)
        .collect();
    let mut table = Table::new();
    table["package"] = value(case.history().package().to_string());
    table["from"] = value(from);
    table["to"] = value(change.to.to_string());
    table["since"] = value(change.since.as_str());
    table["reason"] = value(reason);
    table["by"] = value(by);
    table["on"] = value(date(session.now)?);
    table["until"] = value(date(until)?);
    Ok(table)
}

/// Adds the new hands to what `tenure.lock` has of the package. A package that
/// it does not have yet is left to the next `tenure init`.
fn add_to_baseline(session: &Session, case: &Case<'_>, change: &Change) -> anyhow::Result<bool> {
    let Some(mut baseline) = session.project.baseline.clone() else {
        return Ok(false);
    };
    let Some(entry) = baseline.packages.get_mut(case.history().package()) else {
        return Ok(false);
    };
    if !change.kind.is_of_hands() || entry.hands.contains(&change.to) {
        return Ok(false);
    }
    entry.hands.push(change.to.clone());
    entry.hands.sort();
    let path = session.project.root.join(BASELINE_FILE);
    write_atomically(&path, &baseline.to_text())?;
    Ok(true)
}
