//! `owners-changed`: the list of owners is another than at the release before.
//!
//! Rights are given and taken all the time; by itself this is only ever worth a
//! line.

use super::{Change, Fact, Kind, Meta, Scene};
use tenure_domain::{Party, PartyIx};

pub(super) const META: Meta = Meta {
    kind: Kind::OwnersChanged,
    id: "owners-changed",
    line: "the list of owners changed",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let before = scene.past.owners().filter(|_| scene.is_established())?;
    let now = scene.release.owners?;
    if before == now {
        return None;
    }
    let (before, now) = (
        scene.history.owner_set(before),
        scene.history.owner_set(now),
    );
    let only_in = |these: &[PartyIx], those: &[PartyIx]| -> Vec<Party> {
        these
            .iter()
            .filter(|ix| !those.contains(ix))
            .map(|ix| scene.history.party(*ix).clone())
            .collect()
    };
    let (added, removed) = (only_in(now, before), only_in(before, now));
    let mut facts = Vec::new();
    if !added.is_empty() {
        facts.push(Fact::OwnersAdded { parties: added });
    }
    if !removed.is_empty() {
        facts.push(Fact::OwnersRemoved { parties: removed });
    }
    Some(scene.change(Kind::OwnersChanged, facts))
}
