//! Whom the project follows: people whose vouches count.

use super::lasts;
use crate::web::Path;
use serde::{Deserialize, Serialize};
use tenure_domain::{Party, Sameness, Time};

/// Somebody whose vouches count: `[[follow]]` in `tenure.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follow {
    /// What the project calls the person.
    pub name: String,
    /// The fingerprint of the person's key, or the public key itself.
    pub key: String,
    /// Where the person's vouches are: a folder or a file within reach of the
    /// project, or an address from which `tenure vouch fetch` gets them.
    #[serde(default)]
    pub vouches: Option<String>,
}

/// More vouches, such as those of people whom followed people vouch for:
/// `[[vouches]]` in `tenure.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouches {
    /// Where they are, as in `[[follow]]`.
    pub from: String,
}

/// Somebody who is accepted because others vouch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Vouched {
    /// The person.
    pub person: Party,
    /// The day on which the first of the vouches ends that lead there.
    pub until: Time,
    /// The paths from the people who are followed, with nobody in common.
    pub paths: Vec<Path>,
}

impl Vouched {
    /// Whether it is about this party, at that moment.
    pub(super) fn is_for(&self, party: &Party, now: Time) -> bool {
        lasts(self.until, now) && self.person.sameness(party) == Sameness::Same
    }
}
