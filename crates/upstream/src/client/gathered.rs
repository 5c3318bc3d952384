use sha2::{Digest as _, Sha256};

/// Is shown the beginning of what is coming.
pub type Watch<'a> = &'a (dyn Fn(&[u8]) + Send + Sync);

/// Bytes as they come in. Their digest is made meanwhile, for the processor has
/// nothing else to do then.
pub(super) struct Gathered<'a> {
    bytes: Vec<u8>,
    digest: Sha256,
    /// How many bytes are in the digest.
    digested: usize,
    watch: Watch<'a>,
    /// With how many bytes the watch is to be shown them again.
    next: usize,
}

/// All of the bytes.
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    pub(super) sha256: [u8; 32],
}

/// Of so many bytes, in bytes, something is made while they come. The rest is
/// left to the end: most that have more turn out to have too many.
pub const EAGER: usize = 16 * 1024 * 1024;
/// How often a [`Watch`] is shown them, in bytes.
pub const STEP: usize = 512 * 1024;

/// What takes more than this many bytes gets room for four times as many, so
/// that it is hardly ever moved: what is not written to takes no memory.
const SMALL: usize = 2 * 1024 * 1024;

impl Default for Gathered<'_> {
    fn default() -> Self {
        Self::watched(&|_| {})
    }
}

impl<'a> Gathered<'a> {
    pub(super) fn watched(watch: Watch<'a>) -> Self {
        Self {
            bytes: Vec::new(),
            digest: Sha256::default(),
            digested: 0,
            watch,
            next: STEP,
        }
    }

    pub(super) fn add(&mut self, piece: &[u8]) {
        if self.bytes.len() < EAGER {
            self.digest.update(piece);
            self.digested += piece.len();
        }
        let size = self.bytes.len() + piece.len();
        if size > SMALL && size > self.bytes.capacity() {
            self.bytes.reserve_exact(4 * size - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
        if (self.next..=EAGER).contains(&self.bytes.len()) {
            (self.watch)(&self.bytes);
            self.next = self.bytes.len() + STEP;
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// All of it.
    pub(super) fn whole(mut self) -> Whole {
        self.digest.update(&self.bytes[self.digested..]);
        Whole {
            bytes: self.bytes,
            sha256: self.digest.finalize().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_out_as_they_went_in() {
        let sizes = [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL + 5, EAGER + 7];
        for size in sizes {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            for piece in [1_000_003, 5 * SMALL] {
                let mut gathered = Gathered::default();
                bytes.chunks(piece).for_each(|piece| gathered.add(piece));
                assert_eq!(gathered.size(), size as u64);
                let whole = gathered.whole();
                assert!(whole.bytes == bytes, "{size} in pieces of {piece}");
                assert_eq!(whole.sha256, *Sha256::digest(&bytes));
            }
        }
    }
}
