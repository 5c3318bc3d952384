//! Sets of specifiers, such as `>=1.0,!=1.3.*,<2`.

use pep440_rs::{Operator, Version, VersionSpecifier};

/// Longer texts ask for nothing that anybody could follow.
const MAX_LENGTH: usize = 8 * 1024;

/// A set of specifiers, all of which must hold; the empty one allows all.
pub(super) struct Specifiers(Vec<VersionSpecifier>);

impl Specifiers {
    /// Reads a set; `None` where one of them is not valid.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let all = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        let all: Option<Vec<VersionSpecifier>> = all.map(|one| one.parse().ok()).collect();
        let is_decidable = |one: &VersionSpecifier| !matches!(one.operator(), Operator::ExactEqual);
        all.filter(|all| all.iter().all(is_decidable)).map(Self)
    }

    /// Whether a version satisfies all of them. `pep440_rs` itself takes `1`
    /// for a version in `1.5.*`, so this follows PEP 440 clause by clause.
    pub(super) fn allow(&self, version: &Version) -> bool {
        self.0.iter().all(|one| allows(one, version))
    }
}

fn allows(specifier: &VersionSpecifier, version: &Version) -> bool {
    let wanted = specifier.version();
    let public = version.clone().without_local();
    match specifier.operator() {
        Operator::Equal | Operator::ExactEqual => is_equal(wanted, version, &public),
        Operator::NotEqual => !is_equal(wanted, version, &public),
        Operator::EqualStar => has_prefix(wanted, wanted.release(), version),
        Operator::NotEqualStar => !has_prefix(wanted, wanted.release(), version),
        Operator::TildeEqual => {
            let kept = wanted.release().len().saturating_sub(1);
            public >= *wanted && has_prefix(wanted, &wanted.release()[..kept], version)
        }
        Operator::LessThanEqual => public <= *wanted,
        Operator::GreaterThanEqual => public >= *wanted,
        Operator::LessThan => version < wanted && !is_before_release(wanted, version),
        Operator::GreaterThan => {
            version > wanted && public != *wanted && !is_post_release(wanted, version)
        }
    }
}

/// Whether `version` is a pre-release of `wanted` itself, which `<` does not
/// mean: `2.0rc1` is not below `2.0`.
fn is_before_release(wanted: &Version, version: &Version) -> bool {
    let of_it = match wanted.post() {
        None => version.any_prerelease(),
        Some(post) => version.is_dev() && version.pre().is_none() && version.post() == Some(post),
    };
    of_it && !wanted.any_prerelease() && is_same_base(wanted, version)
}

/// Whether `version` is a post-release of `wanted` itself, which `>` does not
/// mean: `2.0.post1` is not above `2.0`.
fn is_post_release(wanted: &Version, version: &Version) -> bool {
    let has_own = !wanted.is_post() && !wanted.is_dev();
    has_own && version.is_post() && version.pre() == wanted.pre() && is_same_base(wanted, version)
}

/// A local label only counts where the specifier has one, too.
fn is_equal(wanted: &Version, version: &Version, public: &Version) -> bool {
    if wanted.is_local() {
        version == wanted
    } else {
        public == wanted
    }
}

/// Whether a version begins with these numbers; those that it leaves out are
/// zeros.
fn has_prefix(wanted: &Version, prefix: &[u64], version: &Version) -> bool {
    let numbers = version.release().iter().chain(std::iter::repeat(&0));
    wanted.epoch() == version.epoch() && prefix.iter().zip(numbers).all(|(a, b)| a == b)
}

/// Whether two versions differ only in what follows their numbers.
fn is_same_base(one: &Version, other: &Version) -> bool {
    let longer = one.release().len().max(other.release().len());
    let numbers = |version: &Version| {
        let zeros = std::iter::repeat(0);
        let numbers: Vec<u64> = version
            .release()
            .iter()
            .copied()
            .chain(zeros)
            .take(longer)
            .collect();
        numbers
    };
    one.epoch() == other.epoch() && numbers(one) == numbers(other)
}
