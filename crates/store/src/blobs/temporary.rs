use super::failure::explain;
use crate::StoreError;
use object_store::buffered::BufWriter;
use object_store::{ObjectStore, path::Path as ObjectPath};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;
use tempfile::NamedTempFile;
use tenure_domain::{Days, Time};
use tokio::io::AsyncWriteExt;

/// A file on its way to become a blob; deleted when it is dropped.
#[derive(Debug)]
pub struct TemporaryFile {
    file: NamedTempFile,
}

/// What nobody wrote to for so long was left behind.
const ABANDONED: Days = Days(1.0);

/// What goes to a bucket in one request; larger files go in parts of this size.
const PART: usize = 8 << 20;

impl TemporaryFile {
    pub(super) fn new(folder: &Path) -> Result<Self, StoreError> {
        match tempfile::Builder::new().tempfile_in(folder) {
            Ok(file) => Ok(Self { file }),
            Err(error) => Err(StoreError::of_file(folder, &error)),
        }
    }

    /// The file, to write into. Seeking in it does no harm.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Where it is, until it is put or dropped.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Makes sure that there is room for so many bytes, where the system can;
    /// it is used up by writing.
    ///
    /// # Errors
    /// When there is none.
    pub fn reserve(&self, bytes: u64) -> Result<(), StoreError> {
        let reserved = reserve(self.file.as_file(), bytes);
        reserved.map_err(|error| StoreError::of_file(self.path(), &error))
    }

    /// Moves it within the file system, so that after a crash there is the whole
    /// blob or none.
    pub(super) async fn move_to(self, path: PathBuf) -> Result<(), StoreError> {
        let moved = tokio::task::spawn_blocking(move || {
            let moved = persist(self.file, &path);
            moved.map_err(|error| StoreError::of_file(&path, &error))
        });
        moved.await.unwrap_or_else(|error| {
            Err(StoreError::Blobs {
                at: "temporary file".to_owned(),
                why: error.to_string(),
            })
        })
    }

    pub(super) async fn upload(
        self,
        objects: Arc<dyn ObjectStore>,
        path: ObjectPath,
        at: &str,
    ) -> Result<(), StoreError> {
        let failed = |error: &io::Error| match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<object_store::Error>())
        {
            Some(inner) => explain(at, inner),
            None => StoreError::of_file(Path::new(at), error),
        };
        let file = fs::File::open(self.path());
        let file = file.map_err(|error| StoreError::of_file(self.path(), &error))?;
        let mut file = tokio::fs::File::from_std(file);
        let mut writer = BufWriter::with_capacity(objects, path, PART);
        let copied = tokio::io::copy(&mut file, &mut writer).await;
        let closed = match copied {
            Ok(_) => writer.shutdown().await,
            Err(error) => {
                // Parts that were sent stay with the bucket, at its owner's
                // cost, until somebody says that there will be no more.
                let _ = writer.abort().await;
                Err(error)
            }
        };
        closed.map_err(|error| failed(&error))
    }
}

fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let is_new = !folder.is_dir();
    fs::create_dir_all(folder)?;
    file.persist(path).map_err(|error| error.error)?;
    // A name is safe when its folder is, and a new folder's when the one above
    // is: there are two levels.
    let levels = if is_new { 3 } else { 1 };
    folder.ancestors().take(levels).try_for_each(sync_folder)
}

#[cfg(target_os = "linux")]
fn reserve(file: &File, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    if bytes == 0 {
        // The system refuses to reserve nothing.
        return Ok(());
    }
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, bytes) {
        // Not every file system can; then writing will tell.
        Err(Errno::NOTSUP | Errno::NOSYS) => Ok(()),
        reserved => Ok(reserved?),
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
fn reserve(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Deletes what was left behind in the folder of temporary files, and what
/// `object_store` left beside blobs (`<name>#<number>`). Says how many; what
/// cannot be deleted stays.
pub(super) fn remove_unfinished(temporary: &Path, blobs: Option<&Path>, now: Time) -> u64 {
    let in_temporary = remove_old(temporary, now, &|_| true);
    let is_staged = |name: &str| name.contains('#');
    in_temporary + blobs.map_or(0, |folder| remove_old(folder, now, &is_staged))
}

fn remove_old(folder: &Path, now: Time, is_meant: &dyn Fn(&str) -> bool) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut removed = 0;
    for entry in entries {
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_dir() {
            removed += remove_old(&entry.path(), now, is_meant);
            continue;
        }
        let is_meant = entry.file_name().to_str().is_some_and(is_meant);
        let is_old = written(&metadata).is_some_and(|written| written < now - ABANDONED);
        if is_meant && is_old && fs::remove_file(entry.path()).is_ok() {
            removed += 1;
        }
    }
    removed
}

fn written(metadata: &fs::Metadata) -> Option<Time> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Time::from_millis(since.as_millis() as i64))
}
