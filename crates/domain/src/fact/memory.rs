use super::Fact;
use crate::joined;
use crate::{History, Joining, NewRelease, OwnerList, Party, Release, ReleaseState, Time};
use hashbrown::{HashMap, HashSet};

/// What earlier documents of a package said that its last document does not: of
/// releases that it does not offer any more, of who was listed as an owner when,
/// and of who made whom one.
///
/// A document is the registry's word of today, and whoever holds a package can
/// have releases taken out of it. Who published them says whose hands it was in
/// nevertheless: without them the next hands would look like the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// By date and version, all of them removed.
    releases: Vec<NewRelease>,
    /// The earliest first; empty where the last document's own is the only one,
    /// and it alone has it.
    owners: Vec<OwnerList>,
    /// The earliest first.
    joined: Vec<Joining>,
}

impl Memory {
    /// What is remembered once the document `now` has taken the place of
    /// `before`; `None` where the registry says that there is no such package.
    #[must_use]
    pub fn after(mut self, before: Option<&History>, now: Option<&History>) -> Self {
        for document in [before, now].into_iter().flatten() {
            self.see_owners(document, document.source().seen);
        }
        let owners = self.owners_but_of(now);
        let joined = self.joined_but_of(before, now);
        if before.is_none() && self.releases.is_empty() {
            // Nothing that could have been taken away.
            return Self {
                releases: Vec::new(),
                owners,
                joined,
            };
        }
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
        Self {
            releases,
            owners,
            joined,
        }
    }

    /// With what is known of `last`, the last document: that it was still the
    /// same at `at`.
    #[must_use]
    pub fn confirmed(mut self, last: &History, at: Time) -> Self {
        self.see_owners(last, last.source().seen);
        self.see_owners(last, Some(at));
        self.owners = self.owners_but_of(Some(last));
        self
    }

    fn see_owners(&mut self, document: &History, at: Option<Time>) {
        let (Some(owners), Some(at)) = (document.owners_now(), at) else {
            return;
        };
        let mut owners: Vec<Party> = owners
            .iter()
            .map(|ix| document.party(*ix).clone())
            .collect();
        owners.sort_by_cached_key(Party::to_string);
        match self.owners.last_mut() {
            // Seen in another order than it happened.
            Some(last) if at < last.last => {}
            Some(last) if last.owners == owners => last.last = at,
            _ => self.owners.push(OwnerList {
                owners,
                first: at,
                last: at,
            }),
        }
    }

    /// The lists of owners, unless `now` says all of it.
    fn owners_but_of(&self, now: Option<&History>) -> Vec<OwnerList> {
        match (&*self.owners, now) {
            ([only], Some(now))
                if Some(only.last) == now.source().seen && only.first == only.last =>
            {
                Vec::new()
            }
            (lists, _) => lists.to_vec(),
        }
    }

    /// Who became an owner when, of what `now` does not say any more.
    fn joined_but_of(&self, before: Option<&History>, now: Option<&History>) -> Vec<Joining> {
        let mut joined = self.joined.clone();
        joined.extend(before.map(History::joinings).unwrap_or_default());
        if joined.is_empty() {
            return joined;
        }
        let said = now.map(History::joinings).unwrap_or_default();
        joined.retain(|joining| !said.contains(joining));
        joined::sort(&mut joined);
        joined.dedup();
        joined
    }

    /// The lists of owners that were seen, the earliest first.
    pub fn owner_lists(&self) -> &[OwnerList] {
        &self.owners
    }

    /// Who became an owner when, of what the last document does not say.
    pub fn joinings(&self) -> &[Joining] {
        &self.joined
    }

    /// Whether the last document says all that was ever said.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty() && self.owners.is_empty() && self.joined.is_empty()
    }

    /// The last document's history, and with it what only earlier documents
    /// speak of: releases as removed ones, lists of owners, and who joined them.
    #[must_use]
    pub fn with(&self, last: &History) -> History {
        let mut whole = if self.releases.is_empty() {
            last.clone()
        } else {
            self.with_releases(last)
        };
        whole.see_owners(&self.owners);
        whole.add_joinings(self.joined.iter().cloned());
        whole
    }

    fn with_releases(&self, last: &History) -> History {
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
        let mut whole = builder.build(last.package().clone(), last.source().clone());
        whole.add_joinings(last.joinings());
        whole
    }

    /// It as facts, for keeping.
    pub fn to_facts(&self) -> Vec<Fact> {
        let releases = self.releases.iter().cloned().map(Fact::Removed);
        let owners = self.owners.iter().cloned().map(Fact::Listed);
        let joined = (!self.joined.is_empty()).then(|| Fact::Joined {
            joined: self.joined.clone(),
        });
        releases.chain(owners).chain(joined).collect()
    }

    /// It out of [`to_facts`](Self::to_facts); other facts are left out.
    pub fn from_facts(facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut memory = Self::default();
        for fact in facts {
            match fact {
                Fact::Removed(release) => memory.releases.push(release),
                Fact::Listed(list) => memory.owners.push(list),
                Fact::Joined { joined } => memory.joined.extend(joined),
                _ => {}
            }
        }
        memory
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
