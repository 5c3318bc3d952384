//! Gives each distinct value a small number.

use hashbrown::HashMap;
use std::hash::Hash;

/// The values, and the number of each.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    pub(crate) values: Vec<T>,
    /// Where each is, once there are more than [`FEW`].
    known: HashMap<T, u32>,
}

/// So many values are found faster by looking at each: most packages have one or
/// two publishers.
const FEW: usize = 8;

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            known: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub(crate) fn add(&mut self, value: T) -> u32 {
        // Consecutive releases nearly always repeat the previous value.
        if let Some(last) = self.values.len().checked_sub(1)
            && self.values[last] == value
        {
            return last as u32;
        }
        if let Some(ix) = self.find(&value) {
            return ix;
        }
        let ix = self.values.len() as u32;
        if self.values.len() == FEW {
            self.known.extend(self.values.iter().cloned().zip(0..));
        }
        if self.values.len() >= FEW {
            self.known.insert(value.clone(), ix);
        }
        self.values.push(value);
        ix
    }

    fn find(&self, value: &T) -> Option<u32> {
        if self.values.len() > FEW {
            return self.known.get(value).copied();
        }
        let place = self.values.iter().position(|known| known == value);
        place.map(|place| place as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_has_the_same_number_however_many_there_are() {
        let mut interner = Interner::default();
        for _ in 0..2 {
            for value in 0..3 * FEW {
                assert_eq!(interner.add(value), value as u32);
            }
        }
        assert_eq!(interner.values.len(), 3 * FEW);
    }
}
