//! What was met on a walk, without anything to clear before the next one.

/// Numbers that were met.
#[derive(Debug)]
pub(super) struct Seen {
    /// By number: the last walk that met it.
    by: Vec<u32>,
    walk: u32,
}

impl Seen {
    /// Nothing was met of so many.
    pub(super) fn new(count: usize) -> Self {
        Self {
            by: vec![0; count],
            walk: 0,
        }
    }

    /// Begins a walk.
    pub(super) fn next(&mut self) {
        if self.walk == u32::MAX {
            self.by.fill(0);
            self.walk = 0;
        }
        self.walk += 1;
    }

    /// Whether it was not met before on this walk; now it is.
    pub(super) fn meet(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.by[number as usize], self.walk) != self.walk
    }

    /// Whether it was met on this walk.
    pub(super) fn has(&self, number: u32) -> bool {
        self.by[number as usize] == self.walk
    }
}
