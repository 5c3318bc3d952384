//! Everything Tenure keeps: the ledger of observations, what it adds up to,
//! documents and tarballs, projects and counts.
//!
//! The only crate with SQL. One text per query serves SQLite and PostgreSQL;
//! only the tables are declared twice, in `migrations`. Documents and tarballs
//! are [blobs](Blobs), in a folder or on S3-compatible storage.
//!
//! Nothing is kept in memory that another process on the same database would
//! need: any number of replicas may share a PostgreSQL and a bucket.

mod advisories;
mod blobs;
mod clear;
mod db;
mod digest;
mod documents;
mod downloads;
mod error;
mod import;
mod ledger;
mod observe;
mod options;
mod owner_reach;
mod packing;
mod people;
mod popularity;
mod projects;
mod store;
mod tarballs;
mod threads;
mod tokens;
mod usage;

pub use advisories::{AdvisoriesAtHand, AdvisoriesKept};
pub use blobs::{Blobs, Documents, TemporaryFile};
pub use clear::Pruned;
pub use digest::{Digest, DigestError};
pub use documents::{DocumentRecord, HistoryPlace, Recorded, Validators};
pub use downloads::{Day, DownloadCount};
pub use error::StoreError;
pub use import::{Import, Imported};
pub use ledger::Observation;
pub use observe::{Observed, Seen};
pub use options::{BlobsAt, DatabaseAt, S3Credentials, S3Options, StoreOptions};
pub use owner_reach::OwnerReach;
pub use popularity::PopularityRecord;
pub use projects::{ProjectFiles, ProjectName, ProjectNameError, ProjectRecord, ProjectSummary};
pub use store::Store;
pub use tarballs::TarballRecord;
pub use tokens::{Token, TokenUse};
pub use usage::ReachRecord;

/// The version that reads the documents: another one may see more in the same
/// bytes.
pub const READER: &str = env!("CARGO_PKG_VERSION");
