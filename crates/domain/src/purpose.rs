use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What somebody vouches for. Whoever vouches for one vouches for those before
/// it, too: nobody can call somebody a good steward whom they cannot tell from
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// That these accounts and keys are this person's.
    Identity,
    /// That what the person publishes can be taken.
    Competence,
    /// That packages of others can be given into the person's hands.
    Stewardship,
}

/// A text that names no purpose.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is nothing to vouch for; expected `identity`, `competence` or `stewardship`")]
pub struct PurposeError(String);

impl Purpose {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Competence, Self::Stewardship];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Competence => "competence",
            Self::Stewardship => "stewardship",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Purpose {
    type Err = PurposeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|all| all.as_str() == text);
        found.ok_or_else(|| PurposeError(text.chars().take(40).collect()))
    }
}
