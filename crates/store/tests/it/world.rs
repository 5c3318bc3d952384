//! Stores of both kinds.

use crate::s3::S3;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tenure_store::{BlobsAt, DatabaseAt, Store, StoreOptions};
use tenure_testkit::Postgres;

pub(crate) const UPSTREAM: &str = "https://registry.example/";

/// An empty store, and where it is.
pub(crate) struct World {
    pub(crate) store: Store,
    options: StoreOptions,
    /// Where the blobs lie as files.
    objects: PathBuf,
    _folder: Option<TempDir>,
}

impl World {
    /// SQLite and a folder.
    pub(crate) async fn small() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let objects = folder.path().join("blobs");
        let options = small(folder.path());
        Self::open(options, objects, Some(folder)).await
    }

    /// PostgreSQL and S3.
    pub(crate) async fn large(postgres: &Postgres, s3: &S3) -> Self {
        let (options, prefix) = large(postgres, s3);
        Self::open(options, s3.objects(&prefix), None).await
    }

    async fn open(options: StoreOptions, objects: PathBuf, folder: Option<TempDir>) -> Self {
        Self {
            store: Store::open(&options).await.unwrap(),
            options,
            objects,
            _folder: folder,
        }
    }

    /// Another process on the same data, nearly.
    pub(crate) async fn again(&self) -> Store {
        Store::open(&self.options).await.unwrap()
    }

    pub(crate) fn options(&self) -> &StoreOptions {
        &self.options
    }

    pub(crate) fn database(&self) -> &DatabaseAt {
        &self.options.database
    }

    /// All files of blobs whose path has `part` in it.
    pub(crate) fn files(&self, part: &str) -> Vec<PathBuf> {
        let mut files = files(&self.objects);
        let has = |file: &PathBuf| {
            let name = file.strip_prefix(&self.objects).unwrap();
            let name = name.to_str().unwrap();
            name.contains(part) && !name.contains("metadata")
        };
        files.retain(has);
        files
    }
}

pub(crate) fn small(folder: &Path) -> StoreOptions {
    StoreOptions {
        database: DatabaseAt::Sqlite(folder.join("database/tenure.db")),
        blobs: BlobsAt::Folder(folder.join("blobs")),
    }
}

/// A new database and a place in the bucket, with what names begin with there.
pub(crate) fn large(postgres: &Postgres, s3: &S3) -> (StoreOptions, String) {
    static STORES: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("stores/{}", STORES.fetch_add(1, Ordering::Relaxed));
    let options = StoreOptions {
        database: DatabaseAt::Postgres(postgres.database()),
        blobs: BlobsAt::S3(s3.options(&prefix)),
    };
    (options, prefix)
}

/// All files in a folder and below it.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    paths.flat_map(below).collect()
}

/// What SQLite says of its own file.
pub(crate) async fn check(database: &Path) -> String {
    let options = SqliteConnectOptions::new().filename(database);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let answer = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&pool);
    answer.await.unwrap()
}
