//! A version, taken apart.

use std::cmp::Ordering;
use std::fmt;

/// Longer texts are no version that was ever released.
const MAX_LENGTH: usize = 256;
/// Shorter by more than numbers can take, so that the normal form of a version
/// (`1-a` is `1.0.0-a`) is never too long for one.
const MAX_LABELS: usize = 200;

#[derive(Clone, Debug)]
pub(super) struct Version {
    numbers: [u32; 4],
    labels: Vec<Box<str>>,
    has_metadata: bool,
}

impl Version {
    /// Reads a version. Spaces around each number are let in, as the client
    /// lets them in.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return None;
        }
        let (rest, metadata) = match text.split_once('+') {
            Some((rest, metadata)) => (rest, Some(metadata)),
            None => (text, None),
        };
        let (numbers, labels) = match rest.split_once('-') {
            Some((numbers, labels)) => (numbers, Some(labels)),
            None => (rest, None),
        };
        let labels: Vec<Box<str>> =
            labels.map_or_else(Vec::new, |all| all.split('.').map(Into::into).collect());
        let length: usize = labels.iter().map(|label| label.len() + 1).sum();
        let is_usable = length <= MAX_LABELS
            && labels.iter().all(|label| is_label(label))
            && metadata.is_none_or(|all| all.split('.').all(is_word));
        is_usable.then_some(())?;
        Some(Self {
            numbers: numbers_of(numbers)?,
            labels,
            has_metadata: metadata.is_some(),
        })
    }

    pub(super) fn is_prerelease(&self) -> bool {
        !self.labels.is_empty()
    }

    pub(super) fn is_semver2(&self) -> bool {
        self.has_metadata || self.labels.len() > 1
    }

    /// The labels, with their dots, as they are written.
    pub(super) fn release(&self) -> String {
        self.labels.join(".")
    }

    /// Whether the first `count` numbers are the same.
    pub(super) fn shares(&self, other: &Self, count: usize) -> bool {
        self.numbers[..count] == other.numbers[..count]
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let labels = match (self.is_prerelease(), other.is_prerelease()) {
            (true, true) => compare_labels(&self.labels, &other.labels),
            (one, other) => other.cmp(&one),
        };
        self.numbers.cmp(&other.numbers).then(labels)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, revision] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if revision > 0 {
            write!(f, ".{revision}")?;
        }
        if self.is_prerelease() {
            write!(f, "-{}", self.release())?;
        }
        Ok(())
    }
}

/// One to four numbers; those that are not written are zero.
fn numbers_of(text: &str) -> Option<[u32; 4]> {
    let mut numbers = [0; 4];
    for (at, number) in text.split('.').enumerate() {
        let number = number.trim();
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let number = is_number.then(|| number.parse::<i32>().ok())??;
        *numbers.get_mut(at)? = number.unsigned_abs();
    }
    Some(numbers)
}

/// A number has no zeros in front.
fn is_label(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_word(text) && !(is_number && text.len() > 1 && text.starts_with('0'))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn compare_labels(one: &[Box<str>], other: &[Box<str>]) -> Ordering {
    let pairs = one.iter().zip(other);
    let first = pairs.map(|(one, other)| compare_label(one, other));
    first
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or_else(|| one.len().cmp(&other.len()))
}

/// Numbers come first, and are what .NET takes for a number of 32 bits: `-1` is
/// one, and `4294967296` is not.
fn compare_label(one: &str, other: &str) -> Ordering {
    match (one.parse::<i32>(), other.parse::<i32>()) {
        (Ok(one), Ok(other)) => one.cmp(&other),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase()),
    }
}
