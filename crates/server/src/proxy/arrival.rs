//! A tarball on its way from the upstream: kept in a temporary file, verified
//! at its end, and readable by anybody meanwhile.
//!
//! Readers are told of each piece only when the next one has come, so the end
//! of a file is handed out after it has been verified, and never if it is
//! not what the registry's document says.

use super::ProxyError;
use super::integrity::{Digests, Expected};
use bytes::Bytes;
use futures_util::Stream;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tenure_ecosystem::nuget::signature::{self, Verified};
use tenure_store::Digest;
use tenure_upstream::client::Download;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;

/// How far a file has come.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    /// Bytes that may be read.
    pub(super) readable: u64,
    pub(super) state: State,
}

#[derive(Clone, Debug)]
pub(super) enum State {
    Arriving,
    /// It is whole and what it should be.
    Done(Arrived),
    Failed(ProxyError),
}

/// A file that is whole and verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// Whether the store has it.
    pub(super) is_kept: bool,
}

/// A file that can be read while it arrives.
#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) path: Arc<PathBuf>,
    /// Its length, where the upstream announced it.
    pub(super) length: Option<u64>,
    pub(super) progress: watch::Receiver<Progress>,
}

/// Writes a download to its file, which is there already, and says how far it
/// has come. The result is also the last thing that `progress` says, but for the
/// caller to do so: it may have the file to keep first.
pub(super) async fn receive(
    mut download: Download,
    path: &std::path::Path,
    expected: &Expected,
    what: &str,
    progress: &watch::Sender<Progress>,
) -> Result<Arrived, ProxyError> {
    let written = |error: io::Error| {
        ProxyError::Unkept(format!("`{what}` cannot be written to disk: {error}"))
    };
    let file = File::options().write(true).open(path).await;
    let mut file = file.map_err(written)?;
    let mut digests = Digests::new();
    let mut size: u64 = 0;
    while let Some(piece) = download.chunk().await? {
        // What was written before this piece is not the end of the file.
        if size > 0 {
            file.flush().await.map_err(written)?;
            progress.send_modify(|progress| progress.readable = size);
        }
        digests.update(&piece);
        file.write_all(&piece).await.map_err(written)?;
        size += piece.len() as u64;
    }
    file.flush().await.map_err(written)?;
    file.sync_all().await.map_err(written)?;
    let digest = digests.verify(expected, what)?;
    if *expected == Expected::AsSigned {
        as_signed(path.to_owned(), what).await?;
    }
    Ok(Arrived {
        digest,
        size,
        is_kept: false,
    })
}

/// Whether a package is what its signature says.
async fn as_signed(path: PathBuf, what: &str) -> Result<(), ProxyError> {
    let file = std::fs::File::open;
    let checked = tokio::task::spawn_blocking(move || Ok(signature::verify(&mut file(path)?)));
    let checked: io::Result<_> = checked.await.map_err(io::Error::other).flatten();
    let checked = checked.map_err(|error| {
        ProxyError::Unkept(format!("`{what}` cannot be read from disk: {error}"))
    })?;
    match checked {
        Ok(Verified::AsSigned | Verified::Unsigned) => Ok(()),
        Ok(Verified::NotKnown(why)) => {
            tracing::warn!(package = what, %why, "a package's signature cannot be checked");
            Ok(())
        }
        Err(why) => Err(ProxyError::Damaged(format!(
            "what the registry sent as `{what}` is not the package that was signed: {why}; it was thrown away"
        ))),
    }
}

/// The bytes of a file as they arrive. Ends early, with an error, if the file
/// turns out not to be what it should.
pub(super) fn stream(
    arrival: Arrival,
    file: File,
) -> impl Stream<Item = Result<Bytes, io::Error>> + Send {
    let start = Reading {
        arrival,
        file,
        read: 0,
    };
    futures_util::stream::try_unfold(start, |mut reading| async move {
        let piece = reading.next().await?;
        Ok((!piece.is_empty()).then_some((piece, reading)))
    })
}

struct Reading {
    arrival: Arrival,
    file: File,
    read: u64,
}

/// Bytes read at once.
const PIECE: u64 = 64 * 1024;

impl Reading {
    /// The next bytes; none at the end.
    async fn next(&mut self) -> io::Result<Bytes> {
        let there = self.wait().await?;
        let length = there.saturating_sub(self.read).min(PIECE);
        let mut piece = vec![0; length as usize];
        self.file.read_exact(&mut piece).await?;
        self.read += length;
        Ok(piece.into())
    }

    /// How much can be read, once that is more than was read, or all.
    async fn wait(&mut self) -> io::Result<u64> {
        loop {
            let progress = self.arrival.progress.borrow_and_update().clone();
            match progress.state {
                State::Done(arrived) => return Ok(arrived.size),
                State::Failed(why) => return Err(io::Error::other(why)),
                State::Arriving if progress.readable > self.read => return Ok(progress.readable),
                State::Arriving => {}
            }
            let changed = self.arrival.progress.changed().await;
            changed.map_err(|_| io::Error::other(ProxyError::Broken))?;
        }
    }
}
