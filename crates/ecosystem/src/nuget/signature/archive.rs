//! The parts of a ZIP archive that matter for a signature (APPNOTE 4.3): where
//! entries are, and which one is the signature.
//!
//! Stricter than an unpacker: whatever two programs could understand in two
//! ways is refused.

use std::ops::Range;

/// The entry that holds the signature.
pub(super) const SIGNATURE_NAME: &[u8] = b".signature.p7s";

pub(super) const LOCAL_LENGTH: u64 = 30;
pub(super) const CENTRAL_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
const LOCATOR_LENGTH: u64 = 20;
const END64_LENGTH: u64 = 56;

/// The end of an archive with the longest comment.
const MAX_END: u64 = END_LENGTH as u64 + 0xffff;
/// What is read first: holds the end, the central directory and the signature
/// of nearly all packages.
pub(super) const TAIL: u64 = 48 * 1024;

/// Ten times the central directory of the largest packages.
const MAX_DIRECTORY: u64 = 16 * 1024 * 1024;
/// Forty times the largest signature seen.
pub(super) const MAX_SIGNATURE: u64 = 1024 * 1024;

/// Why bytes are not an archive whose signature can be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// It breaks the rules of ZIP, or could be read in two ways.
    #[error("not a readable package: {0}")]
    Malformed(&'static str),
    /// A ZIP64 archive. The client accepts none that is signed, because the
    /// signed digest says nothing of its additional records.
    #[error("the package is a ZIP64 archive, which cannot be signed")]
    Zip64,
    /// It is larger than any.
    #[error("the package's {what} is too large: more than {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How much of it is read.
        limit: u64,
    },
    /// Fewer bytes came than were asked for.
    #[error("the package ends before byte {0}")]
    Truncated(u64),
}

/// What the end of an archive says of its central directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Where the record of the end begins.
    pub(super) at: u64,
    pub(super) directory_at: u64,
    pub(super) directory_length: u64,
    pub(super) entries: u64,
    pub(super) is_zip64: bool,
}

/// Something that is not there yet: the bytes at this place.
pub(super) enum Stop {
    Need(Range<u64>),
    Bad(ArchiveError),
}

impl From<ArchiveError> for Stop {
    fn from(error: ArchiveError) -> Self {
        Self::Bad(error)
    }
}

/// Bytes of an archive by their place.
pub(super) trait Bytes {
    fn size(&self) -> u64;
    /// The bytes of a range that lies within the archive.
    fn held(&self, range: Range<u64>) -> Result<&[u8], Stop>;

    fn bytes(&self, at: u64, length: u64) -> Result<&[u8], Stop> {
        let end = at.checked_add(length).filter(|end| *end <= self.size());
        let end = end.ok_or(ArchiveError::Malformed("a record lies beyond its end"))?;
        self.held(at..end)
    }
}

/// Finds the record of the end. Its comment must reach to the last byte.
pub(super) fn end_of(archive: &impl Bytes) -> Result<End, Stop> {
    let tail = |length: u64| {
        let length = archive.size().min(length);
        archive.bytes(archive.size() - length, length)
    };
    let mut bytes = tail(TAIL)?;
    if end_in(bytes).is_none() {
        bytes = tail(MAX_END)?;
    }
    let at = end_in(bytes).ok_or(ArchiveError::Malformed(
        "it has no end of a central directory",
    ))?;
    end_at(archive, archive.size() - bytes.len() as u64, bytes, at)
}

fn end_in(tail: &[u8]) -> Option<usize> {
    (0..=tail.len().saturating_sub(END_LENGTH))
        .rev()
        .find(|at| {
            let record = &tail[*at..];
            record.starts_with(b"PK\x05\x06")
                && word(record, 20).is_some_and(|comment| END_LENGTH + comment == record.len())
        })
}

/// The record at a place of the last bytes, which begin at `start`.
fn end_at(archive: &impl Bytes, start: u64, tail: &[u8], at: usize) -> Result<End, Stop> {
    // The client takes the last four bytes that look like a record's first.
    if tail[at + 4..]
        .windows(4)
        .any(|bytes| bytes == b"PK\x05\x06")
    {
        return Err(ArchiveError::Malformed("its comment holds another end").into());
    }
    let record = &tail[at..];
    let disks = (word(record, 4), word(record, 6), word(record, 8));
    if disks != (Some(0), Some(0), word(record, 10)) {
        return Err(ArchiveError::Malformed("it is spread over several disks").into());
    }
    let short = End {
        at: start + at as u64,
        directory_at: quad(record, 16).unwrap_or_default(),
        directory_length: quad(record, 12).unwrap_or_default(),
        entries: word(record, 10).unwrap_or_default() as u64,
        is_zip64: false,
    };
    let Some(before) = short.at.checked_sub(LOCATOR_LENGTH) else {
        return Ok(short);
    };
    let locator = archive.bytes(before, LOCATOR_LENGTH)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(short);
    }
    end64_of(archive, short, eight(locator, 8).unwrap_or(u64::MAX))
}

/// The same, where the numbers need 64 bits.
fn end64_of(archive: &impl Bytes, short: End, at: u64) -> Result<End, Stop> {
    let record = archive.bytes(at, END64_LENGTH)?;
    if !record.starts_with(b"PK\x06\x06") {
        return Err(ArchiveError::Malformed("its ZIP64 end is not where it should be").into());
    }
    let number = |at| eight(record, at).unwrap_or(u64::MAX);
    Ok(End {
        entries: number(32),
        directory_length: number(40),
        directory_at: number(48),
        is_zip64: true,
        ..short
    })
}

/// A record of the central directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    /// Where its own record is, from the start of the directory.
    pub(super) record: (usize, usize),
    pub(super) flags: usize,
    pub(super) method: usize,
    pub(super) compressed: u64,
    pub(super) uncompressed: u64,
    pub(super) attributes: u64,
    pub(super) local_at: u64,
}

/// The records of the central directory: as many as the end says, and nothing
/// else between the first and the end.
pub(super) fn directory<'b>(
    archive: &'b impl Bytes,
    end: &End,
) -> Result<impl Iterator<Item = Result<Entry<'b>, ArchiveError>>, Stop> {
    if end.directory_length > MAX_DIRECTORY {
        let (what, limit) = ("central directory", MAX_DIRECTORY);
        return Err(ArchiveError::TooLarge { what, limit }.into());
    }
    let is_last = end.directory_at.checked_add(end.directory_length) == Some(end.at);
    if !is_last && !end.is_zip64 {
        return Err(ArchiveError::Malformed("something follows its central directory").into());
    }
    let bytes = archive.bytes(end.directory_at, end.directory_length)?;
    let mut at = 0;
    let mut left = end.entries;
    Ok(std::iter::from_fn(move || {
        if left == 0 {
            let rest = std::mem::replace(&mut at, bytes.len());
            let why = "its central directory has more than its entries";
            return (rest < bytes.len()).then_some(Err(ArchiveError::Malformed(why)));
        }
        let entry = entry(bytes, at);
        left = if entry.is_some() { left - 1 } else { 0 };
        at = entry.map_or(bytes.len(), |entry| at + entry.record.1);
        let why = "its central directory has fewer entries than it says";
        Some(entry.ok_or(ArchiveError::Malformed(why)))
    }))
}

fn entry(directory: &[u8], at: usize) -> Option<Entry<'_>> {
    let record = directory.get(at..)?;
    record.starts_with(b"PK\x01\x02").then_some(())?;
    let name = record.get(CENTRAL_LENGTH..CENTRAL_LENGTH + word(record, 28)?)?;
    let length = CENTRAL_LENGTH + name.len() + word(record, 30)? + word(record, 32)?;
    let record = record.get(..length)?;
    let (mut compressed, mut uncompressed) = (quad(record, 20)?, quad(record, 24)?);
    let mut local_at = quad(record, 42)?;
    let extra = record.get(CENTRAL_LENGTH + name.len()..)?;
    let mut numbers = zip64_extra(extra.get(..word(record, 30)?)?)
        .unwrap_or_default()
        .iter();
    for number in [&mut uncompressed, &mut compressed, &mut local_at] {
        if *number == 0xffff_ffff {
            *number = u64::from_le_bytes(*numbers.next()?);
        }
    }
    Some(Entry {
        name,
        record: (at, length),
        flags: word(record, 8)?,
        method: word(record, 10)?,
        compressed,
        uncompressed,
        attributes: quad(record, 38)?,
        local_at,
    })
}

/// The numbers in the ZIP64 field of the extra data.
fn zip64_extra(mut extra: &[u8]) -> Option<&[[u8; 8]]> {
    loop {
        let (id, length) = (word(extra, 0)?, word(extra, 2)?);
        let data = extra.get(4..4 + length)?;
        if id == 1 {
            return Some(data.as_chunks().0);
        }
        extra = &extra[4 + length..];
    }
}

/// The record before an entry's data.
pub(super) struct Local {
    /// How long the record is with its name and extra data.
    pub(super) length: u64,
    pub(super) is_same: bool,
}

/// Reads the record before an entry's data; `None` if there is none.
pub(super) fn local(bytes: &[u8], entry: &Entry<'_>) -> Option<Local> {
    bytes.starts_with(b"PK\x03\x04").then_some(())?;
    let (name, extra) = (word(bytes, 26)?, word(bytes, 28)?);
    let is_same = word(bytes, 6)? == entry.flags
        && word(bytes, 8)? == entry.method
        && quad(bytes, 18)? == entry.compressed
        && quad(bytes, 22)? == entry.uncompressed
        && name == entry.name.len()
        && bytes
            .get(30..30 + name)
            .is_none_or(|bytes| bytes == entry.name);
    let length = LOCAL_LENGTH + (name + extra) as u64;
    Some(Local { length, is_same })
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_le_bytes(bytes).into())
}

fn quad(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(bytes).into())
}

fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(u64::from_le_bytes(bytes))
}
