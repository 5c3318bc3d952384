//! Versions, decided as each ecosystem decides them.

use std::cmp::Ordering;
use tenure_domain::{Ecosystem, History};
use tenure_ecosystem::{cargo, npm, nuget, pypi};

/// Which of two versions is the higher one.
pub(crate) fn compare(ecosystem: Ecosystem, one: &str, other: &str) -> Ordering {
    match ecosystem {
        Ecosystem::Cargo => cargo::version::compare(one, other),
        Ecosystem::Pypi => pypi::version::compare(one, other),
        Ecosystem::Nuget => nuget::version::compare(one, other),
        Ecosystem::Npm => npm::version::compare(one, other),
    }
}

/// The highest of `versions` that is offered to who asks for no other.
pub(crate) fn highest<'v>(
    ecosystem: Ecosystem,
    versions: impl IntoIterator<Item = &'v str>,
) -> Option<&'v str> {
    match ecosystem {
        Ecosystem::Cargo => cargo::version::highest(versions, &["*"]),
        Ecosystem::Pypi => pypi::version::highest(versions, ""),
        Ecosystem::Nuget => nuget::version::highest(versions),
        Ecosystem::Npm => npm::version::highest(versions, &["*"]),
    }
}

/// Where a version stands in a history, in whatever form it is written.
pub(crate) fn position(history: &History, version: &str) -> Option<usize> {
    match history.package().ecosystem() {
        Ecosystem::Pypi => pypi::version::position(history, version),
        Ecosystem::Nuget => nuget::version::position(history, version),
        Ecosystem::Npm | Ecosystem::Cargo => history.position(version),
    }
}

/// The version as the history writes it: `1.0.0` may be what it calls `1.0`.
pub(crate) fn as_listed<'h>(history: &'h History, version: &'h str) -> &'h str {
    let index = position(history, version);
    index.map_or(version, |index| &history.releases()[index].version)
}
