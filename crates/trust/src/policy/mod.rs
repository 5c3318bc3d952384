//! Which change deserves what: thresholds and a table, in TOML; the rules that
//! use them are code.

mod rows;

pub use rows::{Row, Verdicts, row};

use crate::came_with::CameWith;
use crate::tier::Tier;
use crate::verdict::Action;
use serde::{Deserialize, Serialize};
use tenure_domain::Days;

/// The defaults as a commented document, for people to read and copy from.
pub const DEFAULT_TEXT: &str = include_str!("default.toml");

/// A policy. Every value has a default, so a file names only what it changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// Lower bounds of the tiers.
    pub tiers: TierLimits,
    /// When a newcomer is not a stranger.
    pub standing: StandingLimits,
    /// When something counts as a change.
    pub change: ChangeLimits,
    /// What a change deserves.
    pub verdict: Verdicts,
    /// What turns a `wait` into an `ask`.
    pub weight: Weight,
    /// How long a `wait` lasts.
    pub season: Season,
    /// When an unanswered `ask` ends.
    pub settle: Settle,
    /// What a missing fact does.
    pub unknown: Unknown,
}

/// Lower bounds of T1 to T4.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TierLimits {
    /// By downloads in a week.
    pub downloads_per_week: [u64; 4],
    /// By direct dependents.
    pub dependents: [u64; 4],
    /// By the share of the registry that depends on it, directly or through
    /// others; from 0 to 1.
    pub reach_share: [f64; 4],
    /// The tier of a package whose numbers are not known.
    pub assumed: Tier,
}

/// When somebody who is new to a package is not a stranger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StandingLimits {
    /// First seen so many days ago, as publisher or owner of another package.
    pub known_after_days: Days,
    /// Acted in a package of an earlier publisher for so many days.
    pub shared_for_days: Days,
    /// Acted for so many days in a package that this one depended on already.
    pub depended_on_for_days: Days,
}

/// When something counts as a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangeLimits {
    /// Before so many releases a package has no hands to speak of.
    pub established_releases: usize,
    /// Days without a release that make a package silent.
    pub silence_days: f64,
    /// Days without a release after which nobody may be left to notice.
    pub cold_days: f64,
    /// Days away that make a returning publisher.
    pub absence_days: f64,
    /// Days seen nowhere that make a dormant account.
    pub dormant_days: f64,
    /// Attested releases in a row that make a habit.
    pub attested_run: usize,
}

/// What turns a `wait` into an `ask` when it comes with the change, or with a
/// release on probation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Weight {
    /// A new install script.
    pub install_script: bool,
    /// A new dependency that is itself young.
    pub young_dependency: bool,
    /// Releases in several lines within a day.
    pub several_lines: bool,
    /// Days since its first release for which a dependency is young.
    pub young_dependency_days: Days,
}

/// How long a `wait` lasts, by tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Season {
    /// Days that each release on probation waits after its publication.
    pub days: [f64; 5],
    /// How many of the newcomer's releases are on probation at least.
    pub releases: [usize; 5],
}

/// When an `ask` that nobody answered ends, by tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settle {
    /// Days since the change.
    pub days: [f64; 5],
    /// Releases by the new hands, none of them removed.
    pub releases: [usize; 5],
}

/// What a missing fact does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unknown {
    /// Whether `tenure check` fails (status 3) when nothing worse was found.
    pub fails: bool,
}

// The defaults stand here a second time because serde fills a missing field
// from them; a test keeps them equal to the commented document.

impl Default for TierLimits {
    fn default() -> Self {
        Self {
            downloads_per_week: [1_000, 100_000, 1_000_000, 25_000_000],
            dependents: [1, 50, 500, 5_000],
            reach_share: [0.0001, 0.001, 0.01, 0.1],
            assumed: Tier::T2,
        }
    }
}

impl Default for StandingLimits {
    fn default() -> Self {
        Self {
            known_after_days: Days(180.0),
            shared_for_days: Days(7.0),
            depended_on_for_days: Days(30.0),
        }
    }
}

impl Default for ChangeLimits {
    fn default() -> Self {
        Self {
            established_releases: 3,
            silence_days: 180.0,
            cold_days: 365.0,
            absence_days: 730.0,
            dormant_days: 730.0,
            attested_run: 3,
        }
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self {
            install_script: true,
            young_dependency: true,
            several_lines: false,
            young_dependency_days: Days(30.0),
        }
    }
}

impl Weight {
    /// Whether something that came with a release weighs.
    pub fn weighs(&self, came_with: &CameWith) -> bool {
        match came_with {
            CameWith::InstallScript => self.install_script,
            CameWith::NewDependency { age: Some(age), .. } => {
                self.young_dependency && *age < self.young_dependency_days
            }
            CameWith::SeveralLines { .. } => self.several_lines,
            CameWith::NewDependency { age: None, .. }
            | CameWith::RemovedReleases { .. }
            | CameWith::Burst { .. } => false,
        }
    }
}

impl Default for Season {
    fn default() -> Self {
        Self {
            days: [3.0, 3.0, 7.0, 14.0, 14.0],
            releases: [1, 1, 2, 3, 3],
        }
    }
}

impl Default for Settle {
    fn default() -> Self {
        Self {
            days: [180.0, 180.0, 365.0, 730.0, 730.0],
            releases: [3, 3, 5, 5, 5],
        }
    }
}

impl Default for Unknown {
    fn default() -> Self {
        Self { fails: true }
    }
}

impl Policy {
    /// What `row` deserves at `tier`.
    pub fn action(&self, row: Row, tier: Tier) -> Action {
        self.verdict.of(row)[tier.index()]
    }

    /// Reads a policy that stands alone in a document.
    ///
    /// # Errors
    /// When the text is not TOML, has a key that no policy has, or a value out
    /// of range; the error names the line.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text)?;
        policy.check()?;
        Ok(policy)
    }

    /// Whether the values make sense together.
    ///
    /// # Errors
    /// When they do not; the error names the key.
    pub fn check(&self) -> Result<(), PolicyError> {
        let ascending = |values: &[u64; 4]| values.windows(2).all(|pair| pair[0] <= pair[1]);
        let positive = |values: &[f64]| {
            values
                .iter()
                .all(|value| value.is_finite() && *value >= 0.0)
        };
        let change = &self.change;
        let days = [
            change.silence_days,
            change.cold_days,
            change.absence_days,
            change.dormant_days,
        ];
        let standing = [
            self.standing.known_after_days.0,
            self.standing.shared_for_days.0,
            self.standing.depended_on_for_days.0,
        ];
        let checks: [(bool, &'static str, &'static str); 7] = [
            (
                ascending(&self.tiers.downloads_per_week),
                "tiers.downloads-per-week",
                "bounds must not fall",
            ),
            (
                ascending(&self.tiers.dependents),
                "tiers.dependents",
                "bounds must not fall",
            ),
            (positive(&days), "change", "days must be zero or more"),
            (positive(&standing), "standing", "days must be zero or more"),
            (
                positive(&self.season.days),
                "season.days",
                "days must be zero or more",
            ),
            (
                positive(&self.settle.days),
                "settle.days",
                "days must be zero or more",
            ),
            (
                change.attested_run > 0,
                "change.attested-run",
                "must be at least 1",
            ),
        ];
        match checks.into_iter().find(|(ok, ..)| !ok) {
            Some((_, key, why)) => Err(PolicyError::Value { key, why }),
            None => Ok(()),
        }
    }
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or not a policy. The message shows the line.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// A value that makes no sense.
    #[error("`{key}`: {why}")]
    Value {
        /// The key, as a dotted path below the policy.
        key: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_says_what_the_code_does() {
        assert_eq!(Policy::parse(DEFAULT_TEXT).unwrap(), Policy::default());
    }

    #[test]
    fn the_document_names_every_value() {
        let complete = toml::Table::try_from(Policy::default()).unwrap();
        let named: toml::Table = DEFAULT_TEXT.parse().unwrap();
        for (section, values) in &complete {
            for key in values.as_table().unwrap().keys() {
                assert!(
                    named[section].get(key).is_some(),
                    "{section}.{key} is not in default.toml"
                );
            }
        }
    }

    #[test]
    fn a_file_names_only_what_it_changes() {
        let policy = Policy::parse("[change]\nsilence-days = 90\n").unwrap();
        assert!((policy.change.silence_days - 90.0).abs() < f64::EPSILON);
        assert_eq!(policy.season, Season::default());
    }

    #[test]
    fn errors_point_at_the_line_or_the_key() {
        let said: Vec<String> = [
            "[change]\nsilent-days = 90\n",
            "[verdict]\nhandover-known = [\"pass\"]\n",
            "[verdict]\nhandover-known = [\"pass\", \"pass\", \"hold\", \"pass\", \"pass\"]\n",
            "[tiers]\ndependents = [5, 4, 3, 2]\n",
            "[season]\ndays = [1, 1, -1, 1, 1]\n",
            "[season\n",
        ]
        .into_iter()
        .map(|text| Policy::parse(text).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(said.join("\n---\n"));
    }
}
