//! Facts from a folder of recorded documents, without any network.

mod documents;
mod walk;

use crate::{FetchError, FetchedHistory, Found, Via, parallel};
use documents::Document;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenure_domain::{History, PackageId, Popularity, Time};

/// What a folder of recorded documents says. Documents are recognised by what
/// is in them, whatever their names.
#[derive(Debug)]
pub struct Recorded {
    folder: PathBuf,
    histories: HashMap<PackageId, Arc<History>>,
    popularity: HashMap<PackageId, Popularity>,
    skipped: usize,
    damaged: Vec<DamagedFile>,
}

/// A document that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` looks like a packument, but {why}", .path.display())]
pub struct DamagedFile {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

/// Why a folder cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// A folder or a file in it could not be read.
    #[error("`{}` cannot be read: {why}", .path.display())]
    Unreadable {
        /// The folder or the file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// More files than any recording has.
    #[error("`{}` has more than {limit} files; name the folder of the documents themselves", .folder.display())]
    TooMany {
        /// The folder.
        folder: PathBuf,
        /// The limit.
        limit: usize,
    },
}

impl Recorded {
    /// Reads every document below `folder`, or the one document if it is a
    /// file. Hidden folders and `node_modules` are left out.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read, or when it has more
    /// than 200,000 files.
    pub fn read(folder: &Path) -> Result<Self, RecordedError> {
        let mut recorded = Self {
            folder: folder.to_owned(),
            histories: HashMap::new(),
            popularity: HashMap::new(),
            skipped: 0,
            damaged: Vec::new(),
        };
        let files = walk::files(folder)?;
        let threads = parallel::threads(files.len());
        let documents = parallel::map(files.len(), threads, |at| documents::read(&files[at]));
        for (file, document) in files.into_iter().zip(documents) {
            match document? {
                Document::Packument(history) => recorded.add(*history),
                Document::Downloads(package, popularity) => {
                    recorded.add_popularity(package, popularity);
                }
                Document::Damaged(why) => recorded.damaged.push(DamagedFile { path: file, why }),
                Document::Other => recorded.skipped += 1,
            }
        }
        Ok(recorded)
    }

    /// Of several documents of a package the one that was changed last counts.
    fn add(&mut self, history: History) {
        let package = history.package().clone();
        let known = self.histories.get(&package);
        if known.is_none_or(|known| changed(known) < changed(&history)) {
            self.histories.insert(package, Arc::new(history));
        }
    }

    fn add_popularity(&mut self, package: PackageId, popularity: Popularity) {
        let known = self.popularity.get(&package);
        if known.is_none_or(|known| known.seen < popularity.seen) {
            self.popularity.insert(package, popularity);
        }
    }

    /// The facts of `packages`, in their order.
    pub fn histories(&self, packages: &[PackageId]) -> Vec<FetchedHistory> {
        let find = |package: &PackageId| FetchedHistory {
            package: package.clone(),
            found: self.history(package),
        };
        packages.iter().map(find).collect()
    }

    fn history(&self, package: &PackageId) -> Result<Found, FetchError> {
        let history = self.histories.get(package);
        let history = history.ok_or_else(|| FetchError::NotRecorded {
            package: package.clone(),
            folder: self.folder.clone(),
        })?;
        Ok(Found {
            history: Arc::clone(history),
            via: Via::Recorded,
            checked: history.source().seen,
        })
    }

    /// How popular a package was when its downloads were recorded.
    pub fn popularity(&self, package: &PackageId) -> Option<&Popularity> {
        self.popularity.get(package)
    }

    /// All packages with a document, sorted.
    pub fn packages(&self) -> Vec<&PackageId> {
        let mut packages: Vec<_> = self.histories.keys().collect();
        packages.sort();
        packages
    }

    /// The folder that was read.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many files are neither packuments nor download counts.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Files that look like packuments and cannot be read.
    pub fn damaged(&self) -> &[DamagedFile] {
        &self.damaged
    }
}

/// When a document was last changed; without its own word, when its latest
/// release was published.
fn changed(history: &History) -> (Option<Time>, usize) {
    let latest = || history.releases().iter().filter_map(|r| r.published).max();
    let changed = history.source().seen.or_else(latest);
    // Documents of the same moment: the one that says more.
    (changed, history.releases().len())
}
