//! `handover`: a new publisher, and the earlier hands are gone, were silent,
//! or were a single pair. It ends a tenure.

use super::{Change, Fact, Kind, Meta, Scene};
use tenure_domain::Days;

pub(super) const META: Meta = Meta {
    kind: Kind::Handover,
    id: "handover",
    line: "a new publisher takes over: the earlier hands are gone, were silent, or one party had held it alone",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let newcomer = scene.own_hand().is_none() && !scene.party().is_workflow();
    if !newcomer || !scene.is_established() {
        return None;
    }
    let mut facts = vec![scene.not_listed()];
    if scene.earlier_hands_are_gone() {
        facts.push(Fact::EarlierHandsGone);
    }
    let silence = scene.silence();
    if silence >= Days(scene.limits.silence_days) {
        facts.push(Fact::Silence { days: silence });
    }
    if let [only] = scene.past.hands() {
        facts.push(Fact::SoleHolder {
            party: scene.history.party(only.party).clone(),
            releases: only.releases,
        });
    }
    (facts.len() > 1).then(|| scene.change(Kind::Handover, facts))
}
