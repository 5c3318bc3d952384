use crate::Time;
use serde::{Deserialize, Serialize};

/// How much a package is used, as one registry answered at one moment.
///
/// What is `None` was not given; it is never zero by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Popularity {
    /// Downloads in a week.
    pub downloads_per_week: Option<u64>,
    /// Packages that depend on it directly.
    pub dependents: Option<u64>,
    /// The address or the file name of the answer.
    pub source: String,
    /// When the answer was seen.
    pub seen: Time,
    /// What is known of the year before; `None` where nobody kept anything.
    pub highest: Option<Highest>,
}

/// The highest of each number within a year, however long ago. A package that
/// is made small does not become unimportant at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Highest {
    /// Downloads in a week.
    pub downloads_per_week: Option<u64>,
    /// Packages that depend on it directly.
    pub dependents: Option<u64>,
    /// Packages that depend on it, directly or through others.
    pub reach: Option<Reach>,
}

/// How far a package reaches into a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// How many packages depend on it, directly or through others.
    pub packages: u64,
    /// How many packages there were.
    pub of: u64,
}

/// How far a package reached into a registry when that was counted within a
/// year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// At the last count.
    pub reach: Reach,
    /// The day of that.
    pub on: Time,
    /// At the count that gave the least.
    pub least: Reach,
}

impl Reach {
    /// As a share of the registry, from 0 to 1.
    pub fn share(self) -> f64 {
        self.packages as f64 / self.of.max(1) as f64
    }
}

impl Highest {
    /// What of it is higher than what is so now; `None` if nothing is.
    #[must_use]
    pub fn beyond(self, now: &Popularity) -> Option<Self> {
        let beyond = Self {
            downloads_per_week: self
                .downloads_per_week
                .filter(|count| Some(*count) > now.downloads_per_week),
            dependents: self
                .dependents
                .filter(|count| Some(*count) > now.dependents),
            reach: self.reach,
        };
        (beyond != Self::default()).then_some(beyond)
    }

    /// Takes what is higher in another one.
    pub fn raise(&mut self, other: &Self) {
        self.downloads_per_week = self.downloads_per_week.max(other.downloads_per_week);
        self.dependents = self.dependents.max(other.dependents);
        let is_higher =
            |reach: &Reach| self.reach.is_none_or(|known| reach.share() > known.share());
        if let Some(reach) = other.reach.filter(is_higher) {
            self.reach = Some(reach);
        }
    }
}
