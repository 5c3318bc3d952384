//! `dist-tags`: a tag never points at a version that is held back.

use super::document::Document;
use crate::npm::version;
use crate::scan::{Damaged, Scanner, unquote};
use hashbrown::{HashMap, HashSet};
use js_semver::Version;
use std::borrow::Cow;
use tenure_domain::release_line;

/// A tag, and what it points at; `None` is no version.
pub(super) type Tag = (String, Option<String>);

/// Reads `dist-tags`, which comes next, in the document's order; or says why
/// they are refused.
pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Result<Vec<Tag>, String>, Damaged> {
    if !scanner.enter()? {
        return Ok(Err("`dist-tags` is no map".to_owned()));
    }
    let mut tags: Vec<Tag> = Vec::new();
    let mut seen = HashSet::new();
    let mut refused = None;
    while let Some(key) = scanner.key()? {
        let version = unquote(scanner.value()?).map(Cow::into_owned);
        match key.text() {
            Some(tag) if seen.insert(tag.clone()) => tags.push((tag.into_owned(), version)),
            _ => refused = Some(String::from_utf8_lossy(key.quoted()).into_owned()),
        }
    }
    Ok(match refused {
        Some(tag) => Err(format!("the tag {tag} is written twice, or is no text")),
        None => Ok(tags),
    })
}

/// The tags that are served, each pointing at a version that is offered.
pub(super) fn served(document: &Document<'_>) -> Vec<(String, String)> {
    let mut offered = None;
    let place = |(tag, version): &Tag| {
        let release = document.release(version.as_ref()?)?;
        let version = if release.is_offered() {
            release.version
        } else {
            let offered = offered.get_or_insert_with(|| Offered::of(document));
            offered.instead(tag, release.version)?
        };
        Some((tag.clone(), version.to_owned()))
    };
    document.tags.iter().filter_map(place).collect()
}

/// The versions that are offered, and the highest of each release line.
struct Offered<'d> {
    versions: Vec<(Version, &'d str)>,
    lines: HashMap<&'d str, Highest>,
}

/// Which versions are the highest.
#[derive(Clone, Copy, Default)]
struct Highest {
    stable: Option<usize>,
    any: Option<usize>,
}

impl<'d> Offered<'d> {
    fn of(document: &Document<'d>) -> Self {
        let versions = document.offered().map(|release| release.version);
        let versions = versions.filter_map(|text| Some((version::parse(text)?, text)));
        let mut offered = Self {
            versions: versions.collect(),
            lines: HashMap::new(),
        };
        for (at, (_, text)) in offered.versions.iter().enumerate() {
            if let Some(line) = release_line(text) {
                let highest = offered.lines.entry(line).or_default();
                highest.add(at, &offered.versions);
            }
        }
        offered
    }

    /// Where a tag goes whose version is held back: to the highest version of
    /// the same release line, to a stable one if the tag was on one.
    ///
    /// `latest` is what people get who ask for nothing in particular. Where its
    /// line has no stable version it goes to the one below, and points at a
    /// prerelease only if nothing else is offered.
    fn instead(&self, tag: &str, from: &str) -> Option<&'d str> {
        let from_version = version::parse(from);
        let line = release_line(from).and_then(|line| self.lines.get(line));
        let line = line.copied().unwrap_or_default();
        let was_stable = from_version.as_ref().is_none_or(is_stable);
        let first = if was_stable { line.stable } else { line.any };
        let place = if tag == "latest" {
            first
                .or_else(|| {
                    let lower = |version: &Version| Some(version) < from_version.as_ref();
                    self.highest(|version| is_stable(version) && lower(version))
                })
                .or(line.any)
                .or_else(|| self.highest(|_| true))
        } else {
            first.or(line.any)
        };
        place.map(|at| self.versions[at].1)
    }

    fn highest(&self, wanted: impl Fn(&Version) -> bool) -> Option<usize> {
        let versions = self.versions.iter().enumerate();
        let wanted = versions.filter(|(_, (version, _))| wanted(version));
        let highest = wanted.max_by(|(_, (one, _)), (_, (other, _))| one.cmp(other));
        highest.map(|(at, _)| at)
    }
}

impl Highest {
    fn add(&mut self, at: usize, versions: &[(Version, &str)]) {
        let version = &versions[at].0;
        let higher = |than: Option<usize>| than.is_none_or(|than| versions[than].0 <= *version);
        if higher(self.any) {
            self.any = Some(at);
        }
        if is_stable(version) && higher(self.stable) {
            self.stable = Some(at);
        }
    }
}

/// Whether a version is no prerelease.
fn is_stable(version: &Version) -> bool {
    version.pre_release.is_empty()
}
