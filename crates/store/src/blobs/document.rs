use super::Blobs;
use crate::threads::on_another_thread;
use crate::{Digest, StoreError, packing};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The registries' documents, compressed, under the digest of their bytes as
/// they were received. Cheap to clone.
#[derive(Clone)]
pub struct Documents {
    blobs: Blobs,
    damaged: Arc<AtomicU64>,
}

impl Documents {
    pub(super) fn new(blobs: Blobs) -> Self {
        Self {
            blobs,
            damaged: Arc::default(),
        }
    }

    /// Keeps a document and gives its digest. It is written even if it is there:
    /// that heals a damaged one, and keeps it from being pruned as unnamed.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put(&self, document: Bytes) -> Result<Digest, StoreError> {
        let packed = on_another_thread(move || {
            (Digest::of(&document), Bytes::from(packing::pack(&document)))
        });
        let (digest, packed) = packed.await;
        self.blobs.put_as(&digest, packed).await?;
        Ok(digest)
    }

    /// A document. One that was damaged is deleted, counted and said to be
    /// absent: it has to be fetched again.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn get(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        let Some(packed) = self.blobs.get(digest).await? else {
            return Ok(None);
        };
        let wanted = *digest;
        let document = on_another_thread(move || {
            packing::unpack(&packed).filter(|document| Digest::of(document) == wanted)
        });
        if let Some(document) = document.await {
            return Ok(Some(document.into()));
        }
        self.damaged.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(%digest, at = %self.blobs.storage.at, "deleted a damaged document");
        self.blobs.delete(digest).await?;
        Ok(None)
    }

    /// How many damaged documents were found since the store was opened.
    pub fn damaged(&self) -> u64 {
        self.damaged.load(Ordering::Relaxed)
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.blobs
    }
}
