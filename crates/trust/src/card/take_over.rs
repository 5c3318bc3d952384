//! Packages that came into somebody's hands from others, and what became of
//! them.

use super::incident::Counting;
use super::source;
use crate::change::{Change, Kind};
use crate::judge::Case;
use serde::Serialize;
use tenure_domain::{PackageId, Party, ReleaseState, Time};

/// A package that a person took over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TakeOver {
    /// The package.
    pub package: PackageId,
    /// When the first release in these hands came.
    pub at: Time,
    /// Its version.
    pub version: String,
    /// Who had published before, the latest first.
    pub from: Vec<Party>,
    /// How many releases the person has published since.
    pub releases: usize,
    /// How many of those the registry no longer offers.
    pub removed: usize,
    /// How many of those advisories say to contain malicious code.
    pub reported: usize,
    /// When it went on to others, if it did.
    pub until: Option<Time>,
    /// The document that says it.
    pub source: String,
}

/// Every time that the package of a case came into the hands of a person.
pub(super) fn all(
    case: &Case<'_>,
    is_person: impl Fn(&Party) -> bool,
    counting: &Counting<'_>,
) -> Vec<TakeOver> {
    let is_one = |change: &&Change| change.kind == Kind::Handover && is_person(&change.to);
    let taken = case.changes.iter().filter(is_one);
    taken
        .map(|change| one(case, change, &is_person, counting))
        .collect()
}

fn one(
    case: &Case<'_>,
    change: &Change,
    is_person: &impl Fn(&Party) -> bool,
    counting: &Counting<'_>,
) -> TakeOver {
    let history = case.history();
    let ends = |later: &&Change| {
        later.index > change.index && later.kind == Kind::Handover && !is_person(&later.to)
    };
    let until = case.changes.iter().find(ends);
    let end = until.map_or(history.releases().len(), |later| later.index);
    let releases = &history.releases()[change.index..end];
    let own = || {
        releases
            .iter()
            .filter(|release| history.publisher(release).is_some_and(is_person))
    };
    TakeOver {
        package: history.package().clone(),
        at: change.at,
        version: change.since.clone(),
        from: change.from.clone(),
        releases: own().count(),
        removed: own()
            .filter(|release| release.state == ReleaseState::Removed)
            .count(),
        reported: own().filter(|release| counting.means(release)).count(),
        until: until.map(|later| later.at),
        source: source(history),
    }
}
