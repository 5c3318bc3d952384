use super::Fact;
use crate::{History, NewRelease, Party, Release, ReleaseState};
use hashbrown::{HashMap, HashSet};

/// What earlier documents of a package said of releases that its last document
/// does not offer any more.
///
/// A document is the registry's word of today, and whoever holds a package can
/// have releases taken out of it. Who published them says whose hands it was in
/// nevertheless: without them the next hands would look like the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// By date and version, all of them removed.
    releases: Vec<NewRelease>,
}

impl Memory {
    /// What is remembered once the document `now` has taken the place of
    /// `before`; `None` where the registry says that there is no such package.
    #[must_use]
    pub fn after(self, before: Option<&History>, now: Option<&History>) -> Self {
        let listed = Listed::new(now);
        let releases = self.releases.into_iter();
        let mut known: HashMap<Box<str>, NewRelease> = releases
            .map(|release| (release.version.clone(), release))
            .collect();
        if let Some(before) = before {
            for release in before.releases() {
                let said_more = match release.state {
                    ReleaseState::Offered => true,
                    ReleaseState::Removed => !known.contains_key(&release.version),
                };
                if said_more && !listed.says_as_much_of(release) {
                    let removed = removed(before, release);
                    known.insert(release.version.clone(), removed);
                }
            }
        }
        known.retain(|version, _| !listed.offered.contains(&**version));
        let mut releases: Vec<NewRelease> = known.into_values().collect();
        releases.sort_by(|a, b| (a.published, &a.version).cmp(&(b.published, &b.version)));
        Self { releases }
    }

    /// Whether the last document says all that was ever said.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// The last document's history and with it, as removed ones, the releases
    /// that only earlier documents speak of.
    #[must_use]
    pub fn with(&self, last: &History) -> History {
        let known: HashSet<&str> = self
            .releases
            .iter()
            .map(|release| &*release.version)
            .collect();
        let mut builder = last.filtered(|release| !known.contains(&*release.version));
        for release in &self.releases {
            builder.push(release.clone());
        }
        if let Some(owners) = last.owners_now() {
            builder.set_owners_now(owners.iter().map(|ix| last.party(*ix).clone()).collect());
        }
        if let Some(latest) = last.latest() {
            builder.set_latest(latest.into());
        }
        builder.build(last.package().clone(), last.source().clone())
    }

    /// It as facts, for keeping.
    pub fn to_facts(&self) -> Vec<Fact> {
        self.releases.iter().cloned().map(Fact::Removed).collect()
    }

    /// It out of [`to_facts`](Self::to_facts); other facts are left out.
    pub fn from_facts(facts: impl IntoIterator<Item = Fact>) -> Self {
        let releases = facts.into_iter().filter_map(|fact| match fact {
            Fact::Removed(release) => Some(release),
            _ => None,
        });
        Self {
            releases: releases.collect(),
        }
    }
}

/// A release as a removed one, in the canonical form of facts.
fn removed(history: &History, release: &Release) -> NewRelease {
    let mut removed = NewRelease::from_history(history, release);
    removed.state = ReleaseState::Removed;
    if let Some(owners) = &mut removed.owners {
        owners.sort_by_cached_key(Party::to_string);
    }
    removed
}

/// The versions of a document.
#[derive(Default)]
struct Listed<'h> {
    offered: HashSet<&'h str>,
    removed: HashSet<&'h str>,
}

impl<'h> Listed<'h> {
    fn new(history: Option<&'h History>) -> Self {
        let mut listed = Self::default();
        for release in history.into_iter().flat_map(History::releases) {
            match release.state {
                ReleaseState::Offered => listed.offered.insert(&release.version),
                ReleaseState::Removed => listed.removed.insert(&release.version),
            };
        }
        listed
    }

    /// Whether the document still says of a release what the one before did.
    fn says_as_much_of(&self, release: &Release) -> bool {
        let version = &*release.version;
        match release.state {
            ReleaseState::Offered => self.offered.contains(version),
            ReleaseState::Removed => {
                self.offered.contains(version) || self.removed.contains(version)
            }
        }
    }
}
