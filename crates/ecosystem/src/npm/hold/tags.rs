//! `dist-tags`: a tag never points at a version that is held back.

use super::document::Document;
use super::release::Release;
use crate::npm::packument::PackumentError;
use crate::npm::packument::scan::{Damaged, Scanner, unquote};
use crate::npm::version;
use hashbrown::HashSet;
use std::borrow::Cow;
use std::cmp::Ordering;
use tenure_domain::release_line;

/// Reads `dist-tags`, in the document's order.
pub(super) fn read(raw: Option<&[u8]>) -> Result<Vec<(String, Option<String>)>, PackumentError> {
    let Some(raw) = raw else {
        return Ok(Vec::new());
    };
    let mut scanner = Scanner::new(raw);
    let tags = walk(&mut scanner)
        .map_err(|Damaged| PackumentError::Malformed(scanner.damage()))?
        .ok_or_else(|| PackumentError::NotAPackument("its `dist-tags` is no map".to_owned()))?;
    match twice(&tags) {
        Some(tag) => {
            let why = format!("the tag `{tag}` is written twice");
            Err(PackumentError::Malformed(why))
        }
        None => Ok(tags),
    }
}

fn twice(tags: &Tags) -> Option<&str> {
    let mut known = HashSet::new();
    let mut names = tags.iter().map(|(tag, _)| &**tag);
    names.find(|tag| !known.insert(*tag))
}

type Tags = Vec<(String, Option<String>)>;

fn walk(scanner: &mut Scanner<'_>) -> Result<Option<Tags>, Damaged> {
    if !scanner.enter()? {
        return Ok(None);
    }
    let mut tags = Vec::new();
    while let Some(key) = scanner.key()? {
        let tag = key.text().map(Cow::into_owned);
        let version = unquote(scanner.value()?).map(Cow::into_owned);
        // A name that is no text (half of a surrogate pair) is nobody's.
        tags.extend(tag.map(|tag| (tag, version)));
    }
    Ok(Some(tags))
}

/// Where the tags point that are served: each at a version that is offered.
pub(super) fn served(document: &Document<'_>) -> Vec<(String, String)> {
    let place = |(tag, version): &(String, Option<String>)| {
        let release = document.release(version.as_ref()?)?;
        let version = if release.restricted {
            instead(document, tag, release.version)?
        } else {
            release.version
        };
        Some((tag.clone(), version.to_owned()))
    };
    document.tags.iter().filter_map(place).collect()
}

/// Where a tag goes whose version is held back: to the highest version of the
/// same release line. `latest` must point somewhere if anything is offered, so
/// it goes on to what is stable and lower, and then to anything.
fn instead<'d>(document: &Document<'d>, tag: &str, from: &str) -> Option<&'d str> {
    let offered = || {
        document
            .releases
            .iter()
            .filter(|release| !release.restricted)
    };
    let line = release_line(from);
    let same_line =
        |release: &&Release<'_>| line.is_some() && release_line(release.version) == line;
    let stable = |release: &&Release<'_>| is_stable(release.version);
    let lower = |release: &&Release<'_>| version::compare(release.version, from) == Ordering::Less;
    let any_kind = || highest(offered().filter(same_line));
    let of_line = if is_stable(from) {
        highest(offered().filter(same_line).filter(stable))
    } else {
        any_kind()
    };
    if tag != "latest" {
        return of_line.or_else(any_kind);
    }
    of_line
        .or_else(|| highest(offered().filter(stable).filter(lower)))
        .or_else(any_kind)
        .or_else(|| highest(offered()))
}

fn highest<'r, 'd: 'r>(releases: impl Iterator<Item = &'r Release<'d>>) -> Option<&'d str> {
    version::highest(releases.map(|release| release.version), &[])
}

/// Whether a version is no prerelease.
fn is_stable(version: &str) -> bool {
    let core = version.split('+').next().unwrap_or_default();
    !core.contains('-')
}
