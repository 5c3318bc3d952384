use crate::db::{Db, optional};
use crate::people::{self, Histories};
use crate::{Blobs, Documents, StoreError, StoreOptions, blobs};
use std::sync::Arc;

/// Everything that is kept. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    blobs: Blobs,
    documents: Documents,
    histories: Histories,
}

const LEDGER_END: &str = "SELECT last FROM ledger_end";

impl Store {
    /// Opens a store: makes what is missing, brings the tables up to date, and
    /// writes a small blob to see whether that works.
    ///
    /// # Errors
    /// When the database or the blobs cannot be had or written.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let (blobs, documents) = blobs::open(&options.blobs).await?;
        let db = Db::open(&options.database).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                db,
                blobs,
                documents,
                histories: people::histories(),
            }),
        })
    }

    /// Whether the database and the blobs answer.
    ///
    /// # Errors
    /// When one of them does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.ledger_end().await?;
        self.inner.blobs.probe().await
    }

    /// Blobs by the digest of their bytes: tarballs.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// The registries' documents.
    pub fn documents(&self) -> &Documents {
        &self.inner.documents
    }

    /// Ends all connections. Nothing is lost without it, but SQLite then leaves
    /// its log beside the database.
    pub async fn close(&self) {
        self.inner.db.close().await;
    }

    /// The number of the last observation; 0 before the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ledger_end(&self) -> Result<i64, StoreError> {
        let failed = self.db().failed("looked for the end of the ledger");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), (i64,), LEDGER_END).map_err(&failed)?;
        Ok(row.map_or(0, |(last,)| last))
    }

    /// Histories that were read a moment ago.
    pub(crate) fn histories(&self) -> &Histories {
        &self.inner.histories
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }
}
