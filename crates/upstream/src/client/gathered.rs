use sha2::{Digest as _, Sha256};

/// Bytes as they come in. Their digest is made meanwhile, for the processor has
/// nothing else to do then.
#[derive(Default)]
pub(super) struct Gathered {
    bytes: Vec<u8>,
    digest: Sha256,
    /// How many bytes are in the digest.
    digested: usize,
}

/// All of the bytes.
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    pub(super) sha256: [u8; 32],
}

/// Of more than this many bytes the rest is left to the end: most that have more
/// turn out to have too many.
const DIGESTED: usize = 16 * 1024 * 1024;

/// What takes more than this many bytes gets room for four times as many, so
/// that it is hardly ever moved: what is not written to takes no memory.
const SMALL: usize = 2 * 1024 * 1024;

impl Gathered {
    pub(super) fn add(&mut self, piece: &[u8]) {
        if self.bytes.len() < DIGESTED {
            self.digest.update(piece);
            self.digested += piece.len();
        }
        let size = self.bytes.len() + piece.len();
        if size > SMALL && size > self.bytes.capacity() {
            self.bytes.reserve_exact(4 * size - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
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
        let sizes = [
            0,
            1,
            SMALL - 1,
            SMALL,
            SMALL + 1,
            3 * SMALL + 5,
            DIGESTED + 7,
        ];
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
