//! Versions and requirements of crates, decided as cargo decides them: by the
//! `semver` crate, which cargo itself is built on.

use semver::{Version, VersionReq};
use std::cmp::Ordering;

/// Longer texts are no version's and no requirement's.
const MAX_LENGTH: usize = 1024;

/// Whether `version` is one that cargo accepts.
pub fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

/// Whether `version` satisfies `requirement`; `None` if either is not valid.
/// A pre-release satisfies only what names a pre-release of the same version.
pub fn satisfies(version: &str, requirement: &str) -> Option<bool> {
    Some(required(requirement)?.matches(&parse(version)?))
}

/// The order in which cargo takes versions, lowest first; invalid versions come
/// before valid ones.
pub fn compare(one: &str, other: &str) -> Ordering {
    parse(one).cmp(&parse(other))
}

/// The highest of `versions` that satisfies every one of `requirements`; those
/// that are not valid are passed over.
pub fn highest<'v>(
    versions: impl IntoIterator<Item = &'v str>,
    requirements: &[&str],
) -> Option<&'v str> {
    let requirements: Vec<VersionReq> = requirements.iter().copied().filter_map(required).collect();
    versions
        .into_iter()
        .filter_map(|text| Some((parse(text)?, text)))
        .filter(|(version, _)| requirements.iter().all(|one| one.matches(version)))
        .max_by(|one, other| one.0.cmp(&other.0))
        .map(|(_, text)| text)
}

fn parse(version: &str) -> Option<Version> {
    (version.len() <= MAX_LENGTH).then(|| Version::parse(version).ok())?
}

fn required(requirement: &str) -> Option<VersionReq> {
    (requirement.len() <= MAX_LENGTH).then(|| VersionReq::parse(requirement).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_as_the_cargo_book_says() {
        for (requirement, yes, no) in [
            ("1.2.3", "1.9.0", "2.0.0"),
            ("0.2.3", "0.2.9", "0.3.0"),
            ("0.0.3", "0.0.3", "0.0.4"),
            ("0", "0.9.0", "1.0.0"),
            ("~1.2", "1.2.9", "1.3.0"),
            ("1.*", "1.9.0", "2.0.0"),
            (">=1.2, <1.5", "1.4.9", "1.5.0"),
            ("=1.0.0", "1.0.0", "1.0.1"),
            ("*", "7.0.0", "7.0.0-rc.1"),
            ("2.0.0-rc.1", "2.0.0-rc.2", "2.1.0-rc.2"),
        ] {
            assert_eq!(satisfies(yes, requirement), Some(true), "{requirement}");
            assert_eq!(satisfies(no, requirement), Some(false), "{requirement}");
        }
        assert_eq!(satisfies("1.0", "1"), None);
        assert_eq!(satisfies("1.0.0", "latest"), None);
    }

    #[test]
    fn picks_the_highest() {
        let versions = ["1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1", "x"];
        assert_eq!(highest(versions, &["1"]), Some("1.10.0"));
        assert_eq!(highest(versions, &["1", "<1.10"]), Some("1.9.0"));
        assert_eq!(highest(versions, &["3"]), None);
        assert_eq!(compare("1.10.0", "1.9.0"), Ordering::Greater);
    }
}
