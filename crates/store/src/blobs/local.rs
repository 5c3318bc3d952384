//! Files, piece by piece.

use crate::StoreError;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

/// What is read at once: each read is a change of threads, and readers keep a
/// piece in memory until their client has taken it.
const PIECE: u64 = 256 << 10;

/// A part of a file.
struct Part {
    file: File,
    path: PathBuf,
    left: u64,
}

/// A part of the file, read on other threads; `path` is for people.
pub(super) fn stream(
    file: File,
    path: PathBuf,
    range: Range<u64>,
) -> BoxStream<'static, Result<Bytes, StoreError>> {
    let first = Part {
        file,
        path,
        left: range.end.saturating_sub(range.start),
    };
    let mut skip = Some(range.start);
    Box::pin(stream::try_unfold(first, move |part| {
        let start = skip.take();
        async move {
            if part.left == 0 {
                return Ok(None);
            }
            // Made here, where it ends: a thread that only makes pieces keeps
            // the memory of those that others have freed.
            let room = Vec::with_capacity(part.left.min(PIECE) as usize);
            let read = tokio::task::spawn_blocking(move || part.next(start, room));
            match read.await {
                Ok(piece) => piece.map(Some),
                Err(error) => Err(StoreError::Blobs {
                    at: "folder of blobs".to_owned(),
                    why: error.to_string(),
                }),
            }
        }
    }))
}

impl Part {
    fn next(mut self, start: Option<u64>, room: Vec<u8>) -> Result<(Bytes, Self), StoreError> {
        match self.read(start, room) {
            Ok(piece) => Ok((piece, self)),
            Err(error) => Err(StoreError::of_file(&self.path, &error)),
        }
    }

    fn read(&mut self, start: Option<u64>, mut piece: Vec<u8>) -> io::Result<Bytes> {
        if let Some(start) = start {
            self.file.seek(SeekFrom::Start(start))?;
        }
        let wanted = self.left.min(PIECE);
        (&self.file).take(wanted).read_to_end(&mut piece)?;
        if piece.len() as u64 != wanted {
            let why = "it is shorter than it should be";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        self.left -= wanted;
        Ok(piece.into())
    }
}
