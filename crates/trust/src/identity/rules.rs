//! `[identity]` in `tenure.toml`.

use serde::Deserialize;
use tenure_domain::Days;

/// How links are looked at, and how long a look counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentityRules {
    /// A link that was looked at so many days ago is looked at again.
    pub recheck_days: u32,
    /// Without an answer for longer than so many days, and at least
    /// [`FAILURES`](Self::FAILURES) times in a row, a link counts no more.
    pub grace_days: u32,
    /// A confirmation counts for so many days if nobody looks again.
    pub holds_days: u32,
    /// Where GitHub's API is; the public one if nothing is said. Whoever looks
    /// reads it.
    pub github: Option<String>,
    /// The address of the DNS server that is asked instead of the system's, such
    /// as `192.0.2.53:53`.
    pub dns: Option<String>,
    /// Hosts within one's own network that may be asked: `people.corp.example`,
    /// or `people.corp.example=10.0.0.7:8443` to say where it is.
    pub allow: Vec<String>,
}

impl Default for IdentityRules {
    fn default() -> Self {
        Self {
            recheck_days: 7,
            grace_days: 14,
            holds_days: 90,
            github: None,
            dns: None,
            allow: Vec::new(),
        }
    }
}

/// Rules that make no sense.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdentityRulesError {
    /// No confirmation would ever count.
    #[error("`holds-days` must be at least 1")]
    Nothing,
    /// A link would run out between two looks.
    #[error("`recheck-days` must not be more than `holds-days`")]
    TooSeldom,
}

impl IdentityRules {
    /// So many times in a row nobody answered before that means something.
    pub const FAILURES: usize = 3;

    /// Checks that they make sense.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(&self) -> Result<(), IdentityRulesError> {
        if self.holds_days == 0 {
            return Err(IdentityRulesError::Nothing);
        }
        if self.recheck_days > self.holds_days {
            return Err(IdentityRulesError::TooSeldom);
        }
        Ok(())
    }

    /// How long a confirmation counts.
    pub fn holds(&self) -> Days {
        Days(self.holds_days.into())
    }

    pub(super) fn grace(&self) -> Days {
        Days(self.grace_days.into())
    }

    /// How old a look may be before it is made again.
    pub fn recheck(&self) -> Days {
        Days(self.recheck_days.into())
    }
}
