//! What a dump says of one crate.

use crate::cargo::api::Version;
use hashbrown::HashMap;
use tenure_domain::{History, HistoryBuilder, Joining, NewRelease, Party, Release, Time};

/// What a dump says of one crate.
#[derive(Clone, Debug, PartialEq)]
pub struct CrateFacts {
    /// The crate, in the case it was published with.
    pub name: Box<str>,
    /// The source repository that it declares now, as `host/owner/name`.
    pub repository: Option<Box<str>>,
    /// The version that the registry shows first.
    pub default_version: Option<Box<str>>,
    /// All downloads ever.
    pub downloads: Option<u64>,
    /// Whether only workflows may publish; `None` in dumps from before.
    pub trusted_publishing_only: Option<bool>,
    /// Who owns it. Nobody who was an owner before is in a dump.
    pub owners: Vec<Owner>,
    /// Its versions, oldest first, without checksums and actions.
    pub versions: Vec<Version>,
}

/// An owner of a crate.
#[derive(Clone, Debug, PartialEq)]
pub struct Owner {
    /// The user or team.
    pub party: Party,
    /// When it became one.
    pub since: Option<Time>,
    /// Who made it one, if somebody else did; `None` where the dump does not say,
    /// too, as of the oldest crates.
    pub by: Option<Party>,
}

impl Owner {
    /// It as a fact of a history, where it is known when it was.
    pub fn joining(self) -> Option<Joining> {
        let Self { party, since, by } = self;
        Some(Joining {
            owner: party,
            at: since?,
            by,
        })
    }
}

impl CrateFacts {
    /// Who owns it, without since when.
    pub fn owners(&self) -> Vec<Party> {
        self.owners
            .iter()
            .map(|owner| owner.party.clone())
            .collect()
    }
}

/// The history of a dump with the publishers that are known from earlier: of a
/// version that a workflow published a dump does not say by whom, but the API
/// does.
#[must_use]
pub fn with_earlier(now: History, earlier: &History) -> History {
    let known: HashMap<&str, &Release> = earlier
        .releases()
        .iter()
        .filter(|release| release.publisher.is_some())
        .map(|release| (&*release.version, release))
        .collect();
    let learns =
        |release: &Release| release.publisher.is_none() && known.contains_key(&*release.version);
    if !now.releases().iter().any(learns) {
        return now;
    }
    let mut builder = HistoryBuilder::default();
    for release in now.releases() {
        let earlier_publisher = || earlier.publisher(known.get(&*release.version)?).cloned();
        let publisher = now.publisher(release).cloned().or_else(earlier_publisher);
        builder.push(NewRelease {
            publisher,
            ..NewRelease::from_history(&now, release)
        });
    }
    if let Some(owners) = now.owners_now() {
        builder.set_owners_now(owners.iter().map(|ix| now.party(*ix).clone()).collect());
    }
    if let Some(latest) = now.latest() {
        builder.set_latest(latest.into());
    }
    let mut whole = builder.build(now.package().clone(), now.source().clone());
    whole.add_joinings(now.joinings());
    whole
}
