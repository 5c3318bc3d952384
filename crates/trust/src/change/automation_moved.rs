//! `automation-moved`: the trusted publisher is bound to something else.
//!
//! npm calls every workflow "GitHub Actions"; only the id of the binding
//! tells one from another.

use super::automation::{earlier_workflows, repository};
use super::{Change, Fact, Kind, Meta, Scene};
use tenure_domain::Sameness;

pub(super) const META: Meta = Meta {
    kind: Kind::AutomationMoved,
    id: "automation-moved",
    line: "the trusted publisher's repository, organisation or workflow changed",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    if !scene.party().is_workflow() || scene.own_hand().is_some() {
        return None;
    }
    let replaced = earlier_workflows(scene)
        .find(|party| scene.history.party(*party).sameness(scene.party()) == Sameness::Different)?;
    let facts = vec![
        Fact::EarlierWorkflow {
            party: scene.history.party(replaced).clone(),
        },
        Fact::Repository {
            relation: repository(scene),
        },
    ];
    Some(scene.change(Kind::AutomationMoved, facts))
}
