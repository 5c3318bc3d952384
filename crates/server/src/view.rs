//! Whose decisions a request is answered by.

use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
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
    revision: i64,
    /// Bytes of the files.
    size: usize,
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
            revision: 0,
            size: 0,
        }
    }

    /// A project's view: its own policy if it has one, its decisions beside
    /// the server's, for whoever runs a server speaks for all its projects.
    /// Where registries and servers are is nothing that a project says here.
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
            revision: record.revision,
            size: files.project_file.len() + files.baseline.len(),
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

/// Projects' views, as they were read a moment ago. Another process may be given
/// newer files at any time, so the store is asked for their number again soon.
pub(crate) struct Views {
    read: Cache<ProjectName, Arc<View>>,
    /// Projects whose view was the newest within the last moments.
    newest: Cache<ProjectName, ()>,
}

/// How long a project's files are taken for the newest.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// Bytes of files whose views are held in memory.
const MEMORY: u64 = 24 * 1024 * 1024;

impl Views {
    pub(crate) fn new() -> Self {
        let weight =
            |_: &ProjectName, view: &Arc<View>| u32::try_from(1024 + view.size).unwrap_or(u32::MAX);
        Self {
            read: Cache::builder()
                .weigher(weight)
                .max_capacity(MEMORY)
                .build(),
            newest: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(LOOK_AGAIN)
                .build(),
        }
    }

    /// The view of a project.
    pub(crate) async fn of(
        &self,
        name: &ProjectName,
        store: &Store,
        server: &View,
    ) -> Result<Arc<View>, ViewError> {
        let known = self.read.get(name).await;
        if let Some(known) = &known
            && self.newest.contains_key(name)
        {
            return Ok(Arc::clone(known));
        }
        let failed = |error| ViewError::Store(name.clone(), error);
        let revision = match &known {
            Some(_) => store.project_revision(name).await.map_err(failed)?,
            None => None,
        };
        let view = match known {
            Some(known) if revision == Some(known.revision) => known,
            _ => {
                let view = Arc::new(load(store, name, server).await?);
                self.read.insert(name.clone(), Arc::clone(&view)).await;
                view
            }
        };
        self.newest.insert(name.clone(), ()).await;
        Ok(view)
    }

    /// Asks the store again at the next request.
    pub(crate) async fn forget(&self, name: &ProjectName) {
        self.newest.invalidate(name).await;
    }
}

async fn load(store: &Store, name: &ProjectName, server: &View) -> Result<View, ViewError> {
    let record = store.project(name).await;
    let record = record.map_err(|error| ViewError::Store(name.clone(), error))?;
    let record = record.ok_or_else(|| ViewError::NoProject(name.clone()))?;
    View::of_project(&record, server)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenure_domain::{PackageId, Time};
    use tenure_store::ProjectFiles;

    fn of(project_file: &str, server: &str) -> View {
        let record = ProjectRecord {
            name: "web".parse().unwrap(),
            revision: 1,
            files: ProjectFiles {
                project_file: project_file.to_owned(),
                baseline: String::new(),
            },
            pushed: None,
        };
        let server = View::of_server(&ProjectFile::parse(server).unwrap());
        View::of_project(&record, &server).unwrap()
    }

    const STRICT: &str = "[policy.season]\ndays = [30, 30, 30, 30, 30]\n";

    #[test]
    fn a_policy_of_its_own_counts_and_else_the_servers() {
        let default = Policy::default();
        let strict = ProjectFile::parse(STRICT).unwrap().policy;
        assert_ne!(strict, default);
        assert_eq!(of(STRICT, "").policy, strict);
        assert_eq!(of("", STRICT).policy, strict);
        assert_eq!(of("[policy]\n", STRICT).policy, default);
    }

    #[test]
    fn what_the_server_blocks_stays_blocked() {
        let now: Time = "2020-06-01".parse().unwrap();
        let view = of(
            "[[trust]]\nperson = \"npm:mallory\"\nuntil = 2999-01-01\n",
            "[[block]]\npackage = \"pkg:npm/quiet-stream\"\nreason = \"stolen\"\n\
             [[trust]]\nperson = \"npm:ada\"\nuntil = 2999-01-01\n",
        );
        let package: PackageId = "pkg:npm/quiet-stream".parse().unwrap();
        let mallory = "npm:mallory".parse().unwrap();
        let blocked = view.decisions.block(&package, "2.2.1", Some(&mallory));
        assert_eq!(blocked, Some("stolen"));
        // Both speak for the project.
        assert!(view.decisions.trusts(&mallory, now));
        assert!(view.decisions.trusts(&"npm:ada".parse().unwrap(), now));
    }

    #[test]
    fn where_things_are_is_not_the_projects_to_say() {
        let view = of(
            "[server]\nurl = \"https://packages.example\"\nproject = \"api\"\n\
             [upstream]\nnpm = \"https://evil.example\"\n",
            "",
        );
        assert_eq!(view.path(), "/p/web/");
    }
}
