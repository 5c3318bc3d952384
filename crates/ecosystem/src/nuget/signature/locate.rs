//! Getting the signature out of a package without fetching all of it.

use super::archive::{
    ArchiveError, Bytes, Entry, LOCAL_LENGTH, MAX_SIGNATURE, SIGNATURE_NAME, Stop, TAIL, directory,
    end_of, local,
};
use std::ops::Range;

/// More than this many reads no archive needs: the end, once more with a long
/// comment, both records of ZIP64, the central directory, the signature, and
/// once more where it has extra data.
const MAX_READS: usize = 7;

/// Says which bytes of a package are needed for its signature, one range after
/// the other: the tail first, which nearly always is enough, because the
/// signature is the last entry.
#[derive(Debug)]
pub struct Locator {
    size: u64,
    held: Vec<(u64, Vec<u8>)>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// These bytes are needed: [`give`](Locator::give) them.
    Need(Range<u64>),
    /// The package has a signature: the bytes of `.signature.p7s`.
    Signed(Vec<u8>),
    /// The package has no signature.
    Unsigned,
}

impl Locator {
    /// For a package of `size` bytes.
    pub fn new(size: u64) -> Self {
        Self {
            size,
            held: Vec::new(),
        }
    }

    /// What to read first, for which the size need not be known: this many
    /// bytes from the end.
    pub const TAIL: u64 = TAIL;

    /// What to do next.
    ///
    /// # Errors
    /// When the archive is damaged, or could be read in two ways.
    pub fn step(&self) -> Result<Step, ArchiveError> {
        match self.find() {
            Ok(Some(signature)) => Ok(Step::Signed(signature.to_vec())),
            Ok(None) => Ok(Step::Unsigned),
            Err(Stop::Bad(error)) => Err(error),
            Err(Stop::Need(_)) if self.held.len() >= MAX_READS => {
                Err(ArchiveError::Malformed("its records point back and forth"))
            }
            Err(Stop::Need(range)) => Ok(Step::Need(range)),
        }
    }

    /// Takes the bytes from `start` on.
    pub fn give(&mut self, start: u64, bytes: Vec<u8>) {
        self.held.push((start, bytes));
    }

    fn find(&self) -> Result<Option<&[u8]>, Stop> {
        let end = end_of(self)?;
        let mut found = None;
        for entry in directory(self, &end)? {
            let entry = entry?;
            if is_signature(&entry) && found.replace(entry).is_some() {
                return Err(ArchiveError::Malformed("it has two signatures").into());
            }
        }
        found.map(|entry| self.signature(&entry)).transpose()
    }

    fn signature(&self, entry: &Entry<'_>) -> Result<&[u8], Stop> {
        check(entry)?;
        // The same name twice, so nearly always all of it with one read.
        let likely = LOCAL_LENGTH + entry.name.len() as u64 + entry.compressed;
        let bytes = self.bytes(entry.local_at, likely)?;
        let local = local(bytes, entry).filter(|local| local.is_same);
        let why = "its signature is not where the central directory says";
        let local = local.ok_or(ArchiveError::Malformed(why))?;
        let all = self.bytes(entry.local_at, local.length + entry.compressed)?;
        Ok(all.get(local.length as usize..).unwrap_or_default())
    }
}

impl Bytes for Locator {
    fn size(&self) -> u64 {
        self.size
    }

    fn held(&self, range: Range<u64>) -> Result<&[u8], Stop> {
        let within = self.held.iter().find_map(|(start, bytes)| {
            let from = usize::try_from(range.start.checked_sub(*start)?).ok()?;
            bytes.get(from..from + (range.end - range.start) as usize)
        });
        within.ok_or(Stop::Need(range))
    }
}

/// As the client: the name in ASCII, and not marked as UTF-8.
pub(super) fn is_signature(entry: &Entry<'_>) -> bool {
    entry.name == SIGNATURE_NAME && entry.flags & 0x800 == 0
}

/// What the client asks of the entry: stored as it is, with nothing special.
pub(super) fn check(entry: &Entry<'_>) -> Result<(), ArchiveError> {
    let is_plain = entry.flags == 0 && entry.method == 0 && entry.attributes == 0;
    if !is_plain || entry.compressed != entry.uncompressed {
        return Err(ArchiveError::Malformed(
            "its signature is not stored as it is",
        ));
    }
    if entry.compressed > MAX_SIGNATURE {
        let (what, limit) = ("signature", MAX_SIGNATURE);
        return Err(ArchiveError::TooLarge { what, limit });
    }
    Ok(())
}

/// Finds the signature with a function that reads ranges.
///
/// # Errors
/// What `read` returns, and [`ArchiveError`] where the archive is damaged.
pub fn read_signature<E: From<ArchiveError>>(
    size: u64,
    mut read: impl FnMut(Range<u64>) -> Result<Vec<u8>, E>,
) -> Result<Option<Vec<u8>>, E> {
    let mut locator = Locator::new(size);
    loop {
        match locator.step()? {
            Step::Signed(signature) => return Ok(Some(signature)),
            Step::Unsigned => return Ok(None),
            Step::Need(range) => {
                let bytes = read(range.clone())?;
                if bytes.len() as u64 != range.end - range.start {
                    return Err(ArchiveError::Truncated(range.end).into());
                }
                locator.give(range.start, bytes);
            }
        }
    }
}
