use super::Fact;
use super::order::Order;
use crate::{History, NewRelease, OwnerSetIx, Party, PartyIx, Release, ReleaseState};
use hashbrown::{HashMap, HashSet};

/// What `new` says that `old` did not, in a stable order: the document, what
/// vanished, the releases oldest first, their order, the owners,
/// who joined them when, the latest.
///
/// When and with which digest the documents were seen is not compared; that
/// belongs to the observation. A version that a history lists twice counts once.
pub fn diff(old: Option<&History>, new: &History) -> Vec<Fact> {
    let compared = Compared::new(old, new);
    let mut facts = Vec::new();
    facts.extend(compared.document());
    facts.extend(compared.vanished());
    facts.extend(compared.releases());
    facts.extend(compared.order());
    facts.extend(compared.owners());
    facts.extend(compared.joined());
    facts.extend(compared.latest());
    facts
}

struct Compared<'h> {
    old: Option<&'h History>,
    new: &'h History,
    old_releases: HashMap<&'h str, &'h Release>,
    new_releases: HashMap<&'h str, &'h Release>,
}

impl<'h> Compared<'h> {
    fn new(old: Option<&'h History>, new: &'h History) -> Self {
        // Without anything before, nothing is looked up.
        Self {
            old,
            new,
            old_releases: old.map(by_version).unwrap_or_default(),
            new_releases: old.map(|_| by_version(new)).unwrap_or_default(),
        }
    }

    fn document(&self) -> Option<Fact> {
        let of = |history: &'h History| (history.source().kind, history.source().from.as_str());
        let (kind, from) = of(self.new);
        (self.old.map(of) != Some((kind, from))).then(|| Fact::Document {
            kind,
            from: from.to_owned(),
        })
    }

    fn vanished(&self) -> impl Iterator<Item = Fact> {
        let old = self.old.map(unrepeated).into_iter().flatten();
        let gone = old.filter(|release| !self.new_releases.contains_key(&*release.version));
        gone.map(|release| Fact::Vanished {
            version: release.version.clone(),
        })
    }

    fn releases(&self) -> Vec<Fact> {
        let mut owners = OwnerSets::new(self.old, self.new);
        let mut sorted = SortedSets::new(self.new);
        let mut facts = Vec::new();
        for release in unrepeated(self.new) {
            let old = self.old_releases.get(&*release.version);
            let same = |owners: &mut OwnerSets<'_>| {
                let old = self.old.zip(old.copied());
                old.is_some_and(|old| is_same(old, (self.new, release), owners))
            };
            if !same(&mut owners) {
                let written = sorted.written(release);
                facts.push(named(old.map(|old| old.state), written));
            }
        }
        facts
    }

    /// All versions in order, where placing the new ones among the old ones
    /// gives another order than the document's.
    fn order(&self) -> Option<Fact> {
        // Without anything before, the versions are placed in their own order.
        let old = self.old?;
        let mut order = Order::default();
        for release in unrepeated(old) {
            if self.new_releases.contains_key(&*release.version) {
                order.place(release.published, &*release.version);
            }
        }
        for release in unrepeated(self.new) {
            match self.old_releases.get(&*release.version) {
                Some(old) => order.re_date(old.published, release.published, &release.version),
                None => order.place(release.published, &*release.version),
            }
        }
        let versions = || unrepeated(self.new).map(|release| &*release.version);
        let differs = !order.versions().copied().eq(versions());
        differs.then(|| Fact::Order {
            versions: versions().map(Into::into).collect(),
        })
    }

    fn owners(&self) -> Option<Fact> {
        let owners = owners_now(self.new);
        let before = self.old.and_then(owners_now);
        (owners != before).then_some(Fact::Owners { owners })
    }

    fn joined(&self) -> Option<Fact> {
        let joined = self.new.joinings();
        let before = self.old.map(History::joinings).unwrap_or_default();
        (joined != before).then_some(Fact::Joined { joined })
    }

    fn latest(&self) -> Option<Fact> {
        let latest = self.new.latest();
        (self.old.and_then(History::latest) != latest).then(|| Fact::Latest {
            version: latest.map(Into::into),
        })
    }
}

fn named(before: Option<ReleaseState>, release: NewRelease) -> Fact {
    use ReleaseState::{Offered, Removed};
    match (before, release.state) {
        (None, _) => Fact::Release(release),
        (Some(Offered), Removed) => Fact::Removed(release),
        (Some(Removed), Offered) => Fact::Returned(release),
        (Some(_), _) => Fact::Changed(release),
    }
}

/// The releases, each version once.
pub(super) fn unrepeated(history: &History) -> impl Iterator<Item = &Release> {
    let mut seen = HashSet::with_capacity(history.releases().len());
    let releases = history.releases().iter();
    releases.filter(move |release| seen.insert(&*release.version))
}

fn by_version(history: &History) -> HashMap<&str, &Release> {
    unrepeated(history)
        .map(|release| (&*release.version, release))
        .collect()
}

/// Writes releases out in full, their owners sorted by their text: once for each
/// set, since thousands of releases share few.
struct SortedSets<'h> {
    history: &'h History,
    known: HashMap<OwnerSetIx, Vec<Party>>,
}

impl<'h> SortedSets<'h> {
    fn new(history: &'h History) -> Self {
        Self {
            history,
            known: HashMap::new(),
        }
    }

    fn written(&mut self, release: &Release) -> NewRelease {
        let history = self.history;
        let without = Release {
            owners: None,
            ..release.clone()
        };
        let owners = release.owners.map(|set| {
            let sorted = || sorted(history, history.owner_set(set));
            self.known.entry(set).or_insert_with(sorted).clone()
        });
        NewRelease {
            owners,
            ..NewRelease::from_history(history, &without)
        }
    }
}

pub(super) fn sorted(history: &History, owners: &[PartyIx]) -> Vec<Party> {
    let mut owners: Vec<Party> = owners.iter().map(|ix| history.party(*ix).clone()).collect();
    owners.sort_by_cached_key(Party::to_string);
    owners
}

pub(super) fn owners_now(history: &History) -> Option<Vec<Party>> {
    Some(sorted(history, history.owners_now()?))
}

/// Whether two releases of two histories say the same, without writing them out.
fn is_same(
    (old, a): (&History, &Release),
    (new, b): (&History, &Release),
    owners: &mut OwnerSets<'_>,
) -> bool {
    let party = |ix| old.party(ix);
    let plain = |r: &Release| {
        (
            r.published,
            r.provenance,
            r.install_script,
            r.deprecated,
            r.state,
        )
    };
    plain(a) == plain(b)
        && old.publisher(a) == new.publisher(b)
        && a.approver.map(party) == b.approver.map(|ix| new.party(ix))
        && a.contact.map(|ix| old.contact(ix)) == b.contact.map(|ix| new.contact(ix))
        && a.repository.map(|ix| old.repository(ix)) == b.repository.map(|ix| new.repository(ix))
        && a.signed_with.map(|ix| old.certificate(ix))
            == b.signed_with.map(|ix| new.certificate(ix))
        && old.dependencies(a.dependencies) == new.dependencies(b.dependencies)
        && match (a.owners, b.owners) {
            (Some(a), Some(b)) => owners.is_same(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
}

/// Remembers which sets of owners are the same: there are few, and thousands of
/// releases point at them.
struct OwnerSets<'h> {
    old: Option<&'h History>,
    new: &'h History,
    known: HashMap<(OwnerSetIx, OwnerSetIx), bool>,
}

impl<'h> OwnerSets<'h> {
    fn new(old: Option<&'h History>, new: &'h History) -> Self {
        Self {
            old,
            new,
            known: HashMap::new(),
        }
    }

    fn is_same(&mut self, a: OwnerSetIx, b: OwnerSetIx) -> bool {
        let Self { old, new, known } = self;
        *known.entry((a, b)).or_insert_with(|| {
            let sorted = |history: &'h History, set| {
                let parties = history.owner_set(set).iter();
                let mut parties: Vec<&Party> = parties.map(|ix| history.party(*ix)).collect();
                parties.sort_unstable();
                parties
            };
            old.is_some_and(|old| sorted(old, a) == sorted(new, b))
        })
    }
}
