//! Whose decisions a request is answered by.

use std::sync::Arc;
use tenure_domain::Party;
use tenure_store::{ProjectName, ProjectRecord, Store, StoreError};
use tenure_trust::acceptance::{Baseline, BaselineError, Decisions, ProjectError, ProjectFile};
use tenure_trust::policy::Policy;

/// A policy and decisions: a project's own, or the server's.
#[derive(Debug)]
pub(crate) struct View {
    /// The project; `None` for the server's own view.
    pub(crate) project: Option<ProjectName>,
    /// Names these decisions: another revision has another key.
    pub(crate) key: Arc<str>,
    pub(crate) policy: Policy,
    pub(crate) decisions: Decisions,
    pub(crate) baseline: Option<Baseline>,
    /// Groups of ids that are one person each.
    pub(crate) links: Vec<Vec<Party>>,
}

/// Why a project has no view.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
    #[error(
        "there is no project `{0}` here; whoever runs this server creates it with `tenure project create {0}`"
    )]
    NoProject(ProjectName),
    #[error("the decisions of project `{0}` cannot be read now: {1}")]
    Store(ProjectName, StoreError),
    #[error("the tenure.toml that was pushed for project `{0}` cannot be used: {1}")]
    File(ProjectName, ProjectError),
    #[error("the tenure.lock that was pushed for project `{0}` cannot be used: {1}")]
    Baseline(ProjectName, BaselineError),
}

impl View {
    /// The server's own view.
    pub(crate) fn of_server(defaults: &ProjectFile) -> Self {
        Self {
            project: None,
            key: "".into(),
            policy: defaults.policy.clone(),
            decisions: defaults.decisions(),
            baseline: None,
            links: defaults.links(),
        }
    }

    /// A project's view: its own policy if it has one, its decisions beside
    /// the server's, for whoever runs a server speaks for all its projects.
    pub(crate) fn of_project(record: &ProjectRecord, server: &Self) -> Result<Self, ViewError> {
        let name = &record.name;
        let files = &record.files;
        let file = ProjectFile::parse(&files.project_file)
            .map_err(|error| ViewError::File(name.clone(), error))?;
        let has_policy = names_policy(&files.project_file);
        let baseline = (!files.baseline.is_empty())
            .then(|| Baseline::parse(&files.baseline))
            .transpose()
            .map_err(|error| ViewError::Baseline(name.clone(), error))?;
        let mut decisions = file.decisions();
        decisions
            .accept
            .extend(server.decisions.accept.iter().cloned());
        decisions
            .trust
            .extend(server.decisions.trust.iter().cloned());
        decisions
            .block
            .extend(server.decisions.block.iter().cloned());
        let mut links = file.links();
        links.extend(server.links.iter().cloned());
        Ok(Self {
            project: Some(name.clone()),
            key: format!("{name}@{}", record.revision).into(),
            policy: if has_policy {
                file.policy
            } else {
                server.policy.clone()
            },
            decisions,
            baseline,
            links,
        })
    }

    /// Where this view's registries lie, with slashes at both ends.
    pub(crate) fn path(&self) -> String {
        match &self.project {
            Some(project) => format!("/p/{project}/"),
            None => "/".to_owned(),
        }
    }
}

fn names_policy(text: &str) -> bool {
    text.parse::<toml::Table>()
        .is_ok_and(|table| table.contains_key("policy"))
}

/// Reads a project's view from the store.
pub(crate) async fn load(
    store: &Store,
    name: &ProjectName,
    server: &View,
) -> Result<View, ViewError> {
    let record = store.project(name).await;
    let record = record.map_err(|error| ViewError::Store(name.clone(), error))?;
    let record = record.ok_or_else(|| ViewError::NoProject(name.clone()))?;
    View::of_project(&record, server)
}
