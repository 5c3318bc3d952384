//! The answer of `tenure observe` for people.

use super::{Difference, Outcome, Report, Result};
use crate::output::style::{safe, strong};
use std::fmt::Write as _;
use tenure_domain::Party;
use tenure_trust::standing::plural;

/// Names and versions that fit into a line.
const SHOWN: usize = 6;

/// What changed; of packages that somebody named, the others, too.
pub(super) fn of(report: &Report, named: bool) -> String {
    let mut out = String::new();
    for outcome in &report.packages {
        if let Some(said) = said(&outcome.result, named) {
            let _ = writeln!(out, "{}  {}", strong(&outcome.package), safe(&said));
        }
    }
    let count = |is_it: fn(&Result) -> bool| {
        let all = report.packages.iter();
        all.filter(|outcome: &&Outcome| is_it(&outcome.result))
            .count()
    };
    let parts = [
        (count(|result| matches!(result, Result::New { .. })), "new"),
        (
            count(|result| matches!(result, Result::Changed(_))),
            "changed",
        ),
        (count(|result| matches!(result, Result::Same)), "as before"),
        (count(|result| matches!(result, Result::Gone)), "gone"),
        (
            count(|result| matches!(result, Result::Failed { .. })),
            "not to be had",
        ),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let packages = plural(report.packages.len(), "package", "packages");
    let _ = writeln!(
        out,
        "{packages} asked for on {}: {}; kept in {}",
        report.at,
        parts.join(", "),
        safe(&report.data)
    );
    out
}

fn said(result: &Result, named: bool) -> Option<String> {
    match result {
        Result::Changed(difference) => Some(changed(difference)),
        Result::Gone => Some("gone: the registry has no such package any more".to_owned()),
        Result::Failed { why } => Some(format!("not to be had: {why}")),
        Result::New { releases, owners } if named => {
            let releases = plural(*releases, "release", "releases");
            Some(format!(
                "new here: {releases}, {}",
                owned(owners.as_deref())
            ))
        }
        Result::Same if named => Some("as before".to_owned()),
        Result::New { .. } | Result::Same => None,
    }
}

fn changed(difference: &Difference) -> String {
    let Difference {
        last_seen,
        journal,
        owners_before,
        owners,
        added,
        vanished,
    } = difference;
    let mut parts = Vec::new();
    if owners_before.is_some() || owners.is_some() {
        let seen = last_seen.map_or(String::new(), |at| format!(" (last seen {at})"));
        let before = owned(owners_before.as_deref());
        parts.push(format!(
            "{} now, before {before}{seen}",
            owned(owners.as_deref())
        ));
    }
    if !journal.is_empty() {
        let told = journal
            .iter()
            .map(|told| format!("{} at {}", told.action, told.at));
        let told: Vec<String> = told.collect();
        parts.push(format!("its journal: {}", some(&told)));
    }
    for (versions, what) in [(added, "released"), (vanished, "no longer offered")] {
        if !versions.is_empty() {
            parts.push(format!("{what} {}", some(versions)));
        }
    }
    if parts.is_empty() {
        parts.push("other details".to_owned());
    }
    format!("changed: {}", parts.join("; "))
}

fn owned(owners: Option<&[Party]>) -> String {
    match owners {
        None => "owners not told".to_owned(),
        Some([]) => "owned by nobody".to_owned(),
        Some(owners) => format!("owned by {}", some(owners)),
    }
}

fn some<T: ToString>(all: &[T]) -> String {
    let shown: Vec<String> = all.iter().take(SHOWN).map(T::to_string).collect();
    match all.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
