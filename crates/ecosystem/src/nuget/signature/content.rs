//! The digest that a signature is made over: that of the archive as it was
//! before the signature was put in.

use super::archive::{ArchiveError, CENTRAL_LENGTH, End, Entry, Stop, directory, end_of};
use super::locate::{Locator, check, is_signature};
use super::{Algorithm, ContentError};
use aws_lc_rs::digest::Context;
use std::io::{Read, Seek, SeekFrom};

/// The digest of `package` without its signature: every byte but the
/// signature's own entry and record, with the places and counts as they were
/// without it.
///
/// # Errors
/// When it cannot be read, is damaged or has no signature.
pub(super) fn digest(
    package: &mut (impl Read + Seek),
    algorithm: Algorithm,
) -> Result<Vec<u8>, ContentError> {
    let size = package.seek(SeekFrom::End(0))?;
    let mut held = Locator::new(size);
    let layout = loop {
        match layout(&held) {
            Ok(layout) => break layout,
            Err(Stop::Bad(error)) => return Err(error.into()),
            Err(Stop::Need(range)) => {
                package.seek(SeekFrom::Start(range.start))?;
                let mut bytes = vec![0; (range.end - range.start) as usize];
                package.read_exact(&mut bytes)?;
                held.give(range.start, bytes);
            }
        }
    };
    let mut context = Context::new(algorithm.digest());
    package.seek(SeekFrom::Start(0))?;
    feed(&mut context, package, layout.first)?;
    for place in &layout.places {
        package.seek(SeekFrom::Start(place.at))?;
        feed_entry(&mut context, package, place.length)?;
    }
    context.update(&layout.tail);
    Ok(context.finish().as_ref().to_vec())
}

/// What goes into the digest.
struct Layout {
    /// How many bytes stand before the first entry.
    first: u64,
    /// The entries without the signature's.
    places: Vec<Place>,
    /// The central directory and the end, as they were.
    tail: Vec<u8>,
}

struct Place {
    at: u64,
    length: u64,
    /// Where its record is in the central directory, and how long it is.
    record: (usize, usize),
    is_signature: bool,
}

fn layout(archive: &Locator) -> Result<Layout, Stop> {
    use super::archive::Bytes;
    let end = end_of(archive)?;
    if end.is_zip64 {
        return Err(ArchiveError::Zip64.into());
    }
    let mut places = Vec::new();
    for entry in directory(archive, &end)? {
        places.push(place(&entry?)?);
    }
    measure(&mut places, &end)?;
    let first = places.first().map_or(0, |place| place.at);
    let signature = places.iter().position(|place| place.is_signature);
    let signature = signature.ok_or(ArchiveError::Malformed("it has no signature"))?;
    let signature = places.remove(signature);
    if places.iter().any(|place| place.is_signature) {
        return Err(ArchiveError::Malformed("it has two signatures").into());
    }
    let bytes = archive.bytes(end.directory_at, archive.size() - end.directory_at)?;
    let tail = tail(bytes, &places, &signature, &end);
    Ok(Layout {
        first,
        places,
        tail,
    })
}

fn place(entry: &Entry<'_>) -> Result<Place, ArchiveError> {
    let is_signature = is_signature(entry);
    if is_signature {
        check(entry)?;
    }
    Ok(Place {
        at: entry.local_at,
        length: 0,
        record: entry.record,
        is_signature,
    })
}

/// An entry reaches to where the next one begins, the last one to the central
/// directory.
fn measure(places: &mut [Place], end: &End) -> Result<(), ArchiveError> {
    places.sort_by_key(|place| place.at);
    let next: Vec<u64> = places.iter().skip(1).map(|place| place.at).collect();
    let next = next.into_iter().chain([end.directory_at]);
    for (place, next) in places.iter_mut().zip(next) {
        let length = next.checked_sub(place.at).filter(|length| *length > 0);
        place.length = length.ok_or(ArchiveError::Malformed("two of its entries overlap"))?;
    }
    Ok(())
}

/// The central directory and the end without the signature's record.
fn tail(bytes: &[u8], places: &[Place], signature: &Place, end: &End) -> Vec<u8> {
    let mut records: Vec<(usize, &[u8], u64)> = Vec::with_capacity(places.len());
    // Where the entry was before the signature was put in.
    let mut at = 0;
    for place in places {
        let (start, length) = place.record;
        let record = bytes.get(start..start + length).unwrap_or_default();
        records.push((start, record, at));
        at += place.length;
    }
    records.sort_by_key(|(start, ..)| *start);
    let mut tail = Vec::with_capacity(bytes.len());
    for (_, record, at) in records {
        tail.extend_from_slice(&record[..CENTRAL_LENGTH - 4]);
        tail.extend_from_slice(&(at as u32).to_le_bytes());
        tail.extend_from_slice(&record[CENTRAL_LENGTH..]);
    }
    let record = &bytes[(end.at - end.directory_at) as usize..];
    let entries = (end.entries as u16).wrapping_sub(1).to_le_bytes();
    let length = end.directory_length as u32 - signature.record.1 as u32;
    let start = (end.directory_at as u32).wrapping_sub(signature.length as u32);
    tail.extend_from_slice(&record[..8]);
    tail.extend_from_slice(&entries);
    tail.extend_from_slice(&entries);
    tail.extend_from_slice(&length.to_le_bytes());
    tail.extend_from_slice(&start.to_le_bytes());
    tail.extend_from_slice(&record[20..]);
    tail
}

/// An entry, which must be one: the digest alone does not tell where it begins.
fn feed_entry(
    context: &mut Context,
    package: &mut impl Read,
    length: u64,
) -> Result<(), ContentError> {
    let mut first = [0; 4];
    let wrong = ArchiveError::Malformed("an entry is not where the central directory says");
    let rest = length
        .checked_sub(first.len() as u64)
        .ok_or(wrong.clone())?;
    package.read_exact(&mut first)?;
    if first != *b"PK\x03\x04" {
        return Err(wrong.into());
    }
    context.update(&first);
    feed(context, package, rest)
}

fn feed(context: &mut Context, package: &mut impl Read, length: u64) -> Result<(), ContentError> {
    let mut left = length;
    let mut buffer = [0; 8 * 1024];
    while left > 0 {
        let want = buffer.len().min(left as usize);
        package.read_exact(&mut buffer[..want])?;
        context.update(&buffer[..want]);
        left -= want as u64;
    }
    Ok(())
}
