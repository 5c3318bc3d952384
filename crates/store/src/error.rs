use std::path::Path;

/// Why something could not be kept or read.
///
/// Texts carry no password and no key.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be had at all.
    #[error("the database `{at}` cannot be opened: {why}")]
    Open {
        /// Where it is.
        at: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The database was written by a later version.
    #[error(
        "the database `{at}` was written by a newer version of Tenure (step {step} is unknown here); run that version, or name another place for the data"
    )]
    Newer {
        /// Where it is.
        at: String,
        /// The first migration that is not known here.
        step: i64,
    },
    /// Another process holds the database, or it does not answer in time.
    #[error(
        "the database `{at}` did not answer in time: {why}; look whether it runs, and for another process that holds it"
    )]
    Busy {
        /// Where it is.
        at: String,
        /// What the database said.
        why: String,
    },
    /// Nothing more can be kept.
    #[error("no space is left for `{at}`: {why}; free some, what is already kept is whole")]
    Full {
        /// Where there is no space.
        at: String,
        /// What the system said.
        why: String,
    },
    /// A place that may not be written.
    #[error("`{at}` cannot be written: {why}; let this user write there, or name another place")]
    Unwritable {
        /// The place.
        at: String,
        /// What the system said.
        why: String,
    },
    /// A query failed.
    #[error("the database `{at}` failed while it {doing}: {why}")]
    Database {
        /// Where it is.
        at: String,
        /// What was being done: `added an observation`.
        doing: &'static str,
        /// What the database said.
        why: String,
    },
    /// Blobs cannot be read or written.
    #[error("the blobs in `{at}` failed: {why}")]
    Blobs {
        /// Where they are.
        at: String,
        /// What the storage said, and what to do.
        why: String,
    },
    /// What is kept cannot be read any more.
    #[error("{what} in `{at}` is damaged: {why}; restore it from a copy")]
    Damaged {
        /// Where it is.
        at: String,
        /// What is damaged.
        what: String,
        /// What was noticed.
        why: String,
    },
    /// Others changed the same thing again and again.
    #[error("`{what}` was changed by others {times} times while it was being written; try again")]
    Contended {
        /// What it is about.
        what: String,
        /// How often it was tried.
        times: u32,
    },
}

impl StoreError {
    /// What an error of the file or the folder at `at` means.
    pub fn of_file(at: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let (at, why) = (at.display().to_string(), error.to_string());
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::Full { at, why },
            Kind::PermissionDenied
            | Kind::ReadOnlyFilesystem
            | Kind::NotADirectory
            | Kind::AlreadyExists => Self::Unwritable { at, why },
            _ => Self::Blobs { at, why },
        }
    }
}
