//! `automation`: releases begin to come from a workflow.
//!
//! Usually good news. It is quiet when the workflow runs in the repository that
//! the package already declared. npm's document does not name the repository,
//! but npm publishes provenance only if the repository in the certificate is
//! the one that the manifest declares (npm documentation, "Generating
//! provenance statements"): provenance plus an unchanged declaration is the
//! registry's word that the workflow runs there.

use super::{Change, Fact, Kind, Meta, Scene, WorkflowRepository};
use tenure_domain::{PartyIx, Sameness};

pub(super) const META: Meta = Meta {
    kind: Kind::Automation,
    id: "automation",
    line: "releases begin to come from a trusted publisher (a workflow)",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    if !scene.party().is_workflow() || scene.own_hand().is_some() || !scene.is_established() {
        return None;
    }
    let mut facts = vec![Fact::Repository {
        relation: repository(scene),
    }];
    facts.extend(earlier_workflows(scene).map(|party| Fact::EarlierWorkflow {
        party: scene.history.party(party).clone(),
    }));
    Some(scene.change(Kind::Automation, facts))
}

/// How the workflow's repository relates to the one declared before.
pub(super) fn repository(scene: &Scene<'_>) -> WorkflowRepository {
    match (scene.past.repository(), scene.release.repository) {
        (Some(before), Some(now)) if before != now => WorkflowRepository::Another,
        (Some(_), Some(_)) if scene.release.provenance => WorkflowRepository::Linked,
        _ => WorkflowRepository::NotKnown,
    }
}

/// Workflows that published before and are not certainly the same.
pub(super) fn earlier_workflows(scene: &Scene<'_>) -> impl Iterator<Item = PartyIx> {
    scene
        .past
        .hands()
        .iter()
        .map(|hand| hand.party)
        .filter(|party| {
            let party = scene.history.party(*party);
            party.is_workflow() && party.sameness(scene.party()) != Sameness::Same
        })
}
