//! What every command needs to know: the project, its files, and its facts.

mod at_hand;
mod dotnet;
mod edit;
mod facts;
mod git;
mod gpg;
mod identities;
mod ledger;
mod locked;
mod minisign;
mod parsed;
mod piped;
mod prover;
mod root;
mod session;
mod snippet;
mod ssh_keygen;
mod subject;
mod versions;
mod vetted;
mod vouches;

pub(crate) use at_hand::{AtHand, wanted};
pub(crate) use edit::{append_table, write_atomically};
pub(crate) use facts::{Facts, UpstreamNote, notes as upstream_notes, options as fetcher_options};
pub(crate) use git::Git;
pub(crate) use gpg::sign_openpgp;
pub(crate) use identities::{Identities, Link, RECORD};
pub(crate) use ledger::{Ledger, MOST_OF_PEOPLE};
pub(crate) use locked::{LockfileAt, find, sboms};
pub(crate) use parsed::{Lockfile, read as read_lockfile};
pub(crate) use prover::{Asker, askable, due};
pub(crate) use root::{is_project, within_repository};
pub(crate) use session::Session;
pub(crate) use snippet::in_file;
pub(crate) use ssh_keygen::SigningKey;
pub(crate) use subject::Subject;
pub(crate) use versions::{as_listed, compare as compare_versions, position};
pub(crate) use vouches::{
    EXTENSION, FETCHED, IDENTITY_EXTENSION, Vouches, is_address, on_disk, read_files,
    texts as vouch_texts,
};

use crate::args::{FactArgs, ProjectArgs};
use anyhow::Context as _;
use snippet::{baseline_error, policy_error, project_error};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use tenure_domain::Time;
use tenure_ecosystem::cargo::vet::Published;
use tenure_trust::acceptance::{Baseline, Decisions, ProjectFile};
use tenure_trust::judge::Judge;
use tenure_trust::people::People;
use tenure_trust::policy::Policy;
use tenure_upstream::Environment;

/// The name of the file with people's decisions.
pub(crate) const PROJECT_FILE: &str = "tenure.toml";
/// The name of the file with the accepted hands.
pub(crate) const BASELINE_FILE: &str = "tenure.lock";

/// What main reads of the outside, once.
pub(crate) struct Process {
    /// The environment.
    pub(crate) env: Environment,
    /// The current time.
    pub(crate) now: Time,
    /// Gives 32 bytes that nobody can guess, new ones each time.
    pub(crate) secret: fn() -> anyhow::Result<[u8; 32]>,
}

/// Something could not be found out: not the user's mistake.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unavailable(pub(crate) String);

/// A project: its folder and what its two files say.
pub(crate) struct Project {
    /// The folder.
    pub(crate) root: PathBuf,
    /// The contents of `tenure.toml`.
    pub(crate) file: ProjectFile,
    /// Its decisions.
    pub(crate) decisions: Decisions,
    /// Who published which version of a crate, as cargo-vet remembers it.
    pub(crate) published: Vec<Published>,
    /// The policy in force.
    pub(crate) policy: Policy,
    /// Where the policy was read; `None` for the defaults.
    pub(crate) policy_from: Option<String>,
    /// The contents of `tenure.lock`.
    pub(crate) baseline: Option<Baseline>,
    /// The vouches of those whom it follows.
    pub(crate) vouches: Vouches,
}

impl Project {
    /// Finds the project and reads its files.
    pub(crate) fn load(args: &ProjectArgs, process: &Process) -> anyhow::Result<Self> {
        let root = root::find(args.project.as_deref(), process.env.current_dir())?;
        let text = read_if_there(&root.join(PROJECT_FILE))?;
        let file = match &text {
            Some(text) => ProjectFile::parse(text)
                .map_err(|error| project_error(PROJECT_FILE, text, &error))?,
            None => ProjectFile::default(),
        };
        let (policy, policy_from) = match &args.policy {
            Some(path) => (read_policy(path)?, Some(path.display().to_string())),
            None => (
                file.policy.clone(),
                text.is_some().then(|| PROJECT_FILE.to_owned()),
            ),
        };
        let vouches = Vouches::load(&file, &root)?;
        let (publishers, published) = vetted::read(&root)?;
        Ok(Self {
            baseline: read_baseline(&root)?,
            decisions: Decisions {
                publishers,
                ..file.decisions()
            },
            published,
            vouches,
            policy,
            policy_from,
            file,
            root,
        })
    }

    /// The project as it is to be judged at a moment: those are accepted for
    /// whom people vouched then.
    #[must_use]
    pub(crate) fn judged_at(mut self, now: Time) -> Self {
        self.decisions.vouched = self.vouches.circle.accepted(now);
        self
    }

    /// A judge over the histories at hand.
    pub(crate) fn judge<'a>(&'a self, people: &'a People, now: Time) -> Judge<'a> {
        Judge {
            people,
            policy: &self.policy,
            decisions: &self.decisions,
            baseline: self.baseline.as_ref(),
            now,
        }
    }
}

impl FactArgs {
    /// The moment of judging.
    pub(crate) fn now(&self, process: &Process) -> Time {
        self.as_of.unwrap_or(process.now)
    }
}

/// Reads a `tenure.toml` that may lie anywhere.
pub(crate) fn read_project(path: &Path) -> anyhow::Result<ProjectFile> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    ProjectFile::parse(&text).map_err(|error| project_error(&name, &text, &error))
}

/// Reads a policy that stands alone in a file.
pub(crate) fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the policy `{name}`"))?;
    Policy::parse(&text).map_err(|error| policy_error(&name, &text, &error, ""))
}

fn read_baseline(root: &Path) -> anyhow::Result<Option<Baseline>> {
    let Some(text) = read_if_there(&root.join(BASELINE_FILE))? else {
        return Ok(None);
    };
    Baseline::parse(&text)
        .map(Some)
        .map_err(|error| baseline_error(BASELINE_FILE, &text, &error))
}

/// The text of a file; `None` if there is no such file.
pub(crate) fn read_if_there(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// The bytes of a file that must not be larger than `limit`.
pub(crate) fn read_bounded(path: &Path, limit: usize) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read `{}`", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(cannot)?;
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(cannot)?;
    if bytes.len() > limit {
        anyhow::bail!("`{}` has more than {limit} bytes", path.display());
    }
    Ok(bytes)
}
