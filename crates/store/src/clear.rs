//! Clearing away what nothing names any more.

use crate::db::all;
use crate::{Digest, Store, StoreError};
use std::collections::HashSet;
use tenure_domain::{Days, Time};

/// What was cleared away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Documents that are no package's last one.
    pub documents: u64,
    /// Their size as kept, in bytes.
    pub bytes: u64,
    /// Files that somebody began and never finished.
    pub unfinished: u64,
}

/// A document is put before it is named; one that was put lately may yet be.
const GRACE: Days = Days(1.0 / 24.0);

const NAMED: &str = "SELECT DISTINCT digest FROM document WHERE digest IS NOT NULL";

impl Store {
    /// Deletes documents that nothing names any more and that were put over an
    /// hour ago, and files left unfinished for over a day. The ledger keeps the
    /// digests and what the documents said.
    ///
    /// # Errors
    /// When the database or the blobs fail. What was deleted until then stays
    /// deleted; it can be called again.
    pub async fn prune(&self, now: Time) -> Result<Pruned, StoreError> {
        let unfinished = self.blobs().remove_unfinished(now).await?;
        let mut pruned = Pruned {
            unfinished,
            ..Pruned::default()
        };
        // First what is there, then what is named: what is put in between is
        // not in the list.
        let old = self.documents().blobs().older_than(now - GRACE).await?;
        let named = self.named_documents().await?;
        for (digest, size) in old {
            if !named.contains(&digest) {
                self.documents().blobs().delete(&digest).await?;
                pruned.documents += 1;
                pruned.bytes += size;
            }
        }
        Ok(pruned)
    }

    async fn named_documents(&self) -> Result<HashSet<Digest>, StoreError> {
        let failed = self.db().failed("listed the documents");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let rows = all!(reader.on(), (Vec<u8>,), NAMED).map_err(&failed)?;
        let digests = rows.iter();
        Ok(digests
            .filter_map(|(digest,)| Digest::from_column(digest))
            .collect())
    }
}
