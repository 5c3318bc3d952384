//! Names, each with a number.

use super::{MAX_NAME, PairsError};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher as _;

/// Names in the order in which they came up, numbered from 0.
///
/// Texts that are numbers themselves (`0`, `42`) are found without hashing:
/// files of millions of lines often have nothing else.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<u8>,
    /// Where the text of each name ends.
    ends: Vec<u32>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// By number as a text: the number of that name, plus one; 0 for none.
    numerals: Vec<u32>,
}

/// Texts of numbers below are found without hashing.
const NUMERALS: u32 = 1 << 25;

impl Names {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of a number that was given for one; else nothing.
    pub fn name(&self, number: u32) -> &str {
        std::str::from_utf8(self.bytes(number)).unwrap_or_default()
    }

    fn bytes(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let before = number.checked_sub(1).and_then(|at| self.ends.get(at));
        let begin = before.copied().unwrap_or(0) as usize;
        let end = self.ends.get(number).map_or(begin, |end| *end as usize);
        &self.texts[begin..end]
    }

    /// The number of a name, a new one for a new name.
    ///
    /// # Errors
    /// When it is no name: empty, longer than 1,024 bytes, with control
    /// characters, or no UTF-8; and when all names together are longer than
    /// 4 GB. They say why, without the line.
    pub fn number(&mut self, name: &[u8]) -> Result<u32, PairsError> {
        if let Some(value) = numeral(name) {
            return self.of_numeral(value);
        }
        let hash = self.hasher.hash_one(name);
        let is_it = |number: &u32| self.bytes(*number) == name;
        if let Some(number) = self.table.find(hash, is_it) {
            return Ok(*number);
        }
        check(name)?;
        let number = self.add(name)?;
        let Self {
            table,
            texts,
            ends,
            hasher,
            ..
        } = self;
        table.insert_unique(hash, number, |number| {
            let number = *number as usize;
            let begin = number.checked_sub(1).map_or(0, |at| ends[at]) as usize;
            hasher.hash_one(&texts[begin..ends[number] as usize])
        });
        Ok(number)
    }

    /// The number of a name that is the text of a number below 2²⁵.
    #[inline]
    pub(super) fn of_numeral(&mut self, value: u32) -> Result<u32, PairsError> {
        match self.numerals.get(value as usize) {
            Some(number) if *number > 0 => Ok(number - 1),
            _ => self.add_numeral(value),
        }
    }

    #[cold]
    fn add_numeral(&mut self, value: u32) -> Result<u32, PairsError> {
        let at = value as usize;
        if self.numerals.len() <= at {
            let room = (at + 1).next_power_of_two();
            self.numerals.resize(room, 0);
        }
        let number = self.add(value.to_string().as_bytes())?;
        self.numerals[at] = number + 1;
        Ok(number)
    }

    fn add(&mut self, name: &[u8]) -> Result<u32, PairsError> {
        let number = self.ends.len();
        let end = u32::try_from(self.texts.len() + name.len());
        match (u32::try_from(number), end) {
            (Ok(number), Ok(end)) if number < 1 << 31 => {
                self.texts.extend_from_slice(name);
                self.ends.push(end);
                Ok(number)
            }
            _ => Err(PairsError::here("the names so far are longer than 4 GB")),
        }
    }
}

/// The value of a text that is how a number below 2²⁵ is written.
fn numeral(text: &[u8]) -> Option<u32> {
    let (value, rest) = leading_numeral(text)?;
    rest.is_empty().then_some(value)
}

/// A number below 2²⁵ at the beginning, as it is always written, and what
/// follows.
#[inline]
pub(super) fn leading_numeral(text: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0_u32;
    let mut digits = 0;
    while let Some(digit) = text.get(digits).map(|byte| byte.wrapping_sub(b'0')) {
        if digit > 9 {
            break;
        }
        value = value * 10 + u32::from(digit);
        digits += 1;
        if value >= NUMERALS {
            return None;
        }
    }
    let is_usual = digits == 1 || (digits > 1 && text[0] != b'0');
    is_usual.then(|| (value, &text[digits..]))
}

fn check(name: &[u8]) -> Result<(), PairsError> {
    if name.is_empty() {
        return Err(PairsError::here("a name is empty"));
    }
    if name.len() > MAX_NAME {
        return Err(PairsError::here("a name is longer than 1,024 bytes"));
    }
    match std::str::from_utf8(name) {
        Err(_) => Err(PairsError::here("a name is no UTF-8")),
        Ok(text) if text.chars().any(char::is_control) => {
            Err(PairsError::here("a name has a control character"))
        }
        Ok(_) => Ok(()),
    }
}
