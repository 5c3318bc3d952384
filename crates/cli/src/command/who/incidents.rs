//! What advisories say of releases, and which advisories are at hand.

use super::person::Report;
use crate::context::Ledger;
use crate::output::style::{safe, thousands};
use serde::Serialize;
use std::collections::BTreeSet;
use tenure_domain::{Advisory, Ecosystem, History, Party, Time};
use tenure_ecosystem::osv::{Matcher, kept_as};
use tenure_trust::card::{Incident, Reported};

/// The advisories about an ecosystem that are at hand.
#[derive(Serialize)]
pub(super) struct AtHand {
    /// The ecosystem.
    ecosystem: Ecosystem,
    /// How many there are; 0 where none were ever taken in.
    advisories: u64,
    /// When they were last taken in; `null` if never.
    taken_in: Option<Time>,
}

/// What is at hand about the ecosystems of accounts.
pub(super) fn at_hand(ledger: Option<&Ledger>, accounts: &[Party]) -> Vec<AtHand> {
    let ecosystems: BTreeSet<Ecosystem> = accounts.iter().map(Party::ecosystem).collect();
    let ecosystems = ecosystems.into_iter();
    ecosystems
        .map(|ecosystem| {
            let known = ledger.and_then(|ledger| ledger.advisories_at_hand(ecosystem));
            AtHand {
                ecosystem,
                advisories: known.map_or(0, |known| known.advisories),
                taken_in: known.map(|known| known.at),
            }
        })
        .collect()
}

/// What advisories say of the releases in a history.
pub(super) fn reported(ledger: Option<&Ledger>, history: &History) -> Vec<Reported> {
    let Some(ledger) = ledger else {
        return Vec::new();
    };
    let advisories = ledger.advisories_of(&kept_as(history.package()));
    let reported = advisories.into_iter().map(|advisory| Reported {
        versions: meant(&advisory, history),
        advisory,
    });
    reported.collect()
}

/// The versions of a history that an advisory means.
fn meant(advisory: &Advisory, history: &History) -> Vec<Box<str>> {
    let matchers: Vec<Matcher<'_>> = advisory.affected.iter().map(Matcher::new).collect();
    let versions = history.releases().iter().map(|release| &*release.version);
    versions
        .filter(|version| matchers.iter().any(|matcher| matcher.means(version)))
        .map(Into::into)
        .collect()
}

/// An advisory about a package.
#[derive(Serialize)]
pub(super) struct About {
    /// Its id.
    advisory: Box<str>,
    /// When it was published.
    published: Time,
    /// What it says, in a line.
    summary: Box<str>,
    /// The versions that it means, of those that are known.
    versions: Vec<Box<str>>,
    /// The document that says it.
    source: Box<str>,
}

/// What is said of a package until a moment, and was not taken back.
pub(super) fn about(ledger: Option<&Ledger>, history: &History, now: Time) -> Vec<About> {
    let counts = |one: &Reported| {
        let advisory = &one.advisory;
        advisory.withdrawn.is_none() && advisory.published <= now
    };
    let reported = reported(ledger, history).into_iter().filter(counts);
    let about = reported.map(|Reported { advisory, versions }| About {
        advisory: advisory.id,
        published: advisory.published,
        summary: advisory.summary,
        versions,
        source: advisory.source,
    });
    about.collect()
}

impl About {
    /// Its date, its id and what it says.
    pub(super) fn head(&self) -> (String, String, String) {
        let summary = summary(&self.summary);
        (
            self.published.date(),
            safe(&self.advisory).into_owned(),
            summary,
        )
    }

    /// What it means, and who says so.
    pub(super) fn sentence(&self) -> String {
        let meant = match self.versions.as_slice() {
            [] => "means no release that is known".to_owned(),
            versions => format!("means {}", named(versions)),
        };
        format!("{meant}; read from {}", safe(&self.source))
    }
}

/// Versions named.
const NAMED: usize = 10;

fn named(versions: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = versions.iter().take(NAMED).map(AsRef::as_ref).collect();
    let shown = safe(&shown.join(", ")).into_owned();
    match versions.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn summary(text: &str) -> String {
    match safe(text) {
        text if text.is_empty() => "it names no reason".to_owned(),
        text => text.into_owned(),
    }
}

/// Says which releases are meant, each with the document that says it.
pub(super) fn said(report: &Report) -> Vec<(String, &str)> {
    let accounts = accounts(report);
    let incidents = report.card.incidents.iter();
    let one = |incident: &Incident| {
        let also = match incident.also.as_slice() {
            [] => String::new(),
            also => format!(" (also {})", safe(&also.join(", "))),
        };
        let summary = summary(&incident.summary);
        format!(
            "{}{also} of {}: {summary}. It means {} of {}, published with {accounts}",
            safe(&incident.advisory),
            incident.published.date(),
            named(&incident.versions),
            safe(&incident.package.to_string()),
        )
    };
    incidents
        .map(|incident| (one(incident), incident.source.as_str()))
        .collect()
}

/// Says what was looked at.
pub(super) fn looked_at(report: &Report) -> Vec<String> {
    let at_hand = &report.advisories;
    if at_hand.iter().all(|known| known.taken_in.is_none()) {
        let none = "no advisories at hand; `tenure import advisories` takes them in";
        return vec![none.to_owned()];
    }
    let none_means = match report.card.incidents.as_slice() {
        [] => format!("; none means a release published with {}", accounts(report)),
        _ => "; whose hands an account was in, they do not say".to_owned(),
    };
    let said = at_hand.iter().map(|known| match known.taken_in {
        None => format!(
            "no advisories about packages of {} at hand",
            known.ecosystem
        ),
        Some(at) => format!(
            "advisories about packages of {} at hand: {}, taken in on {}{none_means}",
            known.ecosystem,
            thousands(known.advisories as usize),
            at.date(),
        ),
    });
    said.collect()
}

fn accounts(report: &Report) -> &'static str {
    match report.card.accounts.as_slice() {
        [_] => "this account",
        _ => "these accounts",
    }
}
