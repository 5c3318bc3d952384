//! The order in which versions stand when they are seen one after another.

use crate::Time;

/// Versions in time order, those without a date last; among equals in the order
/// in which they were placed. `diff` and `fold` both go by it, so that an order
/// has to be written down only where a document has another one.
#[derive(Debug, Default)]
pub(super) struct Order<V> {
    places: Vec<(Key, V)>,
}

type Key = (bool, Option<Time>);

fn key(published: Option<Time>) -> Key {
    (published.is_none(), published)
}

impl<V: AsRef<str>> Order<V> {
    /// Places a version that is not there yet.
    pub(super) fn place(&mut self, published: Option<Time>, version: V) {
        let key = key(published);
        let at = self.places.partition_point(|place| place.0 <= key);
        self.places.insert(at, (key, version));
    }

    /// Takes a version out. `published` is the date with which it was placed.
    pub(super) fn take(&mut self, published: Option<Time>, version: &str) -> Option<V> {
        let key = key(published);
        let from = self.places.partition_point(|place| place.0 < key);
        let equals = self.places[from..].iter();
        let at = equals
            .take_while(|place| place.0 == key)
            .position(|place| place.1.as_ref() == version)?;
        Some(self.places.remove(from + at).1)
    }

    /// Moves a version to where another date belongs; the same date leaves it
    /// where it is.
    pub(super) fn re_date(&mut self, from: Option<Time>, to: Option<Time>, version: &str) {
        if from != to
            && let Some(version) = self.take(from, version)
        {
            self.place(to, version);
        }
    }

    /// The versions, oldest first.
    pub(super) fn versions(&self) -> impl ExactSizeIterator<Item = &V> {
        self.places.iter().map(|place| &place.1)
    }

    /// Brings equals into the order of `ranks`; what has no rank comes last.
    pub(super) fn sort_by_rank(&mut self, rank: impl Fn(&str) -> usize) {
        self.places
            .sort_by_cached_key(|(key, version)| (*key, rank(version.as_ref())));
    }
}
