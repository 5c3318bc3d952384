//! NuGet's versions and ranges, decided as the client's own library
//! (`NuGet.Versioning`) decides them.
//!
//! A version has one to four numbers, labels after `-`, and metadata after `+`.
//! `1`, `1.0` and `1.0.0.0` are one version; case and metadata never tell two
//! apart.

mod float;
mod parsed;
mod range;

use parsed::Version;
use range::Range;
use std::cmp::Ordering;
use tenure_domain::History;

/// Whether `version` is one that the client accepts.
pub fn is_valid(version: &str) -> bool {
    Version::parse(version).is_some()
}

/// The normal form of a version, as the registry has it in addresses: three
/// numbers, a fourth only if it is not zero, labels in lower case, no metadata.
/// `None` if it is not valid.
pub fn normalised(version: &str) -> Option<String> {
    Version::parse(version).map(|version| version.to_string().to_ascii_lowercase())
}

/// Whether two texts are the same version, in whatever form; texts that are no
/// versions are only the same if they are equal.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || matches!((normalised(one), normalised(other)), (Some(a), Some(b)) if a == b)
}

/// The client's order; invalid versions come before valid ones.
pub fn compare(one: &str, other: &str) -> Ordering {
    match (Version::parse(one), Version::parse(other)) {
        (Some(one), Some(other)) => one.compare(&other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

/// Whether it has labels, so that it is only taken where somebody asks for
/// such. `None` if it is not valid.
pub fn is_prerelease(version: &str) -> Option<bool> {
    Version::parse(version).map(|version| version.is_prerelease())
}

/// Whether only clients that know `SemVer` 2 are shown it: it has metadata, or
/// labels with a dot. `None` if it is not valid.
pub fn is_semver2(version: &str) -> Option<bool> {
    Version::parse(version).map(|version| version.is_semver2())
}

/// Whether `version` lies within the bounds of `range`; `None` if either is not
/// valid. A floating range has a lower bound only: see [`best_match`].
pub fn satisfies(version: &str, range: &str) -> Option<bool> {
    Some(Range::parse(range)?.allows(&Version::parse(version)?))
}

/// The version that a project gets that asks for `range`: the lowest within it,
/// or for a floating one the highest that it floats to. Pre-releases only where
/// the range names one. `None` also where the range is not valid.
pub fn best_match<'v>(versions: impl IntoIterator<Item = &'v str>, range: &str) -> Option<&'v str> {
    let range = Range::parse(range)?;
    let versions = versions.into_iter();
    let versions = versions.filter_map(|text| Some((Version::parse(text)?, text)));
    let mut best: Option<(Version, &str)> = None;
    for (version, text) in versions {
        if range.is_better(best.as_ref().map(|(best, _)| best), &version) {
            best = Some((version, text));
        }
    }
    best.map(|(_, text)| text)
}

/// The highest of `versions`, without labels if there is such a one: what is
/// taken where nobody says which.
pub fn highest<'v>(versions: impl IntoIterator<Item = &'v str>) -> Option<&'v str> {
    let versions = versions.into_iter();
    let versions = versions.filter_map(|text| Some((Version::parse(text)?, text)));
    let highest = versions.max_by(|(one, _), (other, _)| {
        let order = other.is_prerelease().cmp(&one.is_prerelease());
        order.then_with(|| one.compare(other))
    });
    highest.map(|(_, text)| text)
}

/// The version that a project gets that asks for `range` and nothing else asks
/// for more: its lower bound. In its normal form; `None` where the range floats,
/// begins behind a version, or is not valid.
pub fn lowest(range: &str) -> Option<String> {
    Some(
        Range::parse(range)?
            .lowest()?
            .to_string()
            .to_ascii_lowercase(),
    )
}

/// The only version that `range` allows, such as `1.0.0` for `[1.0]`, in its
/// normal form; `None` if it allows others or is not valid.
pub fn exact(range: &str) -> Option<String> {
    Some(
        Range::parse(range)?
            .exact()?
            .to_string()
            .to_ascii_lowercase(),
    )
}

/// Whether `range` is one that the client accepts.
pub fn is_valid_range(range: &str) -> bool {
    Range::parse(range).is_some()
}

/// Where a version stands in a history, in whatever form it is written.
pub fn position(history: &History, version: &str) -> Option<usize> {
    history.position(version).or_else(|| {
        let wanted = normalised(version)?;
        let mut releases = history.releases().iter();
        releases.position(|release| normalised(&release.version).as_deref() == Some(&wanted))
    })
}
