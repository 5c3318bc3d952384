//! Who became an owner of a package when, and who made them one.

use crate::{History, PartyIx, Time};
use crate::{Party, history::place_of};
use serde::{Deserialize, Serialize};

/// Somebody became an owner of a package. Of the registries that Tenure knows,
/// only those of crates say so, in the dumps of their databases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// Who did.
    pub owner: Party,
    /// When.
    pub at: Time,
    /// Who made them one; `None` where that was nobody else, as of whoever began
    /// the package, or is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Party>,
}

/// A [`Joining`] of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// See [`Joining::owner`].
    pub owner: PartyIx,
    /// See [`Joining::at`].
    pub at: Time,
    /// See [`Joining::by`].
    pub by: Option<PartyIx>,
}

/// In the order in which they are kept.
pub(crate) fn sort(joinings: &mut [Joining]) {
    let key = |of: &Joining| {
        let by = of.by.as_ref().map(ToString::to_string);
        (of.at, of.owner.to_string(), by)
    };
    joinings.sort_by_cached_key(key);
}

impl History {
    /// Who became an owner when, as far as that is known, the earliest first.
    pub fn joined(&self) -> &[Joined] {
        &self.joined
    }

    /// The same, written out.
    pub fn joinings(&self) -> Vec<Joining> {
        let joined = self.joined.iter().map(|joined| Joining {
            owner: self.party(joined.owner).clone(),
            at: joined.at,
            by: joined.by.map(|by| self.party(by).clone()),
        });
        joined.collect()
    }

    /// Adds who became an owner when; what it has already is passed over.
    pub fn add_joinings(&mut self, joinings: impl IntoIterator<Item = Joining>) {
        let known = self.joined.len();
        for joining in joinings {
            let mut place = |party| PartyIx(place_of(&mut self.parties, party));
            let joined = Joined {
                owner: place(&joining.owner),
                at: joining.at,
                by: joining.by.as_ref().map(place),
            };
            if !self.joined.contains(&joined) {
                self.joined.push(joined);
            }
        }
        if self.joined.len() <= known.max(1) {
            return;
        }
        let text = |party: PartyIx| self.parties[party.index()].to_string();
        (self.joined).sort_by_cached_key(|of| (of.at, text(of.owner), of.by.map(text)));
    }
}
