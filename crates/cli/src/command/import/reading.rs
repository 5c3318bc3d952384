//! A file on its way through: its digest, and how far it is.

use crate::output::progress::Bar;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read};
use tenure_store::Digest;

/// A file that is read once, to its end.
pub(super) struct Reading {
    file: File,
    size: u64,
    read: u64,
    sha256: Sha256,
    bar: Bar,
}

/// What is read between two looks at the bar.
const STEP: u64 = 1 << 20;

impl Reading {
    pub(super) fn new(file: File) -> io::Result<Self> {
        Ok(Self {
            size: file.metadata()?.len(),
            file,
            read: 0,
            sha256: Sha256::new(),
            bar: Bar::new("reading MiB"),
        })
    }

    /// The digest of the whole file, whatever is left of it.
    pub(super) fn digest(mut self) -> io::Result<Digest> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(Digest::from_bytes(self.sha256.finalize().into()))
    }
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.sha256.update(&into[..read]);
        let before = self.read / STEP;
        self.read += read as u64;
        if self.read / STEP > before {
            let mebibytes = |bytes: u64| (bytes / STEP) as usize;
            self.bar.at(mebibytes(self.read), mebibytes(self.size), "");
        }
        Ok(read)
    }
}
