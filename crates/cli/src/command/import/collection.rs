//! Documents of a collection: files that are named, those in folders, and those
//! in ZIP archives.

use crate::output::progress::Bar;
use anyhow::{Context as _, bail};
use flate2::read::DeflateDecoder;
use ignore::WalkBuilder;
use rawzip::{CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipEntry};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tenure_ecosystem::osv::MAX_BYTES;

/// Ten times as many as the largest collection has.
const MAX_DOCUMENTS: usize = 5_000_000;
/// All of them together, unpacked.
const MAX_TOTAL: u64 = 32 << 30;
/// What is read between two looks at the bar.
const STEP: u64 = 1 << 20;

/// A document, or why there is none.
pub(super) struct Document<'a> {
    /// The file, and where that is an archive the entry, too.
    pub(super) source: String,
    pub(super) bytes: Result<&'a [u8], String>,
}

/// A file that was found.
struct Found {
    path: PathBuf,
    size: u64,
}

/// Reads all documents. Links within folders are not followed, and what begins
/// with a dot is passed over.
///
/// # Errors
/// When a path is not there, an archive is damaged, or there is too much of
/// everything. A document that cannot be read is none.
pub(super) fn each(paths: &[PathBuf], mut take: impl FnMut(Document<'_>)) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for path in paths {
        find(path, &mut files, &mut take)?;
    }
    let mut reading = Reading {
        take,
        bytes: Vec::new(),
        documents: 0,
        unpacked: 0,
        read: 0,
        size: files.iter().map(|file| file.size).sum(),
        bar: Bar::new("reading MiB"),
    };
    for file in &files {
        let before = reading.read;
        if has_ending(&file.path, "zip") {
            let read = reading.archive(&file.path);
            read.with_context(|| format!("cannot read `{}`", file.path.display()))?;
        } else {
            reading.file(&file.path)?;
        }
        reading.is_at(before + file.size);
    }
    Ok(())
}

fn find(
    path: &Path,
    files: &mut Vec<Found>,
    take: &mut impl FnMut(Document<'_>),
) -> anyhow::Result<()> {
    let metadata = fs::metadata(path);
    let metadata = metadata.with_context(|| format!("cannot read `{}`", path.display()))?;
    if !metadata.is_dir() {
        files.push(Found {
            path: path.to_owned(),
            size: metadata.len(),
        });
        return Ok(());
    }
    let walk = WalkBuilder::new(path)
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .sort_by_file_path(Ord::cmp)
        .build();
    for entry in walk {
        let found = entry.and_then(|entry| {
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let is_one = has_ending(entry.path(), "json") || has_ending(entry.path(), "zip");
            let size = if is_file && is_one {
                Some(entry.metadata()?.len())
            } else {
                None
            };
            Ok(size.map(|size| Found {
                path: entry.into_path(),
                size,
            }))
        });
        match found {
            Ok(found) => files.extend(found),
            Err(error) => take(Document {
                source: path.display().to_string(),
                bytes: Err(error.to_string()),
            }),
        }
        if files.len() > MAX_DOCUMENTS {
            bail!("`{}` has more than {MAX_DOCUMENTS} files", path.display());
        }
    }
    Ok(())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

struct Reading<T> {
    take: T,
    /// Those of the last document: kept, for they are many.
    bytes: Vec<u8>,
    documents: usize,
    unpacked: u64,
    read: u64,
    size: u64,
    bar: Bar,
}

impl<T: FnMut(Document<'_>)> Reading<T> {
    fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        let source = path.display().to_string();
        let file = File::open(path);
        self.document(source, |bytes| {
            file.and_then(|file| read_bounded(file, bytes))
                .map_err(|error| error.to_string())
        })
    }

    fn archive(&mut self, path: &Path) -> anyhow::Result<()> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(File::open(path)?, &mut buffer)?;
        let announced = archive.entries_hint();
        let mut entries = archive.entries(&mut buffer);
        let (mut count, before) = (0, self.read);
        let mut packed = 0;
        while let Some(entry) = entries.next_entry()? {
            count += 1;
            let name = entry.file_path();
            let name = String::from_utf8_lossy(name.as_bytes()).into_owned();
            if entry.is_dir() || !has_ending(Path::new(&name), "json") {
                continue;
            }
            let (way, method) = (entry.wayfinder(), entry.compression_method());
            packed += entry.compressed_size_hint().min(STEP);
            let source = format!("{}/{name}", path.display());
            self.document(source, |bytes| {
                let entry = archive.get_entry(way);
                let entry = entry.map_err(|error| error.to_string())?;
                unpacked(&entry, method, bytes)
            })?;
            self.is_at(before + packed);
        }
        if count != announced {
            bail!("it has {count} entries, and says that it has {announced}");
        }
        Ok(())
    }

    fn document(
        &mut self,
        source: String,
        read: impl FnOnce(&mut Vec<u8>) -> Result<(), String>,
    ) -> anyhow::Result<()> {
        self.bytes.clear();
        let read = read(&mut self.bytes);
        self.documents += 1;
        self.unpacked += self.bytes.len() as u64;
        if self.documents > MAX_DOCUMENTS || self.unpacked > MAX_TOTAL {
            bail!(
                "this is more than any collection has: over {MAX_DOCUMENTS} documents, or \
                 {MAX_TOTAL} bytes; name its parts one by one"
            );
        }
        (self.take)(Document {
            source,
            bytes: read.map(|()| &*self.bytes),
        });
        Ok(())
    }

    fn is_at(&mut self, read: u64) {
        let mebibytes = |bytes: u64| (bytes / STEP) as usize;
        if mebibytes(read) > mebibytes(self.read) {
            self.bar.at(mebibytes(read), mebibytes(self.size), "");
        }
        self.read = read;
    }
}

fn unpacked(
    entry: &ZipEntry<'_, FileReader>,
    method: CompressionMethod,
    bytes: &mut Vec<u8>,
) -> Result<(), String> {
    let packed = entry.reader();
    let read = match method {
        CompressionMethod::STORE => read_bounded(entry.verifying_reader(packed), bytes),
        CompressionMethod::DEFLATE => {
            let unpacked = DeflateDecoder::new(packed);
            read_bounded(entry.verifying_reader(unpacked), bytes)
        }
        _ => return Err("it is packed in a way that is not known here".to_owned()),
    };
    read.map_err(|error| error.to_string())
}

/// Reads a byte more than a document may have, for the reader to complain.
fn read_bounded(from: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    from.take(MAX_BYTES as u64 + 1).read_to_end(bytes).map(drop)
}
