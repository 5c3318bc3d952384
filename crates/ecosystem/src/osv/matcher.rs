//! Which versions an advisory means (OSV schema, "Evaluation").

use crate::{cargo, npm, nuget, pypi};
use hashbrown::HashSet;
use std::cmp::Ordering;
use tenure_domain::{Affected, Bound, Ecosystem, PackageId};

/// The package under which advisories are kept: writers of advisories take
/// `-` and `_` in the names of crates for the same, as registries of crates do,
/// and capitals, too.
pub fn kept_as(package: &PackageId) -> PackageId {
    if package.ecosystem() != Ecosystem::Cargo {
        return package.clone();
    }
    let name = package.name().to_ascii_lowercase().replace('-', "_");
    // As long as before, and of the same kind of characters.
    PackageId::new(Ecosystem::Cargo, &name).unwrap_or_else(|_| package.clone())
}

/// What an advisory says of a package, ready to be asked about versions.
#[derive(Debug)]
pub struct Matcher<'a> {
    ecosystem: Ecosystem,
    /// The versions that are named, as they are written.
    texts: HashSet<&'a str>,
    /// Those that are versions, in the ecosystem's order.
    listed: Vec<&'a str>,
    ranges: Vec<Sorted<'a>>,
}

#[derive(Debug)]
struct Sorted<'a> {
    /// Where it begins and ends, in the ecosystem's order.
    bounds: Vec<&'a Bound>,
    limits: Vec<&'a str>,
}

impl<'a> Matcher<'a> {
    /// Gets ready.
    pub fn new(affected: &'a Affected) -> Self {
        let ecosystem = affected.package.ecosystem();
        let texts: HashSet<&str> = affected.versions.iter().map(|one| &**one).collect();
        let listed = texts.iter().copied();
        let mut listed: Vec<&str> = listed.filter(|one| is_valid(ecosystem, one)).collect();
        listed.sort_by(|one, other| compare(ecosystem, one, other));
        let ranges = affected.ranges.iter();
        Self {
            ecosystem,
            listed,
            texts,
            ranges: ranges.map(|range| sorted(ecosystem, range)).collect(),
        }
    }

    /// Whether a version is meant.
    pub fn means(&self, version: &str) -> bool {
        if self.texts.contains(version) {
            return true;
        }
        if !is_valid(self.ecosystem, version) {
            return false;
        }
        let to_it = |one: &&str| compare(self.ecosystem, one, version);
        self.listed.binary_search_by(to_it).is_ok()
            || self.ranges.iter().any(|range| self.is_in(range, version))
    }

    fn is_in(&self, range: &Sorted<'_>, version: &str) -> bool {
        let compared = |other: &str| compare(self.ecosystem, version, other);
        let is_within = |limit: &&str| *limit == "*" || compared(limit).is_lt();
        if !range.limits.is_empty() && !range.limits.iter().any(is_within) {
            return false;
        }
        let mut is_meant = false;
        for bound in &range.bounds {
            match bound {
                Bound::Introduced(from) if &**from == "0" || compared(from).is_ge() => {
                    is_meant = true;
                }
                Bound::Fixed(from) if compared(from).is_ge() => is_meant = false,
                Bound::LastAffected(last) if compared(last).is_gt() => is_meant = false,
                _ => {}
            }
        }
        is_meant
    }
}

fn sorted(ecosystem: Ecosystem, range: &[Bound]) -> Sorted<'_> {
    let is_limit = |bound: &&Bound| matches!(bound, Bound::Limit(_));
    let mut bounds: Vec<&Bound> = range.iter().filter(|bound| !is_limit(bound)).collect();
    // At one version the order is that of the document, only that the last
    // version of a range comes after it has begun: `introduced` and
    // `last_affected` may be the same.
    let key = |bound: &Bound| {
        let is_beginning = matches!(bound, Bound::Introduced(version) if &**version == "0");
        (!is_beginning, matches!(bound, Bound::LastAffected(_)))
    };
    bounds.sort_by(|one, other| {
        let ((first, last), (other_first, other_last)) = (key(one), key(other));
        first
            .cmp(&other_first)
            .then_with(|| compare(ecosystem, one.version(), other.version()))
            .then(last.cmp(&other_last))
    });
    Sorted {
        bounds,
        limits: range.iter().filter(is_limit).map(Bound::version).collect(),
    }
}

/// Whether a text is a version in an ecosystem.
pub(super) fn is_valid(ecosystem: Ecosystem, version: &str) -> bool {
    match ecosystem {
        Ecosystem::Npm => npm::version::is_valid(version),
        Ecosystem::Cargo => cargo::version::is_valid(version),
        Ecosystem::Pypi => pypi::version::is_valid(version),
        Ecosystem::Nuget => nuget::version::is_valid(version),
    }
}

/// The ecosystem's order. What stands behind a `+` never counts but on PyPI:
/// by the precedence of `SemVer`, and because advisories may leave it out.
fn compare(ecosystem: Ecosystem, one: &str, other: &str) -> Ordering {
    match ecosystem {
        Ecosystem::Npm => npm::version::compare(plain(one), plain(other)),
        Ecosystem::Cargo => cargo::version::compare(plain(one), plain(other)),
        Ecosystem::Pypi => pypi::version::compare(one, other),
        Ecosystem::Nuget => nuget::version::compare(one, other),
    }
}

fn plain(version: &str) -> &str {
    version.split_once('+').map_or(version, |(plain, _)| plain)
}
