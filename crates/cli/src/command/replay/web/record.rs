//! Reads a recorded web of trust: a line per key, with who certified it when.

use super::super::lines::each_line;
use anyhow::bail;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Keys of a role rather than a person.
const ROLE_KEYS: &str = "debian-role-keys";

/// A key of one snapshot. Other fields are not needed.
#[derive(Deserialize)]
struct Key {
    snapshot: String,
    fpr: String,
    ring: String,
    #[serde(default)]
    certified_by: BTreeMap<String, i64>,
}

/// Who certified whom: for each member those it certified, the earliest first.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    certified: Vec<Vec<(i64, usize)>>,
}

/// Reads the newest snapshot of a file, plain or compressed. The answer is its
/// name and the certifications within it.
pub(super) fn read(file: &Path) -> anyhow::Result<(String, Graph)> {
    let mut keys: Vec<Key> = Vec::new();
    each_line(file, "no key", |key: Key| {
        // An earlier snapshot is not needed once a later one begins.
        if keys
            .first()
            .is_some_and(|first| first.snapshot < key.snapshot)
        {
            keys.clear();
        }
        if keys
            .first()
            .is_none_or(|first| first.snapshot == key.snapshot)
            && key.ring != ROLE_KEYS
        {
            keys.push(key);
        }
    })?;
    let Some(first) = keys.first() else {
        bail!("no keys: name a file with a line per key");
    };
    Ok((first.snapshot.clone(), Graph::of(&keys)))
}

impl Graph {
    fn of(keys: &[Key]) -> Self {
        let places = keys.iter().enumerate();
        let places: HashMap<&str, usize> = places.map(|(place, key)| (&*key.fpr, place)).collect();
        let mut certified = vec![Vec::new(); keys.len()];
        for (about, key) in keys.iter().enumerate() {
            for (by, at) in &key.certified_by {
                if let Some(by) = places.get(&**by).filter(|by| **by != about) {
                    certified[*by].push((*at, about));
                }
            }
        }
        for list in &mut certified {
            list.sort_unstable();
        }
        Self { certified }
    }

    /// How many members there are.
    pub(super) fn len(&self) -> usize {
        self.certified.len()
    }

    /// How many certifications there are.
    pub(super) fn certifications(&self) -> usize {
        self.certified.iter().map(Vec::len).sum()
    }

    /// Whom a member certified.
    pub(super) fn certified_by(&self, member: usize) -> impl Iterator<Item = usize> {
        self.certified[member].iter().map(|(_, about)| *about)
    }

    /// Whom a member certified, with the moments, in seconds since 1970.
    pub(super) fn dated(&self, member: usize) -> &[(i64, usize)] {
        &self.certified[member]
    }

    /// With more members at the end.
    pub(super) fn with_more(&self, more: usize) -> Self {
        let mut larger = self.clone();
        larger.certified.resize(self.len() + more, Vec::new());
        larger
    }

    /// Adds a certification. Those at the same moment stay in the order in
    /// which they are added.
    pub(super) fn certify(&mut self, by: usize, about: usize, at: i64) {
        let list = &mut self.certified[by];
        let place = list.partition_point(|(other, _)| *other <= at);
        list.insert(place, (at, about));
    }

    /// The largest set in which everybody reaches everybody, in order.
    pub(super) fn strong_set(&self) -> Vec<usize> {
        let mut certifiers = vec![Vec::new(); self.len()];
        for member in 0..self.len() {
            for about in self.certified_by(member) {
                certifiers[about].push(member);
            }
        }
        let mut done: BTreeSet<usize> = BTreeSet::new();
        let mut largest: BTreeSet<usize> = BTreeSet::new();
        for start in 0..self.len() {
            if done.contains(&start) {
                continue;
            }
            let there = reached(start, |member| self.certified_by(member).collect());
            let back = reached(start, |member| certifiers[member].clone());
            let set: BTreeSet<usize> = there.intersection(&back).copied().collect();
            done.extend(&set);
            if set.len() > largest.len() {
                largest = set;
            }
        }
        largest.into_iter().collect()
    }
}

fn reached(start: usize, next: impl Fn(usize) -> Vec<usize>) -> BTreeSet<usize> {
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(member) = open.pop() {
        open.extend(next(member).into_iter().filter(|other| seen.insert(*other)));
    }
    seen
}
