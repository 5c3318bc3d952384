//! Whose decisions a request is answered by.

use crate::circle;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use tenure_domain::{Party, Time};
use tenure_ecosystem::vouch::ssh::SshError;
use tenure_store::{ProjectName, ProjectRecord, Store, StoreError};
use tenure_trust::acceptance::{
    Baseline, BaselineError, Circle, Decisions, NoKey, ProjectError, ProjectFile,
};
use tenure_trust::policy::Policy;

/// A policy and decisions: a project's own, or the server's.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The project; `None` for the server's own view.
    pub(crate) project: Option<ProjectName>,
    /// Names these decisions: another revision has another key, and so have
    /// those of a time at which others are accepted because people vouch.
    pub(crate) key: Arc<str>,
    pub(crate) policy: Policy,
    pub(crate) decisions: Decisions,
    pub(crate) baseline: Option<Arc<Baseline>>,
    /// Groups of ids that are one person each.
    pub(crate) links: Vec<Vec<Party>>,
    /// Whom it follows.
    circle: Arc<Circle>,
    /// The first moment at which others may be accepted.
    good_until: Option<Time>,
    /// The key of the server's view of which it has the decisions, too.
    server: Arc<str>,
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
    #[error("the tenure.toml that was pushed for project `{0}` cannot be used: {1}")]
    Key(ProjectName, NoKey<SshError>),
    #[error("the files that were pushed for project `{0}` cannot be read: an error in the server")]
    Broken(ProjectName),
}

impl View {
    /// The server's own view.
    pub(crate) fn of_server(defaults: &ProjectFile, circle: Circle, now: Time) -> Self {
        let view = Self {
            project: None,
            key: "".into(),
            policy: defaults.policy.clone(),
            decisions: defaults.decisions(),
            baseline: None,
            links: defaults.links(),
            circle: Arc::new(circle),
            good_until: None,
            server: "".into(),
            revision: 0,
            size: 0,
        };
        view.at(None, now)
    }

    /// A project's view: its own policy if it has one, its decisions beside
    /// the server's, for whoever runs a server speaks for all its projects.
    /// Where registries and servers are is nothing that a project says here.
    pub(crate) fn of_project(
        record: &ProjectRecord,
        server: &Self,
        now: Time,
    ) -> Result<Self, ViewError> {
        let name = &record.name;
        let files = &record.files;
        let file = ProjectFile::parse(&files.project_file)
            .map_err(|error| ViewError::File(name.clone(), error))?;
        let has_policy = names_policy(&files.project_file);
        let baseline = (!files.baseline.is_empty())
            .then(|| Baseline::parse(&files.baseline).map(Arc::new))
            .transpose()
            .map_err(|error| ViewError::Baseline(name.clone(), error))?;
        let circle = circle::of(&file, &files.vouches)
            .map_err(|error| ViewError::Key(name.clone(), error))?;
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
        let vouches: usize = files.vouches.values().flatten().map(String::len).sum();
        let view = Self {
            project: Some(name.clone()),
            key: "".into(),
            policy: if has_policy {
                file.policy
            } else {
                server.policy.clone()
            },
            decisions,
            baseline,
            links,
            circle: Arc::new(circle),
            good_until: None,
            server: "".into(),
            revision: record.revision,
            size: files.project_file.len() + files.baseline.len() + vouches,
        };
        Ok(view.at(Some(server), now))
    }

    /// The server's own view with another circle.
    #[must_use]
    pub(crate) fn following(mut self, circle: Circle, now: Time) -> Self {
        self.circle = Arc::new(circle);
        self.revision += 1;
        self.at(None, now)
    }

    /// The view as it is at a moment: with those who are accepted then.
    #[must_use]
    pub(crate) fn at(mut self, server: Option<&Self>, now: Time) -> Self {
        self.decisions.vouched = self.circle.accepted(now);
        let own = self.circle.changes_after(now);
        self.good_until = own;
        self.server = "".into();
        if let Some(server) = server {
            let theirs = server.decisions.vouched.iter().cloned();
            self.decisions.vouched.extend(theirs);
            self.good_until = own.into_iter().chain(server.good_until).min();
            self.server = Arc::clone(&server.key);
        }
        // Between two moments at which something changes nothing does.
        let until = own.map_or(String::new(), |time| format!("~{}", time.as_millis()));
        self.key = match &self.project {
            Some(name) => format!("{name}@{}{until}/{}", self.revision, self.server).into(),
            None if self.revision == 0 => until.into(),
            None => format!("+{}{until}", self.revision).into(),
        };
        self
    }

    /// Whether nobody was accepted or dropped since it was made.
    pub(crate) fn is_good(&self, server: Option<&Self>, now: Time) -> bool {
        self.good_until.is_none_or(|until| now < until)
            && server.is_none_or(|server| server.key == self.server)
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
        (server, now): (&Arc<View>, Time),
    ) -> Result<Arc<View>, ViewError> {
        let known = self.read.get(name).await;
        if let Some(known) = &known
            && self.newest.contains_key(name)
            && known.is_good(Some(server), now)
        {
            return Ok(Arc::clone(known));
        }
        let failed = |error| ViewError::Store(name.clone(), error);
        let revision = match &known {
            Some(_) => store.project_revision(name).await.map_err(failed)?,
            None => None,
        };
        let view = match known {
            Some(known) if revision == Some(known.revision) => {
                if known.is_good(Some(server), now) {
                    known
                } else {
                    let view = View::clone(&known).at(Some(server), now);
                    self.keep(name, view).await
                }
            }
            _ => self.keep(name, load(store, name, server, now).await?).await,
        };
        self.newest.insert(name.clone(), ()).await;
        Ok(view)
    }

    async fn keep(&self, name: &ProjectName, view: View) -> Arc<View> {
        let view = Arc::new(view);
        self.read.insert(name.clone(), Arc::clone(&view)).await;
        view
    }

    /// Asks the store again at the next request.
    pub(crate) async fn forget(&self, name: &ProjectName) {
        self.newest.invalidate(name).await;
    }
}

async fn load(
    store: &Store,
    name: &ProjectName,
    server: &Arc<View>,
    now: Time,
) -> Result<View, ViewError> {
    let record = store.project(name).await;
    let record = record.map_err(|error| ViewError::Store(name.clone(), error))?;
    let record = record.ok_or_else(|| ViewError::NoProject(name.clone()))?;
    if record.files.vouches.is_empty() {
        return View::of_project(&record, server, now);
    }
    // Checking signatures takes its time.
    let server = Arc::clone(server);
    let read = tokio::task::spawn_blocking(move || View::of_project(&record, &server, now));
    read.await
        .unwrap_or_else(|_| Err(ViewError::Broken(name.clone())))
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
                ..ProjectFiles::default()
            },
            pushed: None,
        };
        let now = "2020-06-01".parse().unwrap();
        let server = ProjectFile::parse(server).unwrap();
        let server = View::of_server(&server, Circle::default(), now);
        View::of_project(&record, &server, now).unwrap()
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

    /// The server's circle accepts mallory in March 2020.
    fn server_at(day: &str) -> View {
        let file = "[[follow]]\nname = \"ada\"\nkey = \"A\"\n[vouching]\nneeded-of-followed = 1\n";
        let file = ProjectFile::parse(file).unwrap();
        let mut circle = Circle::of(&file, |key| Ok::<_, SshError>(key.into())).unwrap();
        circle.add(&tenure_domain::Given {
            by: "A".into(),
            about: tenure_domain::Person::Account("npm:mallory".parse().unwrap()),
            purpose: tenure_domain::Purpose::Competence,
            from: "2020-03-01".parse().unwrap(),
            until: "2020-03-31".parse().unwrap(),
            only: None,
            revoked: None,
            renewed: false,
        });
        View::of_server(&file, circle, day.parse().unwrap())
    }

    #[test]
    fn a_view_is_renewed_when_somebody_comes_or_goes() {
        let before = server_at("2020-02-01");
        let project = of("", "").at(Some(&before), "2020-02-01".parse().unwrap());
        let mut keys = vec![project.key.clone()];
        let accepted = |view: &View, now| {
            let mallory = "npm:mallory".parse().unwrap();
            let river = "pkg:npm/river".parse().unwrap();
            let decided = view.decisions.vouched_for(&mallory, (&river, now), now);
            decided.is_some()
        };
        assert!(project.is_good(Some(&before), "2020-02-29T23:59:59Z".parse().unwrap()));
        for (day, is) in [("2020-03-01", true), ("2020-04-01", false)] {
            let now = day.parse().unwrap();
            assert!(!before.is_good(None, now));
            let server = before.clone().at(None, now);
            assert!(!project.is_good(Some(&server), now));
            let project = project.clone().at(Some(&server), now);
            assert!(project.is_good(Some(&server), now));
            assert_eq!(accepted(&server, now), is);
            assert_eq!(accepted(&project, now), is);
            keys.push(project.key.clone());
        }
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 3);
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
