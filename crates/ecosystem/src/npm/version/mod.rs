//! npm's versions and ranges, decided exactly as npm's own `semver` decides
//! them (`js-semver`; a differential test against the real one runs with the
//! suite).

mod range;

use js_semver::Version;
use range::{Range, is_space};
use std::cmp::Ordering;

/// Whether `version` is one that npm accepts.
pub fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

/// Whether `version` satisfies `range`; `None` if either is not valid.
pub fn satisfies(version: &str, range: &str) -> Option<bool> {
    let range = Range::parse(range)?;
    Some(range.allows(&parse(version)?))
}

/// SemVer precedence; invalid versions come before valid ones.
pub fn compare(one: &str, other: &str) -> Ordering {
    parse(one).cmp(&parse(other))
}

/// npm's own limit.
const MAX_LENGTH: usize = 256;

/// A version as npm reads it; `None` if npm does not accept it.
pub(in crate::npm) fn parse(version: &str) -> Option<Version> {
    // npm measures the length before it takes off the white space.
    if version.chars().count() > MAX_LENGTH {
        return None;
    }
    Version::parse(version.trim_matches(is_space)).ok()
}

/// The highest of `versions` that satisfies every one of `ranges`. Ranges that
/// are not valid (tags, git addresses) are passed over.
pub fn highest<'v>(
    versions: impl IntoIterator<Item = &'v str>,
    ranges: &[&str],
) -> Option<&'v str> {
    let ranges: Vec<Range> = ranges
        .iter()
        .filter_map(|range| Range::parse(range))
        .collect();
    versions
        .into_iter()
        .filter_map(|text| Some((parse(text)?, text)))
        .filter(|(version, _)| ranges.iter().all(|range| range.allows(version)))
        .max_by(|one, other| one.0.cmp(&other.0))
        .map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_highest_that_all_ranges_allow() {
        let versions = ["1.0.0", "1.2.0", "1.10.0", "2.0.0-rc.1", "2.0.0"];
        assert_eq!(highest(versions, &["^1.0.0"]), Some("1.10.0"));
        assert_eq!(highest(versions, &["^1.0.0", "<1.5"]), Some("1.2.0"));
        assert_eq!(highest(versions, &["latest"]), Some("2.0.0"));
        assert_eq!(highest(versions, &[">3"]), None);
    }

    #[test]
    fn compares_by_precedence() {
        assert_eq!(compare("1.10.0", "1.9.0"), Ordering::Greater);
        assert_eq!(compare("2.0.0-rc.1", "2.0.0"), Ordering::Less);
    }
}
