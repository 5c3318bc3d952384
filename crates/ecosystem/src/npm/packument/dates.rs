//! The `time` map: when each version was published.

use crate::scan::{Damaged, Key, Scanner};
use hashbrown::HashMap;
use std::borrow::Cow;
use tenure_domain::Time;

/// The `time` map.
#[derive(Default)]
pub(super) struct Dates<'d> {
    /// In the document's order, so that reading it again gives the same.
    versions: Vec<Dated<'d>>,
    /// Where the next version is expected: `versions` and `time` are nearly
    /// always in the same order.
    next: usize,
    /// For looking a version up where they are not.
    index: Option<HashMap<&'d [u8], usize>>,
    /// When the document was last changed.
    pub(super) modified: Option<Time>,
    /// The whole package was unpublished.
    pub(super) unpublished: bool,
}

struct Dated<'d> {
    version: Key<'d>,
    time: Time,
    /// There is a manifest of this version.
    claimed: bool,
}

impl<'d> Dates<'d> {
    /// Reads `time`; `None` where it is no map. What is no date is left out.
    pub(super) fn read(scanner: &mut Scanner<'d>) -> Result<Option<Self>, Damaged> {
        if !scanner.enter()? {
            return Ok(None);
        }
        let mut dates = Self::default();
        while let Some(key) = scanner.key()? {
            let time = moment(scanner.value()?);
            match key.written() {
                b"created" => {}
                b"modified" => dates.modified = time,
                b"unpublished" => dates.unpublished = true,
                _ => dates.versions.extend(time.map(|time| Dated {
                    version: key,
                    time,
                    claimed: false,
                })),
            }
        }
        Ok(Some(dates))
    }

    /// When `version`, which has a manifest, was published. Versions are
    /// compared as they are written: one that is written in two ways in one
    /// document has no date.
    pub(super) fn claim(&mut self, version: Key<'d>) -> Option<Time> {
        let version = version.written();
        let expected = self
            .versions
            .get(self.next)
            .is_some_and(|dated| dated.version.written() == version);
        let at = if expected {
            self.next
        } else {
            self.find(version)?
        };
        self.next = at + 1;
        self.versions[at].claimed = true;
        Some(self.versions[at].time)
    }

    fn find(&mut self, version: &[u8]) -> Option<usize> {
        let versions = &self.versions;
        let index = self.index.get_or_insert_with(|| {
            versions
                .iter()
                .enumerate()
                .map(|(at, dated)| (dated.version.written(), at))
                .collect()
        });
        index.get(version).copied()
    }

    /// Versions with a date and without a manifest, in the document's order.
    pub(super) fn unclaimed(&self) -> impl Iterator<Item = (Cow<'d, str>, Time)> {
        let unclaimed = self.versions.iter().filter(|dated| !dated.claimed);
        unclaimed.filter_map(|dated| Some((dated.version.text()?, dated.time)))
    }
}

/// An RFC 3339 moment in quotes; anything else is no date.
fn moment(raw: &[u8]) -> Option<Time> {
    let inside = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    std::str::from_utf8(inside).ok()?.parse().ok()
}
