//! Between two looks: the journal of a Python index tells when the owners
//! changed. It speaks of all projects at once, so it is asked only where some
//! owners did change.

use super::{Observing, last_seen, owners};
use crate::output;
use serde::Serialize;
use std::collections::HashMap;
use tenure_domain::{Ecosystem, History, PackageId, Party, Time};
use tenure_ecosystem::pypi::facts::journal::{Entry, between};
use tenure_ecosystem::pypi::name;
use tenure_store::Recorded;
use tenure_upstream::{Said, SaidNow};

/// What a journal says, by project.
#[derive(Default)]
pub(super) struct Journal {
    entries: HashMap<Box<str>, Vec<Entry>>,
}

/// What a journal tells.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Told {
    /// When.
    pub(super) at: Time,
    /// As it says it: `add Owner ada`.
    pub(super) action: String,
}

/// A list of owners that came and went, or stayed, between two looks.
pub(super) struct Step {
    pub(super) at: Time,
    told: Vec<Told>,
    history: History,
}

impl Observing<'_> {
    /// Asks for the journal since the earliest look at a project whose owners
    /// are others now.
    pub(super) fn journal(
        &self,
        packages: &[PackageId],
        said: &[SaidNow],
    ) -> anyhow::Result<Journal> {
        let mut since: Option<Time> = None;
        for (package, said) in packages.iter().zip(said) {
            let Ok(Some(said)) = said else { continue };
            if package.ecosystem() != Ecosystem::Pypi {
                continue;
            }
            let store = &self.ledger.store;
            let before = store.recorded(&said.address, package);
            let before = self.ledger.wait(before)?;
            let known = before.history.as_ref().and_then(owners);
            if known.is_some() && known != owners(&said.history) {
                since = since.into_iter().chain(last_seen(&before)).min();
            }
        }
        let Some(since) = since else {
            return Ok(Journal::default());
        };
        Ok(match self.fetcher.journal_since(since) {
            Ok(read) => read
                .map(|read| Journal::of(read.entries))
                .unwrap_or_default(),
            Err(error) => {
                output::aside(&format!(
                    "the index's journal is not to be had, so when owners changed is known to the look: {error}"
                ));
                Journal::default()
            }
        })
    }
}

impl Journal {
    fn of(entries: Vec<Entry>) -> Self {
        let mut journal = Self::default();
        for entry in entries {
            let project = entry.project.clone();
            journal.entries.entry(project).or_default().push(entry);
        }
        journal
    }

    /// The lists of owners between the last look and this one. None where the
    /// journal does not lead from the one to the other.
    pub(super) fn steps(
        &self,
        package: &PackageId,
        before: &Recorded,
        now: &History,
        at: Time,
    ) -> Vec<Step> {
        let found = || {
            let entries = self.entries.get(&*name::normalise(package.name())?)?;
            let (last, since) = (before.history.as_ref()?, last_seen(before)?);
            // To the second: what happened within the one of the last look may
            // have been seen then, and changes nothing if it was.
            let since = Time::from_millis(since.as_millis() - 1000);
            let entries: Vec<&Entry> = entries
                .iter()
                .filter(|entry| since < entry.at && entry.at <= at)
                .collect();
            let lists = between(entries.iter().copied(), &owners(last)?, &owners(now)?)?;
            let last_look = last_seen(before)?;
            let step = |(at, owners): (Time, Vec<Party>)| Step {
                at: at.max(last_look),
                told: told_at(&entries, at),
                history: with_owners(last, &owners),
            };
            Some(lists.into_iter().map(step).collect())
        };
        found().unwrap_or_default()
    }
}

impl Step {
    /// It as a look at the API would have brought it.
    pub(super) fn said(&self, address: &str) -> Said {
        Said::of_facts(address.to_owned(), self.history.clone())
    }
}

fn told_at(entries: &[&Entry], at: Time) -> Vec<Told> {
    let told = entries.iter().filter(|entry| entry.at == at);
    let told = told.map(|entry| Told {
        at: entry.at,
        action: entry.action.to_string(),
    });
    told.collect()
}

fn with_owners(history: &History, owners: &[Party]) -> History {
    let mut history = history.clone();
    history.set_owners_now(owners);
    history
}

/// What the journal tells of all steps, each entry once.
pub(super) fn told(steps: Vec<Step>) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for step in steps {
        // Two of them within a second tell the same.
        let last = told.last().map(|last| last.at);
        let news = step.told.into_iter().filter(|one| last < Some(one.at));
        told.extend(news);
    }
    told
}
