/// How many lines end in `bytes`.
pub(crate) fn newlines(bytes: &[u8]) -> u32 {
    bytes.iter().map(|b| u32::from(*b == b'\n')).sum()
}

/// The line, from 1, of the byte at `place`.
pub(crate) fn line_at(bytes: &[u8], place: usize) -> u32 {
    newlines(bytes.get(..place).unwrap_or(bytes)) + 1
}

/// Counts lines up to places that mostly come in order.
pub(crate) struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u32,
}

impl<'b> Lines<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line, from 1, of the byte at `place`.
    pub(crate) fn at(&mut self, place: usize) -> u32 {
        if place < self.at {
            *self = Self::new(self.bytes);
        }
        self.line += newlines(self.bytes.get(self.at..place).unwrap_or_default());
        self.at = place;
        self.line
    }
}
