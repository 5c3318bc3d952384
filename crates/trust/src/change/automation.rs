//! `automation`: releases begin to come from a workflow.
//!
//! Usually good news. It is quiet when the workflow runs in the repository that
//! the package already declared. npm's document does not name the repository,
//! but npm publishes provenance only if the repository in the certificate is
//! the one that the manifest declares (npm documentation, "Generating
//! provenance statements"): provenance plus an unchanged declaration is the
//! registry's word that the workflow runs there. Registries of crates and of
//! Python projects name the repository that the workflow is bound to, so it is
//! compared with the one that earlier releases declared.

use super::{Change, Fact, Kind, Meta, Scene, WorkflowRepository};
use tenure_domain::{Ecosystem, Party, PartyIx, Sameness};

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
    if let Some(runs_in) = runs_in(scene.party()) {
        let declared = scene.past.repository();
        return match declared.map(|ix| scene.history.repository(ix)) {
            Some(declared) if declared == runs_in => WorkflowRepository::Linked,
            Some(_) => WorkflowRepository::Elsewhere,
            None => WorkflowRepository::NotKnown,
        };
    }
    match (scene.past.repository(), scene.release.repository) {
        (Some(before), Some(now)) if before != now => WorkflowRepository::Another,
        (Some(_), Some(_)) if scene.release.provenance => WorkflowRepository::Linked,
        _ => WorkflowRepository::NotKnown,
    }
}

/// The repository that a workflow is bound to, as releases declare one, where
/// the registry names it.
fn runs_in(workflow: &Party) -> Option<String> {
    let Party::Workflow {
        ecosystem,
        provider,
        config: Some(config),
    } = workflow
    else {
        return None;
    };
    let repository = match ecosystem {
        Ecosystem::Cargo => &**config,
        // The last part is the file of the workflow.
        Ecosystem::Pypi => config.rsplit_once('/')?.0,
        Ecosystem::Npm | Ecosystem::Nuget => return None,
    };
    let host = match &**provider {
        "github" => "github.com",
        "gitlab" => "gitlab.com",
        _ => return None,
    };
    let repository = repository.to_ascii_lowercase();
    Some(format!("{host}/{repository}"))
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
