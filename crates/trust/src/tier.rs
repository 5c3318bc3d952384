//! How much depends on a package, in five tiers.
//!
//! The threat model follows popularity: a barely used package and one that
//! every build takes are not the same case.

use crate::policy::TierLimits;
use serde::{Deserialize, Serialize};
use std::fmt;
use tenure_domain::{Highest, Popularity};

/// T0 (hardly used) to T4 (everybody's build).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    /// Hardly used.
    T0,
    /// Used by somebody else.
    T1,
    /// Widely used.
    T2,
    /// Very widely used.
    T3,
    /// In nearly everybody's build.
    T4,
}

/// A tier and the number that put the package there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierReason {
    /// The tier.
    pub tier: Tier,
    /// Why, for people: `1.9 M downloads a week`.
    pub because: String,
    /// The numbers were not to be had and the policy's assumption was taken.
    pub assumed: bool,
}

impl Tier {
    /// All tiers, lowest first.
    pub const ALL: [Self; 5] = [Self::T0, Self::T1, Self::T2, Self::T3, Self::T4];

    /// Its place, 0 to 4.
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{}", self.index())
    }
}

/// The tier of a package: the highest that any of its numbers reaches, now or
/// at any time that is known of the year before.
pub fn tier(popularity: Option<&Popularity>, limits: &TierLimits) -> TierReason {
    let highest = popularity.and_then(|popularity| popularity.highest);
    let now = popularity.map(|popularity| Highest {
        downloads_per_week: popularity.downloads_per_week,
        dependents: popularity.dependents,
        reach: None,
    });
    let before = highest.into_iter().flat_map(|highest| {
        let all = reasons(&highest, limits).into_iter();
        all.map(|(tier, because)| (tier, because + ", the most within a year"))
    });
    let now = now.iter().flat_map(|now| reasons(now, limits));
    // Of equals the last counts: what is so now.
    match before.chain(now).max_by_key(|(tier, _)| *tier) {
        Some((tier, because)) => TierReason {
            tier,
            because,
            assumed: false,
        },
        None => TierReason {
            tier: limits.assumed,
            because: "its downloads are not known; the policy assumes this tier".to_owned(),
            assumed: true,
        },
    }
}

/// The tier that each of the numbers reaches, and how that is said.
fn reasons(numbers: &Highest, limits: &TierLimits) -> Vec<(Tier, String)> {
    let of_counts = |value: u64, limits: &[u64; 4]| {
        Tier::ALL[limits.iter().filter(|limit| value >= **limit).count()]
    };
    let downloads = numbers.downloads_per_week.map(|count| {
        let tier = of_counts(count, &limits.downloads_per_week);
        (tier, format!("{} downloads a week", short(count)))
    });
    let dependents = numbers.dependents.map(|count| {
        let tier = of_counts(count, &limits.dependents);
        (tier, format!("{} dependents", short(count)))
    });
    let reach = numbers.reach.map(|reach| {
        let share = reach.share();
        let limits = limits.reach_share.iter();
        let tier = Tier::ALL[limits.filter(|limit| share >= **limit).count()];
        (
            tier,
            format!("{} of its registry depend on it", percent(share)),
        )
    });
    [downloads, dependents, reach]
        .into_iter()
        .flatten()
        .collect()
}

/// A share in as many digits as tell: `12 %`, `1.4 %`, `0.03 %`.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = match percent {
        10.0.. => 0,
        1.0.. => 1,
        0.01.. => 2,
        _ => return "under 0.01 %".to_owned(),
    };
    format!("{percent:.decimals$} %")
}

/// A number in the fewest digits that still tell: `940`, `12 k`, `1.9 M`.
fn short(n: u64) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..10_000 => format!("{:.1} k", n as f64 / 1e3),
        10_000..1_000_000 => format!("{:.0} k", n as f64 / 1e3),
        1_000_000..10_000_000 => format!("{:.1} M", n as f64 / 1e6),
        _ => format!("{:.0} M", n as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use tenure_domain::{Reach, Time};

    fn popularity(downloads: Option<u64>, dependents: Option<u64>) -> Popularity {
        Popularity {
            downloads_per_week: downloads,
            dependents,
            source: String::new(),
            seen: Time::from_millis(0),
            highest: None,
        }
    }

    #[test]
    fn the_highest_number_decides() {
        let limits = Policy::default().tiers;
        let of = |downloads, dependents| tier(Some(&popularity(downloads, dependents)), &limits);
        assert_eq!(of(Some(1_900_000), None).tier, Tier::T3);
        assert_eq!(of(Some(1_900_000), None).because, "1.9 M downloads a week");
        assert_eq!(of(Some(3), Some(600)).tier, Tier::T3);
        assert_eq!(of(Some(0), Some(0)).tier, Tier::T0);
    }

    #[test]
    fn a_package_is_what_it_was_within_a_year() {
        let limits = Policy::default().tiers;
        let mut sunk = popularity(Some(100), None);
        sunk.highest = Some(Highest {
            downloads_per_week: Some(1_400_000),
            ..Highest::default()
        });
        let reason = tier(Some(&sunk), &limits);
        assert_eq!(reason.tier, Tier::T3);
        assert_eq!(
            reason.because,
            "1.4 M downloads a week, the most within a year"
        );
        sunk.highest = Some(Highest {
            reach: Some(Reach {
                packages: 123,
                of: 1_000,
            }),
            ..Highest::default()
        });
        let reason = tier(Some(&sunk), &limits);
        assert_eq!(reason.tier, Tier::T4);
        assert_eq!(
            reason.because,
            "12 % of its registry depend on it, the most within a year"
        );
        sunk.downloads_per_week = Some(30_000_000);
        let reason = tier(Some(&sunk), &limits);
        assert_eq!(reason.because, "30 M downloads a week");
        assert_eq!(
            [0.5, 0.0123, 0.0004, 0.00005].map(percent),
            ["50 %", "1.2 %", "0.04 %", "under 0.01 %"]
        );
    }

    #[test]
    fn an_unknown_number_is_said_to_be_assumed() {
        let reason = tier(None, &Policy::default().tiers);
        assert!(reason.assumed);
        assert_eq!(reason.tier, Tier::T2);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [940, 1_200, 12_345, 1_900_000, 45_000_000].map(short),
            ["940", "1.2 k", "12 k", "1.9 M", "45 M"]
        );
    }
}
