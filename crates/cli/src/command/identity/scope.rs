//! Whose links are meant, and where their statements and record are.

use crate::args::{FactArgs, ProjectArgs};
use crate::command::desk;
use crate::context::{
    Asker, Identities, Link, Process, Project, RECORD, askable, fetcher_options, read_files,
};
use crate::output::{aside, style::safe, tell_vouches};
use anyhow::{Context as _, bail};
use clap::Args;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tenure_domain::Time;
use tenure_ecosystem::identity::Account;
use tenure_trust::identity::State;

/// Whose links are meant.
#[derive(Clone, Debug, Args)]
pub(super) struct Scope {
    /// A person, by a key or an account; or a folder or file of statements.
    /// By default all whom this project accepts, or your own folder
    #[arg(value_name = "PERSON|FOLDER")]
    whose: Option<String>,

    #[command(flatten)]
    project: ProjectArgs,
}

/// The links that are meant.
pub(super) struct Scoped {
    pub(super) identities: Identities,
    project: Project,
    person: Option<Account>,
    /// Whether the statements are what others say that a project reads, and not
    /// a folder that was named.
    of_project: bool,
}

impl Scope {
    pub(super) fn open(&self, process: &Process) -> anyhow::Result<Scoped> {
        let mut project = Project::load(&self.project, process)?;
        let (person, folder) = match self.whose.as_deref() {
            Some(text) if is_person(text, process) => (Some(text.parse()?), None),
            Some(text) => (None, Some(process.env.current_dir().join(text))),
            None => (None, None),
        };
        let follows = !project.vouches.circle.sources().is_empty();
        if follows && folder.is_none() {
            tell_vouches(&project.vouches);
            let identities = std::mem::take(&mut project.vouches.identities);
            return Ok(Scoped {
                identities,
                project,
                person,
                of_project: true,
            });
        }
        let folder = match folder {
            Some(folder) => folder,
            None => desk::folder(None, process)?,
        };
        Ok(Scoped {
            identities: of_folder(&folder, &project, process)?,
            project,
            person,
            of_project: false,
        })
    }
}

/// What one folder says, with the record in the user's data folder: a folder of
/// somebody else's does not say when we looked.
fn of_folder(folder: &Path, project: &Project, process: &Process) -> anyhow::Result<Identities> {
    let data = process.env.data_dir();
    let data =
        data.context("no home folder is known to keep in it when accounts were looked at")?;
    let rules = project.file.identity.clone();
    let mut identities = Identities::with_record(rules, data.join(RECORD))?;
    let files = if folder.exists() {
        read_files(folder, None)?
    } else {
        Vec::new()
    };
    for file in files {
        let unread = file.source.unread.len();
        if unread > 0 {
            aside(&format!(
                "warning: statements passed over in {0}: {unread}; `tenure vouch check {0}` says why",
                file.path.display()
            ));
        }
        identities.add(&file.source.links, &file.path.display().to_string());
    }
    if identities.links(process.now).is_empty() {
        aside(&format!("no links in `{}`", folder.display()));
    }
    Ok(identities)
}

fn is_person(text: &str, process: &Process) -> bool {
    let is_file = || process.env.current_dir().join(text).exists();
    text.contains(':') && !is_file()
}

impl Scoped {
    /// The links that are meant: for a person all that the same key speaks of;
    /// else, of what a project reads, those of accepted keys. A source may have
    /// statements by anybody.
    pub(super) fn links(&self, now: Time) -> anyhow::Result<Vec<Link>> {
        let mut links = self.identities.links(now);
        let Some(person) = &self.person else {
            if self.of_project {
                askable(&mut links, &self.project.vouches.circle.accepted_keys(now));
            }
            return Ok(links);
        };
        let is_meant = |link: &&Link| {
            Account::Key(link.key.clone()) == *person || is_same(&link.account, person)
        };
        let keys: HashSet<_> = links
            .iter()
            .filter(is_meant)
            .map(|link| link.key.clone())
            .collect();
        if keys.is_empty() {
            bail!("nobody says that `{}` is theirs", safe(&person.to_string()));
        }
        links.retain(|link| keys.contains(&link.key));
        Ok(links)
    }

    /// Whether a person was named.
    pub(super) fn is_of_person(&self) -> bool {
        self.person.is_some()
    }

    /// What people call a key.
    pub(super) fn shown(&self, key: &str) -> Option<String> {
        let shown = self.project.vouches.circle.shown(key);
        (shown != key).then_some(shown)
    }

    pub(super) fn asker(&self, process: &Process) -> anyhow::Result<Asker> {
        let registries = fetcher_options(&FactArgs::default(), &self.project, &[], process);
        let rules = self.identities.rules();
        Asker::new(rules, registries, &self.project.root, &process.env)
    }

    /// Where the record lies, as it may be shown.
    pub(super) fn record(&self) -> PathBuf {
        let place = self.identities.place();
        let below = place.strip_prefix(&self.project.root);
        below.unwrap_or(place).to_owned()
    }
}

/// Whether an account is the one that was named, with or without its number.
fn is_same(account: &Account, named: &Account) -> bool {
    match (account, named) {
        (Account::Github { login: one, .. }, Account::Github { login: other, .. }) => one == other,
        (Account::Registry(one), Account::Registry(other)) => {
            one == other || (one.login().is_some() && bare(account) == bare(named))
        }
        _ => account == named,
    }
}

fn bare(account: &Account) -> String {
    let text = account.to_string();
    text.split('#').next().unwrap_or_default().to_owned()
}

/// Whether something is wrong with a link.
pub(super) fn is_wrong(link: &Link) -> bool {
    !matches!(
        link.state,
        State::Confirmed { .. } | State::Withdrawn { .. }
    )
}
