//! `new-publisher`: somebody who was not listed as an owner publishes.

use super::{Change, Kind, Meta, Scene};

pub(super) const META: Meta = Meta {
    kind: Kind::NewPublisher,
    id: "new-publisher",
    line: "first release by somebody who was not listed as an owner before",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let newcomer = scene.own_hand().is_none() && !scene.party().is_workflow();
    (newcomer && scene.is_established())
        .then(|| scene.change(Kind::NewPublisher, vec![scene.not_listed()]))
}
