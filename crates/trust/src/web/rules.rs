//! How many vouches it takes.

use serde::{Deserialize, Serialize};
use tenure_domain::{Days, Purpose};

/// The rules of acceptance: `[vouching]` in `tenure.toml`.
///
/// The defaults are measured on the web of trust of a distribution's
/// maintainers: see `docs/vouching.md`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// How many independent vouches by accepted people somebody needs.
    pub needed: usize,
    /// How many of them are enough if they come from people that the reader
    /// follows. With 1, everybody for whom one of them vouches is accepted;
    /// what those say then counts as theirs.
    pub needed_of_followed: usize,
    /// How many vouches a path may have.
    pub depth: usize,
    /// How many live vouches of one person count, the earliest first: of
    /// somebody who is followed, of somebody one vouch away, and so on; the last
    /// number goes for all further away.
    pub budgets: Vec<usize>,
    /// What must be vouched for.
    #[serde(rename = "for")]
    pub purpose: Purpose,
    /// A vouch holds no longer than that, whatever it says.
    #[serde(skip)]
    pub longest: Days,
}

/// A year and a day, so that `--until` may name the same day of next year.
const LONGEST: Days = Days(367.0);

impl Default for Rules {
    fn default() -> Self {
        Self {
            needed: 2,
            needed_of_followed: 2,
            depth: 5,
            budgets: vec![200, 200, 100, 30, 10],
            purpose: Purpose::Competence,
            longest: LONGEST,
        }
    }
}

/// Rules that make no sense.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RulesError {
    /// Somebody would be accepted for nothing.
    #[error("`{0}` must be at least 1")]
    Nothing(&'static str),
    /// People that are followed would count less than others.
    #[error("`needed-of-followed` must not be more than `needed`")]
    FollowedCountLess,
    /// The budgets are missing, or grow with the distance.
    #[error("`budgets` must be numbers of which none is larger than the one before")]
    Budgets,
}

impl Rules {
    /// Checks that they make sense.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(&self) -> Result<(), RulesError> {
        for (name, number) in [
            ("needed", self.needed),
            ("needed-of-followed", self.needed_of_followed),
            ("depth", self.depth),
        ] {
            if number == 0 {
                return Err(RulesError::Nothing(name));
            }
        }
        if self.needed_of_followed > self.needed {
            return Err(RulesError::FollowedCountLess);
        }
        if self.budgets.is_empty() || !self.budgets.is_sorted_by(|near, far| near >= far) {
            return Err(RulesError::Budgets);
        }
        Ok(())
    }

    /// How many live vouches of somebody at that distance count.
    pub fn budget(&self, depth: usize) -> usize {
        let last = self.budgets.last().copied().unwrap_or(0);
        self.budgets.get(depth).copied().unwrap_or(last)
    }
}
