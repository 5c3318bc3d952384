use crate::{PackageId, Time};

/// What somebody published about malicious code in releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advisory {
    /// Its id, such as `MAL-2020-1`.
    pub id: Box<str>,
    /// Other ids of the same thing.
    pub aliases: Vec<Box<str>>,
    /// When its text was last changed: of two texts, the later one counts.
    pub modified: Time,
    /// When it was published; where it does not say, when it was last changed,
    /// which is when it was public at the latest.
    pub published: Time,
    /// When it was taken back, if it was.
    pub withdrawn: Option<Time>,
    /// What it is about, in a line.
    pub summary: Box<str>,
    /// The file that says it.
    pub source: Box<str>,
    /// The releases that it means. None where it says nothing of malicious code
    /// in an ecosystem that is known here, or no more.
    pub affected: Vec<Affected>,
}

/// Releases of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The package.
    pub package: PackageId,
    /// Versions that are named one by one.
    pub versions: Vec<Box<str>>,
    /// Ranges of versions; whoever lies in any of them is meant.
    pub ranges: Vec<Vec<Bound>>,
}

/// Where a range of versions begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// From here on; `0` is before every version.
    Introduced(Box<str>),
    /// No more from here on.
    Fixed(Box<str>),
    /// No more after this one.
    LastAffected(Box<str>),
    /// Nothing from here on, whatever else is said; `*` is no limit.
    Limit(Box<str>),
}

const LISTED: &str = "version";
const RANGE: &str = "range";

impl Bound {
    /// The version.
    pub fn version(&self) -> &str {
        match self {
            Self::Introduced(version)
            | Self::Fixed(version)
            | Self::LastAffected(version)
            | Self::Limit(version) => version,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Introduced(_) => "introduced",
            Self::Fixed(_) => "fixed",
            Self::LastAffected(_) => "last-affected",
            Self::Limit(_) => "limit",
        }
    }

    fn of(word: &str, version: &str) -> Option<Self> {
        let version = version.into();
        Some(match word {
            "introduced" => Self::Introduced(version),
            "fixed" => Self::Fixed(version),
            "last-affected" => Self::LastAffected(version),
            "limit" => Self::Limit(version),
            _ => return None,
        })
    }
}

impl Affected {
    /// The versions and ranges as lines, to be kept: `version 1.0.0`, and
    /// `range` before what begins and ends it. Versions must have no line breaks.
    pub fn to_lines(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        lines.extend(self.versions.iter().map(|one| format!("{LISTED} {one}")));
        for range in &self.ranges {
            lines.push(RANGE.to_owned());
            let bounds = range.iter();
            lines.extend(bounds.map(|bound| format!("{} {}", bound.word(), bound.version())));
        }
        lines.join("\n")
    }

    /// Reads what [`to_lines`](Self::to_lines) wrote; `None` if it did not.
    pub fn from_lines(package: PackageId, lines: &str) -> Option<Self> {
        let mut read = Self {
            package,
            versions: Vec::new(),
            ranges: Vec::new(),
        };
        for line in lines.lines() {
            match line.split_once(' ') {
                None if line == RANGE => read.ranges.push(Vec::new()),
                Some((LISTED, version)) => read.versions.push(version.into()),
                Some((word, version)) => {
                    let bound = Bound::of(word, version)?;
                    read.ranges.last_mut()?.push(bound);
                }
                None => return None,
            }
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_all_there_is() {
        let package: PackageId = "pkg:npm/quiet-stream".parse().unwrap();
        let range = vec![
            Bound::Introduced("0".into()),
            Bound::Fixed("1.0.0".into()),
            Bound::Introduced("2.0.0".into()),
            Bound::LastAffected("2.1.0".into()),
            Bound::Limit("*".into()),
        ];
        let affected = Affected {
            package: package.clone(),
            versions: vec!["3.0.0".into(), "odd one".into()],
            ranges: vec![range, Vec::new()],
        };
        let lines = affected.to_lines();
        assert_eq!(
            Affected::from_lines(package.clone(), &lines),
            Some(affected)
        );
        for damaged in ["fixed 1.0.0", "range\nbroken 1", "nothing", "version"] {
            assert_eq!(
                Affected::from_lines(package.clone(), damaged),
                None,
                "{damaged}"
            );
        }
        assert!(Affected::from_lines(package, "").is_some());
    }
}
