//! A tarball on its way from the upstream: kept in a temporary file, verified
//! at its end, and readable by anybody meanwhile.
//!
//! Readers are told of each piece only when the next one has come, so the end
//! of a file is handed out after it has been verified, and never if it is
//! not what the registry's document says.

use super::ProxyError;
use bytes::Bytes;
use futures_util::Stream;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
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
}

/// A file that can be read while it arrives.
#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) path: Arc<PathBuf>,
    /// Its length, where the upstream announced it.
    pub(super) length: Option<u64>,
    pub(super) progress: watch::Receiver<Progress>,
}

/// What a file has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A Subresource Integrity text, such as `sha512-...`.
    Integrity(String),
    /// SHA-1 in hexadecimal: all that npm gave before 2017.
    Shasum(String),
}

/// The digests that are computed as a file passes.
pub(super) struct Digests {
    sha1: Sha1,
    sha256: Sha256,
    sha512: Sha512,
}

impl Digests {
    pub(super) fn new() -> Self {
        Self {
            sha1: Sha1::new(),
            sha256: Sha256::new(),
            sha512: Sha512::new(),
        }
    }

    pub(super) fn update(&mut self, piece: &[u8]) {
        self.sha1.update(piece);
        self.sha256.update(piece);
        self.sha512.update(piece);
    }

    /// The digest under which the file is kept, if it is as expected.
    pub(super) fn verify(self, expected: &Expected) -> Result<Digest, String> {
        let sha256: [u8; 32] = self.sha256.finalize().into();
        let fits = match expected {
            Expected::Shasum(shasum) => shasum.eq_ignore_ascii_case(&hex(&self.sha1.finalize())),
            Expected::Integrity(integrity) => strongest_fits(
                integrity,
                &self.sha1.finalize(),
                &sha256,
                &self.sha512.finalize(),
            ),
        };
        if fits {
            Ok(Digest::from_bytes(sha256))
        } else {
            Err(expected.to_string())
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integrity(text) | Self::Shasum(text) => f.write_str(text),
        }
    }
}

/// Whether the strongest digest in an integrity text is one of these. As the
/// specification has it, of several equally strong ones any may fit.
fn strongest_fits(integrity: &str, sha1: &[u8], sha256: &[u8], sha512: &[u8]) -> bool {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    for (name, digest) in [("sha512-", sha512), ("sha256-", sha256), ("sha1-", sha1)] {
        let mut of_this_kind = integrity
            .split_ascii_whitespace()
            .filter_map(|text| text.strip_prefix(name))
            .map(|text| text.split('?').next().unwrap_or_default())
            .peekable();
        if of_this_kind.peek().is_some() {
            let wanted = base64.encode(digest);
            return of_this_kind.any(|text| text == wanted);
        }
    }
    false
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes a download to its file and says how far it has come. The result is
/// also the last thing that `progress` says, but for the caller to do so: it
/// may have the file to keep first.
pub(super) async fn receive(
    mut download: Download,
    path: &std::path::Path,
    expected: &Expected,
    what: &str,
    progress: &watch::Sender<Progress>,
) -> Result<Arrived, ProxyError> {
    let written = |error: io::Error| {
        ProxyError::Damaged(format!("`{what}` cannot be written to disk: {error}"))
    };
    let mut file = File::options()
        .write(true)
        .truncate(true)
        .create(true)
        .open(path)
        .await
        .map_err(written)?;
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
    let digest = digests.verify(expected).map_err(|expected| {
        ProxyError::Damaged(format!(
            "what the registry sent as `{what}` is not what its document says ({expected}); it was thrown away"
        ))
    })?;
    Ok(Arrived { digest, size })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(bytes: &[u8], expected: &Expected) -> bool {
        let mut digests = Digests::new();
        digests.update(bytes);
        digests.verify(expected).is_ok()
    }

    #[test]
    fn the_strongest_digest_decides() {
        // Of the three bytes `abc`.
        let sha1 = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
        let sha512 = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        let integrity = |text: &str| Expected::Integrity(text.to_owned());
        assert!(verified(b"abc", &integrity(sha1)));
        assert!(verified(b"abc", &integrity(&format!("sha1-x {sha512}"))));
        assert!(verified(
            b"abc",
            &integrity(&format!("sha512-x {sha512}?option"))
        ));
        assert!(!verified(b"abc", &integrity(&format!("{sha1} sha512-x"))));
        assert!(!verified(b"abc", &integrity("")));
        assert!(!verified(
            b"abc",
            &integrity("md5-kAFQmDzST7DWlj99KOF/cg==")
        ));
    }

    #[test]
    fn old_packages_have_only_a_shasum() {
        let shasum = |text: &str| Expected::Shasum(text.to_owned());
        assert!(verified(
            b"abc",
            &shasum("a9993e364706816aba3e25717850c26c9cd0d89d")
        ));
        assert!(!verified(
            b"abd",
            &shasum("a9993e364706816aba3e25717850c26c9cd0d89d")
        ));
    }
}
