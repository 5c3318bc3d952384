use super::Fact;
use super::order::Order;
use crate::{History, HistoryBuilder, Joining, NewRelease, PackageId, Party, Source};
use hashbrown::HashMap;

/// The history that `facts`, in the order in which they were observed, add up
/// to. `source` says when the last document was seen and its digest; where the
/// facts name a document, they say its kind and address.
///
/// Facts that do not fit what came before (a change of a version that was never
/// listed) are taken as they are: whoever wrote them saw it so.
pub fn fold(package: PackageId, source: Source, facts: impl IntoIterator<Item = Fact>) -> History {
    let mut folded = Folded {
        source,
        releases: HashMap::new(),
        order: Order::default(),
        owners: None,
        joined: Vec::new(),
        latest: None,
    };
    for fact in facts {
        folded.take_in(fact);
    }
    folded.into_history(package)
}

struct Folded {
    source: Source,
    releases: HashMap<Box<str>, NewRelease>,
    order: Order<Box<str>>,
    owners: Option<Vec<Party>>,
    joined: Vec<Joining>,
    latest: Option<Box<str>>,
}

impl Folded {
    fn take_in(&mut self, fact: Fact) {
        match fact {
            Fact::Document { kind, from } => {
                self.source.kind = kind;
                self.source.from = from;
            }
            Fact::Release(release)
            | Fact::Changed(release)
            | Fact::Removed(release)
            | Fact::Returned(release) => self.list(release),
            Fact::Vanished { version } => {
                if let Some(release) = self.releases.remove(&version) {
                    self.order.take(release.published, &version);
                }
            }
            Fact::Order { versions } => {
                let places = versions.iter().map(|version| &**version).zip(0..);
                let ranks: HashMap<&str, usize> = places.collect();
                let rank = |version: &str| ranks.get(version).copied().unwrap_or(usize::MAX);
                self.order.sort_by_rank(rank);
            }
            Fact::Owners { owners } => self.owners = owners,
            Fact::Joined { joined } => self.joined = joined,
            Fact::Latest { version } => self.latest = version,
            // Neither says anything of now.
            Fact::Confirmed { .. } | Fact::Listed(_) => {}
            Fact::Gone {} => {
                self.releases.clear();
                self.order = Order::default();
                self.owners = None;
                self.joined.clear();
                self.latest = None;
            }
        }
    }

    fn list(&mut self, release: NewRelease) {
        let (version, published) = (release.version.clone(), release.published);
        match self.releases.insert(version.clone(), release) {
            Some(before) => self.order.re_date(before.published, published, &version),
            None => self.order.place(published, version),
        }
    }

    fn into_history(mut self, package: PackageId) -> History {
        let mut builder = HistoryBuilder::default();
        for version in self.order.versions() {
            if let Some(release) = self.releases.remove(version) {
                builder.push(release);
            }
        }
        if let Some(owners) = self.owners {
            builder.set_owners_now(owners);
        }
        if let Some(latest) = self.latest {
            builder.set_latest(latest);
        }
        let mut history = builder.build(package, self.source);
        history.add_joinings(self.joined);
        history
    }
}
