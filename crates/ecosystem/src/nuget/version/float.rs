//! The part of a range that floats: `1.*`, `1.0.0-beta.*`, `*-*`.

use super::parsed::Version;

/// What a range floats to.
#[derive(Clone, Debug)]
pub(super) struct Float {
    /// The lowest version that it can stand for.
    pub(super) min: Version,
    /// How many numbers are fixed; `None` if nothing floats.
    fixed: Option<usize>,
    labels: Labels,
}

#[derive(Clone, Debug)]
enum Labels {
    /// Only versions without labels.
    None,
    /// Also those whose labels begin with this, in lower case.
    Prefix(String),
    /// All versions that there are.
    All,
}

impl Float {
    /// Reads a text with at least one `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "*-*" {
            return Self::new("0.0.0-0", Some(0), Labels::All);
        }
        let stars = text.matches('*').count();
        let before = text.strip_suffix('*').filter(|_| !text.contains('+'))?;
        match before.split_once('-') {
            None if stars == 1 => Self::numbers(before),
            Some((numbers, labels)) if stars == 1 => Self::labels(numbers, labels),
            Some((numbers, labels)) if stars == 2 => Self::both(numbers.strip_suffix('*')?, labels),
            _ => None,
        }
    }

    /// `1.*`. In `1*` nothing floats: it is `10`.
    fn numbers(before: &str) -> Option<Self> {
        let fixed = before.matches('.').count();
        let floats = fixed > 0 || before.is_empty();
        Self::new(&format!("{before}0"), floats.then_some(fixed), Labels::None)
    }

    /// `1.0.0-beta*`
    fn labels(numbers: &str, labels: &str) -> Option<Self> {
        // The client completes the labels only if there is no other dash.
        let min = if labels.contains('-') {
            labels
        } else {
            &lowest(labels)
        };
        let min = format!("{numbers}-{min}");
        Self::new(&min, Some(4), Labels::Prefix(labels.to_ascii_lowercase()))
    }

    /// `1.*-beta*`
    fn both(numbers: &str, labels: &str) -> Option<Self> {
        let min = format!("{numbers}0-{}", lowest(labels));
        let fixed = numbers.matches('.').count();
        Self::new(
            &min,
            Some(fixed),
            Labels::Prefix(labels.to_ascii_lowercase()),
        )
    }

    fn new(min: &str, fixed: Option<usize>, labels: Labels) -> Option<Self> {
        let min = Version::parse(min)?;
        Some(Self { min, fixed, labels })
    }

    /// Whether anything floats.
    pub(super) fn floats(&self) -> bool {
        self.fixed.is_some()
    }

    /// Whether it takes versions with labels.
    pub(super) fn has_labels(&self) -> bool {
        !matches!(self.labels, Labels::None)
    }

    /// Whether it can float to `version`.
    pub(super) fn allows(&self, version: &Version) -> bool {
        let Some(fixed) = self.fixed else {
            return false;
        };
        let labels = match &self.labels {
            Labels::All => return true,
            Labels::None => !version.is_prerelease(),
            Labels::Prefix(prefix) => {
                let release = version.release().to_ascii_lowercase();
                !version.is_prerelease() || release.starts_with(prefix)
            }
        };
        labels && self.min.shares(version, fixed)
    }
}

/// The lowest labels that begin with these.
fn lowest(labels: &str) -> String {
    let zero = if labels.is_empty() || labels.ends_with('.') {
        "0"
    } else {
        ""
    };
    format!("{labels}{zero}")
}
