//! Whom the project follows: people whose vouches count.

use super::lasts;
use crate::web::Path;
use serde::{Deserialize, Serialize};
use tenure_domain::{Only, PackageId, Party, Sameness, Time};

/// Somebody whose vouches count: `[[follow]]` in `tenure.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follow {
    /// What the project calls the person.
    pub name: String,
    /// The fingerprint of the person's key, or the public key itself. Those who
    /// sign nothing have none: whose word it is that their file says, whoever
    /// names the file knows.
    #[serde(default)]
    pub key: Option<String>,
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
    /// In what, if not in everything.
    pub only: Option<Only>,
    /// The day on which the first of the vouches ends that lead there.
    pub until: Time,
    /// The paths from the people who are followed, with nobody in common.
    pub paths: Vec<Path>,
}

impl Vouched {
    /// Whether it is about this party at that moment, for what was published of a
    /// package on a day.
    pub(super) fn is_for(
        &self,
        party: &Party,
        (package, day): (&PackageId, Time),
        now: Time,
    ) -> bool {
        let only = self.only.as_ref();
        lasts(self.until, now)
            && only.is_none_or(|only| only.package == *package && only.since <= day)
            && self.person.sameness(party) == Sameness::Same
    }
}
