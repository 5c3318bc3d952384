//! Ranges: `1.0` (that or higher), intervals such as `[1.0, 2.0)`, and floating
//! ones.

use super::float::Float;
use super::parsed::Version;
use std::cmp::Ordering;

/// Longer texts ask for nothing that anybody could follow.
const MAX_LENGTH: usize = 1024;

#[derive(Clone, Debug)]
pub(super) struct Range {
    min: Option<Bound>,
    max: Option<Bound>,
    float: Option<Float>,
}

#[derive(Clone, Debug)]
struct Bound {
    version: Version,
    is_inclusive: bool,
}

impl Range {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_LENGTH {
            return None;
        }
        let Some((inner, min_inclusive, max_inclusive)) = interval(text)? else {
            let (min, float) = lower(text, true)?;
            return Some(Self {
                min,
                max: None,
                float,
            });
        };
        let (low, high) = match inner.split_once(',') {
            Some((low, high)) if !high.contains(',') => (low, high),
            // `[1.0]` is one version; `(1.0]` is nothing.
            None if min_inclusive && max_inclusive => (inner, inner),
            _ => return None,
        };
        if low.is_empty() && high.is_empty() {
            return None;
        }
        let (min, float) = lower(low, min_inclusive)?;
        let range = Self {
            min,
            max: bound(high, max_inclusive)?,
            float,
        };
        range.is_possible().then_some(range)
    }

    fn is_possible(&self) -> bool {
        let (Some(min), Some(max)) = (&self.min, &self.max) else {
            return true;
        };
        match min.version.compare(&max.version) {
            Ordering::Less => true,
            Ordering::Equal => min.is_inclusive == max.is_inclusive,
            Ordering::Greater => false,
        }
    }

    /// The only version in it.
    pub(super) fn exact(&self) -> Option<&Version> {
        let (min, max) = (self.min.as_ref()?, self.max.as_ref()?);
        let is_one = min.is_inclusive && min.version.compare(&max.version).is_eq();
        (is_one && max.is_inclusive).then_some(&min.version)
    }

    /// The version that it begins with, if it is taken by itself.
    pub(super) fn lowest(&self) -> Option<&Version> {
        let min = self.min.as_ref().filter(|min| min.is_inclusive)?;
        let floats = self.float.as_ref().is_some_and(Float::floats);
        (!floats).then_some(&min.version)
    }

    /// Whether `version` lies between the bounds.
    pub(super) fn allows(&self, version: &Version) -> bool {
        let within = |bound: &Option<Bound>, side: Ordering| {
            bound.as_ref().is_none_or(|bound| {
                let order = version.compare(&bound.version);
                order == side || (order.is_eq() && bound.is_inclusive)
            })
        };
        within(&self.min, Ordering::Greater) && within(&self.max, Ordering::Less)
    }

    /// Whether `new` is to be taken rather than `current`.
    pub(super) fn is_better(&self, current: Option<&Version>, new: &Version) -> bool {
        if (new.is_prerelease() && !self.takes_prereleases()) || !self.allows(new) {
            return false;
        }
        let Some(current) = current else {
            return true;
        };
        let order = new.compare(current);
        let Some(float) = self.float.as_ref().filter(|float| float.floats()) else {
            return order.is_lt();
        };
        match (float.allows(current), float.allows(new)) {
            (true, true) => order.is_gt(),
            (false, true) => true,
            (true, false) => false,
            // Nothing that it floats to: the nearest above, as everything is
            // that the bounds let through.
            (false, false) => order.is_lt(),
        }
    }

    fn takes_prereleases(&self) -> bool {
        let is_named = |bound: &Option<Bound>| {
            bound
                .as_ref()
                .is_some_and(|bound| bound.version.is_prerelease())
        };
        is_named(&self.min)
            || is_named(&self.max)
            || self.float.as_ref().is_some_and(Float::has_labels)
    }
}

/// What stands between brackets, and whether each end is included; `None` if a
/// bracket is missing, `Some(None)` without brackets.
#[expect(clippy::option_option, reason = "no interval, or a broken one")]
fn interval(text: &str) -> Option<Option<(&str, bool, bool)>> {
    let Some(rest) = text.strip_prefix(['[', '(']) else {
        return Some(None);
    };
    let inner = rest.strip_suffix([']', ')'])?;
    Some(Some((inner, text.starts_with('['), text.ends_with(']'))))
}

/// The lower end, which may float.
fn lower(text: &str, is_inclusive: bool) -> Option<(Option<Bound>, Option<Float>)> {
    if !text.contains('*') {
        return Some((bound(text, is_inclusive)?, None));
    }
    let float = Float::parse(text)?;
    let version = float.min.clone();
    Some((
        Some(Bound {
            version,
            is_inclusive,
        }),
        Some(float),
    ))
}

/// One end; `Some(None)` where nothing is written.
#[expect(clippy::option_option, reason = "no bound, or a broken one")]
fn bound(text: &str, is_inclusive: bool) -> Option<Option<Bound>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    let version = Version::parse(text)?;
    Some(Some(Bound {
        version,
        is_inclusive,
    }))
}
