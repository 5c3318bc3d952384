/// Bytes as they come in. What came before is not moved for what comes next, so
/// a large document takes no more memory than its size until it is whole.
#[derive(Default)]
pub(super) struct Gathered {
    full: Vec<Vec<u8>>,
    last: Vec<u8>,
}

/// What is gathered in one place.
const BLOCK: usize = 2 * 1024 * 1024;

impl Gathered {
    pub(super) fn add(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            if self.last.len() == BLOCK {
                let next = Vec::with_capacity(BLOCK);
                self.full.push(std::mem::replace(&mut self.last, next));
            }
            let (fits, rest) = piece.split_at(piece.len().min(BLOCK - self.last.len()));
            self.last.extend_from_slice(fits);
            piece = rest;
        }
    }

    pub(super) fn size(&self) -> u64 {
        (self.full.len() * BLOCK + self.last.len()) as u64
    }

    /// All of it in a row.
    pub(super) fn whole(self) -> Vec<u8> {
        if self.full.is_empty() {
            return self.last;
        }
        let mut whole = Vec::with_capacity(self.full.len() * BLOCK + self.last.len());
        // Each block is given back when it has been copied.
        for block in self.full {
            whole.extend_from_slice(&block);
        }
        whole.extend_from_slice(&self.last);
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_out_as_they_went_in() {
        for size in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 5] {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            for piece in [1_000_003, 5 * BLOCK] {
                let mut gathered = Gathered::default();
                bytes.chunks(piece).for_each(|piece| gathered.add(piece));
                assert_eq!(gathered.size(), size as u64);
                assert!(gathered.whole() == bytes, "{size} in pieces of {piece}");
            }
        }
    }
}
