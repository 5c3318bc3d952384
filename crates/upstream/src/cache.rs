//! The facts read earlier, kept on disk: one small file per package.

use crate::npm_config::Upstream;
use crate::{digest_name, sealed};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenure_domain::{History, PackageId, Popularity, Time};

/// To be counted up whenever the shape of what is kept changes; a test notices
/// when that was forgotten.
const FACTS: sealed::Kind = *b"tnrFCT01";
const POPULARITY: sealed::Kind = *b"tnrPOP01";

/// Facts of one version of Tenure may lack what the next one reads, and a
/// registry that answers "not modified" would never supply it.
const WRITER: &str = env!("CARGO_PKG_VERSION");

/// What identifies a version of a document to the registry that served it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

/// What is known of a package since an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What to show the registry when asking whether anything changed.
    pub validators: Validators,
    /// When the registry last confirmed it.
    pub checked: Time,
    /// The facts.
    pub history: History,
}

/// An [`Entry`] in its stored form, read.
#[derive(Deserialize)]
struct Stored {
    writer: Box<str>,
    validators: Validators,
    checked: Time,
    history: History,
}

/// An [`Entry`] in its stored form, to be written: the same fields in the same
/// order as [`Stored`].
#[derive(Serialize)]
struct ToStore<'a> {
    writer: &'a str,
    validators: &'a Validators,
    checked: Time,
    history: &'a History,
}

/// What a registry said of a package's popularity: an answer, or why none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PopularityEntry {
    /// When it was asked.
    pub asked: Time,
    /// The answer, or the reason why there is none.
    pub answer: Result<Popularity, String>,
}

/// A folder of facts. Any number of processes may use it at the same time.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in `folder`, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder it is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is known of `package` from `upstream`; `None` if nothing is, or if
    /// the file was damaged or written by another version.
    pub fn load(&self, upstream: &Upstream, package: &PackageId) -> Option<Entry> {
        self.load_keyed(&upstream.key(), package)
    }

    fn load_keyed(&self, upstream: &str, package: &PackageId) -> Option<Entry> {
        let path = self.path("facts/v1", upstream, package);
        let stored: Stored = sealed::read(&path, FACTS)?;
        let sound = &*stored.writer == WRITER
            && stored.history.package() == package
            && stored.history.is_consistent();
        sound.then_some(Entry {
            validators: stored.validators,
            checked: stored.checked,
            history: stored.history,
        })
    }

    /// As [`load`](Self::load) for many packages, on as many threads as help.
    pub fn load_all(&self, wanted: &[(&Upstream, &PackageId)]) -> Vec<Option<Entry>> {
        let keys = keys_of(wanted);
        let load = |at: usize| self.load_keyed(&keys[at], wanted[at].1);
        let threads = threads_for(wanted.len());
        let chunk = wanted.len().div_ceil(threads).max(1);
        let starts = (0..wanted.len()).step_by(chunk);
        std::thread::scope(|scope| {
            let mut workers = Vec::with_capacity(threads);
            for start in starts.skip(1) {
                let range = start..wanted.len().min(start + chunk);
                workers.push(scope.spawn(move || range.map(load).collect::<Vec<_>>()));
            }
            // The first part is done here: one thread less to start.
            let mut all: Vec<Option<Entry>> = (0..chunk.min(wanted.len())).map(load).collect();
            for worker in workers {
                match worker.join() {
                    Ok(part) => all.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        })
    }

    /// Keeps what is known of `package`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store(&self, upstream: &Upstream, entry: &Entry) -> io::Result<()> {
        let path = self.path("facts/v1", &upstream.key(), entry.history.package());
        let stored = ToStore {
            writer: WRITER,
            validators: &entry.validators,
            checked: entry.checked,
            history: &entry.history,
        };
        sealed::write(&path, FACTS, &stored)
    }

    /// What `upstream` last said of the popularity of `package`.
    pub fn popularity(&self, upstream: &Upstream, package: &PackageId) -> Option<PopularityEntry> {
        let path = self.path("popularity/v1", &upstream.key(), package);
        sealed::read(&path, POPULARITY)
    }

    /// Keeps what `upstream` said of the popularity of `package`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store_popularity(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        entry: &PopularityEntry,
    ) -> io::Result<()> {
        let path = self.path("popularity/v1", &upstream.key(), package);
        sealed::write(&path, POPULARITY, entry)
    }

    /// A digest names the file: names of packages differ in case alone and
    /// exceed what file systems take.
    fn path(&self, kind: &str, upstream: &str, package: &PackageId) -> PathBuf {
        let name = digest_name(package.name());
        let (shard, rest) = name.split_at(2);
        self.folder.join(format!(
            "{kind}/{}/{upstream}/{shard}/{rest}",
            package.ecosystem()
        ))
    }
}

/// The key of each upstream; nearly always they are all the same one.
fn keys_of(wanted: &[(&Upstream, &PackageId)]) -> Vec<Arc<str>> {
    let mut keys: Vec<Arc<str>> = Vec::with_capacity(wanted.len());
    for (at, (upstream, _)) in wanted.iter().enumerate() {
        let repeats = at > 0 && wanted[at - 1].0 == *upstream;
        let key = match keys.last() {
            Some(last) if repeats => Arc::clone(last),
            _ => upstream.key().into(),
        };
        keys.push(key);
    }
    keys
}

/// More threads than this wait for the file system only.
const MAX_THREADS: usize = 4;
/// Fewer packages than this are read before a thread has started.
const WORTH_A_THREAD: usize = 32;

fn threads_for(packages: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.min(MAX_THREADS).min(packages / WORTH_A_THREAD).max(1)
}
