//! Python's versions and specifiers, decided as `packaging` decides them
//! (parsed and ordered by `pep440_rs`; a differential test against the real
//! `packaging` runs with the suite).
//!
//! Two things that `packaging` knows are not decided here: a number beyond 64
//! bits, and the arbitrary equality `===`, which compares texts that need be no
//! versions. Neither occurs in a file that an installer can choose.

mod specifier;

use pep440_rs::Version;
use specifier::Specifiers;
use std::cmp::Ordering;
use tenure_domain::History;

/// Longer texts are no version that was ever released, nor are longer normal
/// forms.
const MAX_LENGTH: usize = 256;
/// A normal form is no longer than its text and this: `1-1` is `1.post1`.
const MAX_GROWTH: usize = 16;

/// Whether `version` is one that PEP 440 allows.
pub fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

/// The normal form of a version: `1.0rc1` for `v1.0-RC.1`. Zeros at the end
/// stay: `1.0` and `1.0.0` are one version in two forms. `None` if it is not
/// valid.
pub fn normalised(version: &str) -> Option<String> {
    parse(version).map(|version| version.to_string())
}

/// Whether two texts are the same version, in whatever form; texts that are no
/// versions are only the same if they are equal.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || matches!((parse(one), parse(other)), (Some(a), Some(b)) if a == b)
}

/// PEP 440's order; invalid versions come before valid ones.
pub fn compare(one: &str, other: &str) -> Ordering {
    parse(one).cmp(&parse(other))
}

/// Whether it is a pre-release or a development release, which installers only
/// take where they are asked to or nothing else fits. `None` if it is not valid.
pub fn is_prerelease(version: &str) -> Option<bool> {
    parse(version).map(|version| version.any_prerelease())
}

/// Whether `version` satisfies the specifiers (`>=1.0,<2`), pre-releases being
/// let in; `None` if either is not valid.
pub fn satisfies(version: &str, specifiers: &str) -> Option<bool> {
    let specifiers = Specifiers::parse(specifiers)?;
    Some(specifiers.allow(&parse(version)?))
}

/// The highest of `versions` that satisfies `specifiers`; a pre-release only
/// where nothing else does. `None` also where the specifiers are not valid.
pub fn highest<'v>(
    versions: impl IntoIterator<Item = &'v str>,
    specifiers: &str,
) -> Option<&'v str> {
    let specifiers = Specifiers::parse(specifiers)?;
    let versions = versions
        .into_iter()
        .filter_map(|text| Some((parse(text)?, text)));
    versions
        .filter(|(version, _)| specifiers.allow(version))
        .max_by(|(one, _), (other, _)| {
            let key = |version: &Version| !version.any_prerelease();
            key(one).cmp(&key(other)).then_with(|| one.cmp(other))
        })
        .map(|(_, text)| text)
}

/// Where a version stands in a history, in whatever form it is written.
pub fn position(history: &History, version: &str) -> Option<usize> {
    history.position(version).or_else(|| {
        let wanted = parse(version)?;
        let mut releases = history.releases().iter();
        releases.position(|release| parse(&release.version).as_ref() == Some(&wanted))
    })
}

/// A version; `None` if PEP 440 does not allow it.
pub(in crate::pypi) fn parse(version: &str) -> Option<Version> {
    if version.len() > MAX_LENGTH {
        return None;
    }
    let parsed: Version = version.trim().parse().ok()?;
    let fits = version.len() + MAX_GROWTH <= MAX_LENGTH || parsed.to_string().len() <= MAX_LENGTH;
    fits.then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_one_version_in_two_forms() {
        assert!(is_same("1.0", "1.0.0"));
        assert!(is_same("v1.0-RC.1", "1.0rc1"));
        assert!(!is_same("1.0", "1.0.post1"));
        assert!(is_same("not a version", "not a version"));
        assert_eq!(normalised("1.0.0-Alpha_2").as_deref(), Some("1.0.0a2"));
        assert_eq!(normalised("1.0-r1234x"), None);
    }

    #[test]
    fn what_is_too_long_in_its_normal_form_is_refused() {
        let local = |length: usize| format!("1-1+{}", "a".repeat(length));
        // The text fits, and `1.post1+...` does not.
        assert_eq!(local(252).len(), MAX_LENGTH);
        assert!(!is_valid(&local(252)));
        let longest = normalised(&local(248)).unwrap();
        assert_eq!(longest.len(), MAX_LENGTH);
        assert_eq!(normalised(&longest), Some(longest.clone()));
        // Everything that can grow, at once.
        let grown = normalised("1!1.0c-r.dev+a").unwrap();
        assert_eq!(grown, "1!1.0rc0.post0.dev0+a");
        assert!(grown.len() <= "1!1.0c-r.dev+a".len() + MAX_GROWTH);
    }

    #[test]
    fn a_prerelease_is_the_last_resort() {
        let versions = ["1.0", "2.0rc1", "0.9"];
        assert_eq!(highest(versions, ""), Some("1.0"));
        assert_eq!(highest(versions, ">1"), Some("2.0rc1"));
        assert_eq!(highest(versions, ">3"), None);
        assert_eq!(highest(versions, "no specifier"), None);
    }
}
