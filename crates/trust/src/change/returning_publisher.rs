//! `returning-publisher`: an old hand after long absence.
//!
//! Old accounts are the ones that get lost: forgotten tokens, lapsed e-mail
//! domains. The account has every right, and nobody has looked at it for years.

use super::{Change, Fact, Kind, Meta, Scene};
use tenure_domain::Days;

pub(super) const META: Meta = Meta {
    kind: Kind::ReturningPublisher,
    id: "returning-publisher",
    line: "an old hand publishes again after long absence",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let hand = scene.own_hand().filter(|_| scene.is_established())?;
    let away = scene.at.since(hand.last);
    if away < Days(scene.limits.absence_days) || scene.party().is_workflow() {
        return None;
    }
    let mut facts = vec![Fact::AbsentFrom { days: away }];
    let between = scene.past.releases() - hand.position;
    if between > 0 {
        facts.push(Fact::OthersReleased { releases: between });
    }
    let elsewhere =
        scene
            .people
            .last_seen_elsewhere(scene.party(), scene.history.package().name(), scene.at);
    let last_seen = elsewhere.map_or(hand.last, |elsewhere| elsewhere.max(hand.last));
    let unseen = scene.at.since(last_seen);
    if unseen >= Days(scene.limits.dormant_days) {
        facts.push(Fact::UnseenFor { days: unseen });
    }
    Some(scene.change(Kind::ReturningPublisher, facts))
}
