//! `owners-changed`: the list of owners is another than at the release before.
//!
//! Rights are given and taken all the time; by itself this is only ever worth a
//! line.

use super::{Change, Fact, Kind, MOST_HANDS, Meta, Scene};
use crate::past::Past;
use tenure_domain::{Ecosystem, OwnerSetIx, Party, PartyIx, Release};

pub(super) const META: Meta = Meta {
    kind: Kind::OwnersChanged,
    id: "owners-changed",
    line: "the list of owners changed",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let before = scene.past.owners().filter(|_| scene.is_established())?;
    let now = scene.release.owners?;
    (before != now).then(|| scene.change(Kind::OwnersChanged, facts(scene, before, now)))
}

/// At a release whose publisher is not known, where owners were looked at or
/// signed by the registry: they are all that tells of whose hands it may be in,
/// and somebody who was added stands for them.
pub(super) fn unsigned<'a>(
    past: &Past<'_>,
    release: &Release,
    scene: impl FnOnce(PartyIx) -> Scene<'a>,
) -> Option<Change> {
    let (before, now) = (past.owners()?, release.owners?);
    if before == now {
        return None;
    }
    let history = past.history();
    let (old, new) = (history.owner_set(before), history.owner_set(now));
    let to = new
        .iter()
        .find(|party| !old.contains(party))
        .or(new.first())?;
    let scene = scene(*to);
    let enough = scene.past.releases() >= scene.limits.established_releases;
    // Those of a NuGet package are in the signature of each version.
    let is_signed = history.package().ecosystem() == Ecosystem::Nuget;
    let is_known = is_signed || looks(&scene, before, now).is_some();
    (enough && is_known).then_some(())?;
    let mut change = scene.change(Kind::OwnersChanged, facts(&scene, before, now));
    let earlier = old.iter().map(|ix| history.party(*ix).clone());
    change.from = earlier.take(MOST_HANDS).collect();
    Some(change)
}

fn facts(scene: &Scene<'_>, before: OwnerSetIx, now: OwnerSetIx) -> Vec<Fact> {
    let history = scene.history;
    let (old, new) = (history.owner_set(before), history.owner_set(now));
    let only_in = |these: &[PartyIx], those: &[PartyIx]| -> Vec<Party> {
        these
            .iter()
            .filter(|ix| !those.contains(ix))
            .map(|ix| history.party(*ix).clone())
            .collect()
    };
    let (added, removed) = (only_in(new, old), only_in(old, new));
    let mut facts = Vec::new();
    if !added.is_empty() {
        facts.push(Fact::OwnersAdded { parties: added });
    }
    if !removed.is_empty() {
        facts.push(Fact::OwnersRemoved { parties: removed });
    }
    facts.extend(looks(scene, before, now));
    facts
}

/// The looks between which the list changed, where it is known from looks.
fn looks(scene: &Scene<'_>, before: OwnerSetIx, now: OwnerSetIx) -> Option<Fact> {
    let pairs = scene.history.owners_seen().windows(2);
    let mut pairs = pairs.filter(|pair| pair[0].owners == before && pair[1].owners == now);
    let pair = pairs.find(|pair| scene.at <= pair[1].last)?;
    Some(Fact::OwnersSeen {
        before: pair[0].last,
        after: pair[1].first,
    })
}
