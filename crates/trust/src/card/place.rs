//! A package in which a person acts.

use super::{Continuity, First, PROVEN_AFTER, Proven, source};
use crate::judge::Case;
use crate::tier::TierReason;
use serde::Serialize;
use tenure_domain::{Counted, History, PackageId, Party, PartyIx, Release, ReleaseState, Time};

/// What a person has to do with a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The package.
    pub package: PackageId,
    /// Since when the person is known there.
    pub since: Time,
    /// From what.
    pub began: Began,
    /// How many of its releases the person published.
    pub releases: usize,
    /// The last one, and when.
    pub last: Option<(String, Time)>,
    /// Those of the person's releases that the registry no longer offers. Who
    /// removed them, registries do not say.
    pub removed: Vec<String>,
    /// Whether the person is listed as an owner now; `None` where the registry
    /// does not say.
    pub owner_now: Option<bool>,
    /// Whether it is in the person's hands now: as an owner, or where owners are
    /// not known, as whoever published last.
    pub held: bool,
    /// How much depends on it.
    pub tier: TierReason,
    /// How many packages depend on it, where that was counted.
    pub reach: Option<Counted>,
    /// The document that says it.
    pub source: String,
}

/// How somebody first shows in a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "how", rename_all = "lowercase")]
pub enum Began {
    /// By publishing.
    Published {
        /// Which release.
        version: String,
    },
    /// In the list of owners of a release.
    Listed {
        /// Which release.
        version: String,
        /// Who published it: somebody who could make others owners.
        by: Option<Party>,
    },
    /// In the list of owners, which says since when.
    Joined {
        /// Who made the person an owner; `None` where that was nobody else, or is
        /// not known.
        by: Option<Party>,
    },
    /// In the list of owners at a look, without a release.
    Seen {},
}

impl Place {
    pub(super) fn first(&self) -> First {
        First {
            at: self.since,
            package: self.package.to_string(),
            began: self.began.clone(),
            source: self.source.clone(),
        }
    }

    pub(super) fn proven(&self, now: Time) -> Option<Proven> {
        let is_proven = self.held && now.since(self.since) >= PROVEN_AFTER;
        Some(Proven {
            package: self.package.to_string(),
            reach: self.reach.filter(|_| is_proven)?.least,
            since: self.since,
        })
    }
}

/// What a person has to do with the package of a case; `None` if nothing.
pub(super) fn of(
    (case, reach): (&Case<'_>, Option<Counted>),
    is_person: impl Fn(&Party) -> bool,
    now: Time,
) -> Option<Place> {
    let history = case.history();
    let is_by = |release: &&Release| history.publisher(release).is_some_and(&is_person);
    let before = |release: &&Release| release.published.is_some_and(|at| at <= now);
    let releases = || history.releases().iter().filter(before);
    let owners = history.owners_now();
    let owner_now = owners.map(|owners| is_among(history, owners, &is_person));
    let (since, began) = first(history, &is_person, owner_now, now)?;
    let own = || releases().filter(is_by);
    let removed = own().filter(|release| release.state == ReleaseState::Removed);
    let published_last = releases().next_back().is_some_and(|last| is_by(&last));
    Some(Place {
        package: history.package().clone(),
        since,
        began,
        releases: own().count(),
        last: own()
            .next_back()
            .and_then(|release| Some((release.version.to_string(), release.published?))),
        removed: removed.map(|release| release.version.to_string()).collect(),
        owner_now,
        held: owner_now.unwrap_or(published_last),
        tier: case.tier().clone(),
        reach,
        source: source(history),
    })
}

/// The first that shows of a person.
fn first(
    history: &History,
    is_person: &impl Fn(&Party) -> bool,
    owner_now: Option<bool>,
    now: Time,
) -> Option<(Time, Began)> {
    let at_release = history.releases().iter().find_map(|release| {
        let at = release.published.filter(|at| *at <= now)?;
        let publisher = history.publisher(release);
        if publisher.is_some_and(is_person) {
            let version = release.version.to_string();
            return Some((at, Began::Published { version }));
        }
        let owners = history.owner_set(release.owners?);
        is_among(history, owners, is_person).then(|| {
            let version = release.version.to_string();
            (
                at,
                Began::Listed {
                    version,
                    by: publisher.cloned(),
                },
            )
        })
    });
    let seen = history
        .owner_lists()
        .into_iter()
        .filter(|list| list.first <= now);
    let seen = seen
        .filter(|list| list.owners.iter().any(is_person))
        .map(|list| list.first);
    let looked = history.source().seen;
    let looked = looked.filter(|at| owner_now == Some(true) && *at <= now);
    let seen = seen.chain(looked).min().map(|at| (at, Began::Seen {}));
    let joined = joined(history, is_person).filter(|(at, _)| *at <= now);
    let all = at_release.into_iter().chain(joined).chain(seen);
    all.min_by_key(|(at, _)| *at)
}

/// When the person first became an owner, where the list of owners says it.
fn joined(history: &History, is_person: &impl Fn(&Party) -> bool) -> Option<(Time, Began)> {
    let mut joined = history.joined().iter();
    let first = joined.find(|of| is_person(history.party(of.owner)))?;
    let by = first.by.map(|by| history.party(by));
    let by = by.filter(|by| !is_person(by)).cloned();
    Some((first.at, Began::Joined { by }))
}

fn is_among(history: &History, owners: &[PartyIx], is_person: &impl Fn(&Party) -> bool) -> bool {
    owners.iter().any(|ix| is_person(history.party(*ix)))
}

/// The domains of the person's e-mail addresses, release by release.
pub(super) fn addresses(history: &History, is_person: impl Fn(&Party) -> bool) -> Vec<Continuity> {
    let own = history
        .releases()
        .iter()
        .filter(|release| history.publisher(release).is_some_and(&is_person));
    let address = |release: &Release| {
        Some(Continuity {
            at: release.published?,
            domain: history.contact(release.contact?).domain.to_string(),
            package: history.package().to_string(),
            source: source(history),
        })
    };
    own.filter_map(address).collect()
}
