//! `co-maintainer`: an owner of record publishes for the first time.

use super::{Change, Fact, Kind, Meta, Scene};
use tenure_domain::Days;

pub(super) const META: Meta = Meta {
    kind: Kind::CoMaintainer,
    id: "co-maintainer",
    line: "first release by somebody who was already listed as an owner",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let newcomer = scene.own_hand().is_none() && !scene.party().is_workflow();
    let since = scene
        .past
        .listed_since(scene.publisher)
        .filter(|_| newcomer && scene.is_established())?;
    let mut facts = vec![scene.made_owner().unwrap_or(Fact::ListedSince { since })];
    let silence = scene.silence();
    if silence >= Days(scene.limits.silence_days) {
        facts.push(Fact::Silence { days: silence });
    }
    Some(scene.change(Kind::CoMaintainer, facts))
}
