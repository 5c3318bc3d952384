//! What registries said earlier: the ledger in a data folder, the same that a
//! server keeps.

use super::Process;
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tenure_domain::{
    Advisory, Counted, Ecosystem, Highest, History, OwnerList, PackageId, Party, Time,
};
use tenure_store::{
    AdvisoriesAtHand, BlobsAt, DatabaseAt, OwnerReach, Recorded, Store, StoreError, StoreOptions,
};
use tokio::runtime::Runtime;

/// An open ledger.
pub(crate) struct Ledger {
    /// The store that it is part of.
    pub(crate) store: Store,
    /// The folder that all of it is in.
    pub(crate) folder: PathBuf,
    runtime: Runtime,
    /// The first thing that could not be read.
    trouble: Mutex<Option<String>>,
}

/// Who has more packages than that is not judged by them one by one.
pub(crate) const MOST_OF_PEOPLE: usize = 2000;

/// The database in a data folder.
pub(crate) const DATABASE: &str = "tenure.db";
/// The documents in a data folder.
pub(crate) const BLOBS: &str = "blobs";

impl Ledger {
    /// Opens the ledger in `given`, or in the user's own data folder. Makes one
    /// where there is none.
    pub(crate) fn open(given: Option<&Path>, process: &Process) -> anyhow::Result<Self> {
        let Some(folder) = folder(given, process) else {
            bail!("there is no home folder to keep a ledger in; name a folder with `--data DIR`");
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let options = StoreOptions {
            database: DatabaseAt::Sqlite(folder.join(DATABASE)),
            blobs: BlobsAt::Folder(folder.join(BLOBS)),
        };
        let store = runtime.block_on(Store::open(&options))?;
        Ok(Self {
            store,
            folder,
            runtime,
            trouble: Mutex::default(),
        })
    }

    /// Opens the ledger if there is one. Where somebody named a folder there has
    /// to be.
    pub(crate) fn open_if_there(
        given: Option<&Path>,
        process: &Process,
    ) -> anyhow::Result<Option<Self>> {
        let folder = folder(given, process);
        let is_there = folder.is_some_and(|folder| folder.join(DATABASE).is_file());
        match given {
            None if !is_there => Ok(None),
            Some(named) if !is_there => bail!(
                "there is no ledger in `{}`; `tenure observe --data {0}` begins one",
                named.display()
            ),
            _ => Self::open(given, process)
                .map(Some)
                .context("the ledger cannot be read"),
        }
    }

    /// Waits for something that the store does.
    pub(crate) fn wait<T>(&self, doing: impl Future<Output = T>) -> T {
        self.runtime.block_on(doing)
    }

    /// A history with what the ledger knows of earlier; `None` if it adds
    /// nothing.
    pub(crate) fn recalled(&self, address: &str, history: &History) -> Option<History> {
        let recorded = self.store.recorded(address, history.package());
        match self.wait(recorded) {
            Ok(recorded) => whole(recorded, history),
            Err(error) => {
                self.note(&error);
                None
            }
        }
    }

    /// The highest that is known of a package's popularity within the year
    /// before a moment.
    pub(crate) fn highest(&self, package: &PackageId, now: Time) -> Option<Highest> {
        self.noted(self.store.highest(package, now))
    }

    /// The histories of packages in which people act, [`MOST_OF_PEOPLE`] at most,
    /// and whether there are more.
    pub(crate) fn histories_of(&self, people: &[Party]) -> (Vec<Arc<History>>, bool) {
        let reading = self.store.histories_of(people, MOST_OF_PEOPLE + 1);
        let mut histories = self.noted(reading);
        let has_more = histories.len() > MOST_OF_PEOPLE;
        histories.truncate(MOST_OF_PEOPLE);
        (histories, has_more)
    }

    /// The accounts of a registry that have a login.
    pub(crate) fn accounts_called(&self, login: &Party) -> Vec<Party> {
        self.noted(self.store.accounts_called(login))
    }

    /// How far a package reached when that was counted within the year before a
    /// moment.
    pub(crate) fn counted(&self, package: &PackageId, now: Time) -> Option<Counted> {
        self.noted(self.store.counted(package, now))
    }

    /// How much depends on what somebody owns, as was counted last.
    pub(crate) fn owner_reach(&self, owner: &Party, now: Time) -> Option<(Time, OwnerReach)> {
        self.noted(self.store.owner_reach(owner, now))
    }

    /// What advisories say of a package.
    pub(crate) fn advisories_of(&self, package: &PackageId) -> Vec<Advisory> {
        self.noted(self.store.advisories_of(package))
    }

    /// What is at hand of an ecosystem's advisories.
    pub(crate) fn advisories_at_hand(&self, ecosystem: Ecosystem) -> Option<AdvisoriesAtHand> {
        self.noted(self.store.advisories_at_hand(ecosystem))
    }

    fn noted<T: Default>(&self, reading: impl Future<Output = Result<T, StoreError>>) -> T {
        self.wait(reading).unwrap_or_else(|error| {
            self.note(&error);
            T::default()
        })
    }

    /// What could not be read.
    pub(crate) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock();
        trouble.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, error: &StoreError) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.get_or_insert_with(|| format!("the ledger cannot be read: {error}"));
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let store = self.store.clone();
        self.runtime.block_on(async move { store.close().await });
    }
}

fn folder(given: Option<&Path>, process: &Process) -> Option<PathBuf> {
    let folder = given
        .map(Path::to_owned)
        .or_else(|| process.env.data_dir())?;
    Some(process.env.current_dir().join(folder))
}

fn whole(recorded: Recorded, history: &History) -> Option<History> {
    let Recorded {
        history: last,
        memory,
    } = recorded;
    let seen = |history: &History| history.source().seen;
    // What the cache has may be older than the last look.
    let is_newer = last.as_ref().is_none_or(|last| seen(history) >= seen(last));
    let memory = if is_newer {
        memory.after(last.as_ref(), Some(history))
    } else {
        memory
    };
    if !memory.is_empty() {
        return Some(memory.with(history));
    }
    // The one look there was, just now: that is where knowledge begins.
    let (owners, at) = (history.owners_now()?, seen(&last?)?);
    let owners = owners.iter().map(|ix| history.party(*ix).clone()).collect();
    let mut whole = history.clone();
    whole.see_owners(&[OwnerList {
        owners,
        first: at,
        last: at,
    }]);
    Some(whole)
}
