//! An archive that is bounded as a whole and between two steps, so that neither
//! a bomb nor an endless field fills the memory or the day.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The most bytes that make one step: a row, or the head of a file. The longest
/// field of a real dump is some hundred kilobytes.
const MAX_STEP: u64 = 32 << 20;

/// Counts what is read since the last step.
#[derive(Clone)]
pub(super) struct Meter(Rc<Cell<u64>>);

/// A reader that fails when too much was read.
pub(super) struct Metered<R> {
    inner: R,
    left: u64,
    step: Meter,
}

impl<R: Read> Metered<R> {
    pub(super) fn new(inner: R, limit: u64) -> (Self, Meter) {
        let step = Meter(Rc::default());
        let metered = Self {
            inner,
            left: limit,
            step: step.clone(),
        };
        (metered, step)
    }
}

impl Meter {
    /// Begins the next step.
    pub(super) fn rewind(&self) {
        self.0.set(0);
    }

    /// Passes over the rest of a file, however long it is.
    pub(super) fn drain(&self, rest: &mut impl Read) -> io::Result<()> {
        while io::copy(&mut rest.take(MAX_STEP / 2), &mut io::sink())? > 0 {
            self.rewind();
        }
        Ok(())
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let step = self.step.0.get() + read as u64;
        self.step.0.set(step);
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("it unpacks to more than any dump has"))?;
        if step > MAX_STEP {
            return Err(io::Error::other("a row or a file name in it has no end"));
        }
        Ok(read)
    }
}
