//! Tables of two columns: lines of two names with a tab between them.
//!
//! So are dependency graphs written (a package, and one that it depends on),
//! and who owns what (a package, and one who owns it). Names or numbers; files
//! of fifty million lines are read in seconds.

mod names;
#[cfg(test)]
mod tests;

pub use names::Names;

use memchr::{memchr, memrchr};
use names::leading_numeral;
use std::io::{self, Read};

/// The longest name, in bytes.
const MAX_NAME: usize = 1024;
/// What is read at a time; a line is never longer.
const BUFFER: usize = 1 << 20;
/// The most lines: as pairs of numbers they are 4 GB.
const MAX_PAIRS: usize = 1 << 29;

/// Why a table could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PairsError {
    /// Its bytes cannot be had.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// A line is no pair of names.
    #[error("line {line}: {why}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        why: &'static str,
    },
}

impl PairsError {
    /// In a line that is not known here.
    fn here(why: &'static str) -> Self {
        Self::Line { line: 0, why }
    }

    fn at(self, line: u64) -> Self {
        match self {
            Self::Line { line: 0, why } => Self::Line { line, why },
            known => known,
        }
    }
}

/// Which names the second column has.
#[derive(Debug)]
pub enum Second<'a> {
    /// Those of the first, too.
    Same,
    /// Others.
    Of(&'a mut Names),
}

/// Reads all lines, each a pair of the numbers of its names. Empty lines are
/// passed over; line ends may be those of Windows.
///
/// # Errors
/// When a line is no pair of names, there are more than 2²⁹, or the bytes
/// cannot be had.
pub fn read(
    from: impl Read,
    first: &mut Names,
    second: Second<'_>,
) -> Result<Vec<(u32, u32)>, PairsError> {
    let mut lines = Lines {
        first,
        second,
        pairs: Vec::new(),
        line: 0,
    };
    lines.read(from).map_err(|error| error.at(lines.line))?;
    Ok(lines.pairs)
}

struct Lines<'a> {
    first: &'a mut Names,
    second: Second<'a>,
    pairs: Vec<(u32, u32)>,
    /// The line that is read, from 1.
    line: u64,
}

impl Lines<'_> {
    fn read(&mut self, mut from: impl Read) -> Result<(), PairsError> {
        let mut buffer = vec![0; BUFFER];
        let mut filled = 0;
        loop {
            let read = match from.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            filled += read;
            if read == 0 {
                return self.lines(&buffer[..filled]);
            }
            if let Some(end) = memrchr(b'\n', &buffer[..filled]) {
                self.lines(&buffer[..=end])?;
                buffer.copy_within(end + 1..filled, 0);
                filled -= end + 1;
            } else if filled == buffer.len() {
                self.line += 1;
                return Err(PairsError::here("the line is longer than 1 MiB"));
            }
        }
    }

    fn lines(&mut self, mut text: &[u8]) -> Result<(), PairsError> {
        while !text.is_empty() {
            self.line += 1;
            text = match self.numbers(text)? {
                Some(rest) => rest,
                None => self.names(text)?,
            };
        }
        Ok(())
    }

    /// A line of two numbers; what follows it.
    #[inline]
    fn numbers<'t>(&mut self, text: &'t [u8]) -> Result<Option<&'t [u8]>, PairsError> {
        let Some((first, [b'\t', rest @ ..])) = leading_numeral(text) else {
            return Ok(None);
        };
        let Some((second, [b'\n', rest @ ..])) = leading_numeral(rest) else {
            return Ok(None);
        };
        let first = self.first.of_numeral(first)?;
        let second = match &mut self.second {
            Second::Same => self.first.of_numeral(second)?,
            Second::Of(names) => names.of_numeral(second)?,
        };
        self.push(first, second)?;
        Ok(Some(rest))
    }

    /// Any line; what follows it.
    fn names<'t>(&mut self, text: &'t [u8]) -> Result<&'t [u8], PairsError> {
        let end = memchr(b'\n', text).unwrap_or(text.len());
        let (line, rest) = (&text[..end], text.get(end + 1..).unwrap_or_default());
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Ok(rest);
        }
        let tab = memchr(b'\t', line).ok_or_else(|| {
            PairsError::here("there is no tab; expected two names with one between them")
        })?;
        let (first, second) = (&line[..tab], &line[tab + 1..]);
        if memchr(b'\t', second).is_some() {
            return Err(PairsError::here(
                "there is more than one tab; expected two names",
            ));
        }
        let first = self.first.number(first)?;
        let second = match &mut self.second {
            Second::Same => self.first.number(second)?,
            Second::Of(names) => names.number(second)?,
        };
        self.push(first, second)?;
        Ok(rest)
    }

    #[inline]
    fn push(&mut self, first: u32, second: u32) -> Result<(), PairsError> {
        if self.pairs.len() >= MAX_PAIRS {
            return Err(PairsError::here("there are more than 536,870,912 lines"));
        }
        self.pairs.push((first, second));
        Ok(())
    }
}
