//! Bytes under the digest of what they are, in a folder or on S3.
//!
//! A name always means the same bytes, so writing over a blob changes nothing:
//! storage without conditional writes is good enough, and what was damaged is
//! healed by putting it again.

mod document;
mod failure;
mod local;
mod open;
mod temporary;

pub use document::Documents;
pub(crate) use open::open;
pub use temporary::TemporaryFile;

use crate::{Digest, StoreError};
use bytes::Bytes;
use failure::{explain, found};
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt};
use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use tenure_domain::Time;

/// Blobs by the digest of their bytes. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    storage: Arc<Storage>,
    /// What the names begin with.
    space: &'static str,
}

/// Where blobs are.
struct Storage {
    objects: Arc<dyn ObjectStore>,
    /// The folder that the names are relative to, where there is one.
    folder: Option<PathBuf>,
    /// What the names of all objects begin with.
    prefix: String,
    /// Where files on their way are made.
    temporary: PathBuf,
    /// The place, for people.
    at: String,
}

impl Storage {
    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }
}

impl Blobs {
    /// Keeps `bytes` and gives their digest.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put(&self, bytes: Bytes) -> Result<Digest, StoreError> {
        let digest = Digest::of(&bytes);
        self.put_as(&digest, bytes).await?;
        Ok(digest)
    }

    /// Keeps bytes under a name that was computed elsewhere.
    async fn put_as(&self, digest: &Digest, bytes: Bytes) -> Result<(), StoreError> {
        let path = self.path(digest);
        let put = self.storage.objects.put(&path, bytes.into()).await;
        put.map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// A file to write a blob into that is too large for memory. It is deleted
    /// when it is dropped.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn temporary(&self) -> Result<TemporaryFile, StoreError> {
        TemporaryFile::new(&self.storage.temporary)
    }

    /// Keeps what was written into a temporary file. `digest` is that of its
    /// bytes; whoever wrote and verified them knows it.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put_file(&self, digest: &Digest, file: TemporaryFile) -> Result<(), StoreError> {
        if let Some(path) = self.folder_path(digest) {
            return file.move_to(path).await;
        }
        let objects = Arc::clone(&self.storage.objects);
        file.upload(objects, self.path(digest), &self.storage.at)
            .await
    }

    /// A whole blob. The bytes are not compared with the digest.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn get(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        let path = self.path(digest);
        let got = async { self.storage.objects.get(&path).await?.bytes().await };
        found(got.await).map_err(|error| self.failed(&error))
    }

    /// A part of a blob, which must lie within it.
    ///
    /// # Errors
    /// When the storage fails, or the range is none of the blob's.
    pub async fn get_range(
        &self,
        digest: &Digest,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        let path = self.path(digest);
        let got = self.storage.objects.get_range(&path, range).await;
        found(got).map_err(|error| self.failed(&error))
    }

    /// The size of a blob in bytes.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn size(&self, digest: &Digest) -> Result<Option<u64>, StoreError> {
        let path = self.path(digest);
        let head = self.storage.objects.head(&path).await;
        let head = found(head).map_err(|error| self.failed(&error))?;
        Ok(head.map(|head| head.size))
    }

    /// A part of a blob, piece by piece; the range must lie within the blob.
    ///
    /// # Errors
    /// When the storage fails, then or on the way.
    pub async fn stream(
        &self,
        digest: &Digest,
        range: Range<u64>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, StoreError>>>, StoreError> {
        if let Some(path) = self.folder_path(digest) {
            let file = self.file(digest)?;
            return Ok(file.map(|file| local::stream(file, path, range)));
        }
        let path = self.path(digest);
        let options = GetOptions {
            range: Some(range.into()),
            ..GetOptions::default()
        };
        let got = self.storage.objects.get_opts(&path, options).await;
        let got = found(got).map_err(|error| self.failed(&error))?;
        let at = self.storage.at.clone();
        let pieces = got.map(object_store::GetResult::into_stream);
        let explained = move |error: object_store::Error| explain(&at, &error);
        Ok(pieces.map(|pieces| pieces.map_err(explained).boxed()))
    }

    /// The file of a blob, where blobs are files on this machine, for whoever can
    /// do more with it than with a [`stream`](Self::stream). `None` where there
    /// is no such blob, and where blobs are no files; `stream` tells which.
    ///
    /// # Errors
    /// When there is a file that cannot be opened.
    pub fn file(&self, digest: &Digest) -> Result<Option<File>, StoreError> {
        let Some(path) = self.folder_path(digest) else {
            return Ok(None);
        };
        match File::open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::of_file(&path, &error)),
        }
    }

    /// Deletes a blob, if it is there.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn delete(&self, digest: &Digest) -> Result<(), StoreError> {
        let deleted = self.storage.objects.delete(&self.path(digest)).await;
        found(deleted).map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// The blobs that were last put before `moment`, with their sizes.
    pub(crate) async fn older_than(&self, moment: Time) -> Result<Vec<(Digest, u64)>, StoreError> {
        let space = self.storage.path(self.space);
        let all = self.storage.objects.list(Some(&space));
        let old = all.try_filter_map(|object| async move {
            let put = Time::from_millis(object.last_modified.timestamp_millis());
            let digest = object
                .location
                .filename()
                .and_then(|name| name.parse().ok());
            Ok(digest
                .filter(|_| put < moment)
                .map(|digest| (digest, object.size)))
        });
        let old: Result<Vec<_>, _> = old.collect::<Vec<_>>().await.into_iter().collect();
        old.map_err(|error| self.failed(&error))
    }

    /// Deletes files that were left unfinished for over a day before `now`.
    pub(crate) async fn remove_unfinished(&self, now: Time) -> Result<u64, StoreError> {
        let (temporary, folder) = (self.storage.temporary.clone(), self.storage.folder.clone());
        let removed = tokio::task::spawn_blocking(move || {
            temporary::remove_unfinished(&temporary, folder.as_deref(), now)
        });
        Ok(removed.await.unwrap_or_default())
    }

    /// Reads the blob that was written when the store was opened.
    pub(crate) async fn probe(&self) -> Result<(), StoreError> {
        let path = self.storage.path(open::PROBE);
        let head = self.storage.objects.head(&path).await;
        head.map_err(|error| self.failed(&error))?;
        Ok(())
    }

    fn path(&self, digest: &Digest) -> Path {
        self.storage.path(&self.name(digest))
    }

    fn folder_path(&self, digest: &Digest) -> Option<PathBuf> {
        let folder = self.storage.folder.as_ref()?;
        Some(folder.join(self.name(digest)))
    }

    fn name(&self, digest: &Digest) -> String {
        let hex = digest.to_string();
        format!("{}/{}/{}/{hex}", self.space, &hex[..2], &hex[2..4])
    }

    fn failed(&self, error: &object_store::Error) -> StoreError {
        explain(&self.storage.at, error)
    }
}
