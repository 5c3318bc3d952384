use crate::{PackageId, Party, Purpose, Time};
use serde::Serialize;
use std::fmt;

/// Somebody who can be vouched for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// An account of a registry.
    Account(Party),
    /// A key, by the text that names it and no other.
    Key(Box<str>),
}

/// A vouch that somebody gave, whatever form it was found in.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Who gave it: the text that names the key and no other.
    pub by: Box<str>,
    /// For whom.
    pub about: Person,
    /// In what, if not in everything.
    pub only: Option<Only>,
    /// For what.
    pub purpose: Purpose,
    /// The first day on which it holds.
    pub from: Time,
    /// The last day on which it holds.
    pub until: Time,
    /// When it was taken back, if it was.
    pub revoked: Option<Time>,
    /// Whether it is taken as made anew every day, by whoever keeps the source:
    /// certifications of keys, which do not end.
    pub renewed: bool,
}

/// That somebody distrusts somebody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// Who: the text that names the key and no other.
    pub by: Box<str>,
    /// Whom.
    pub about: Person,
    /// Since when.
    pub since: Time,
}

/// What a vouch is good for, where that is less than everything of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Only {
    /// The package.
    pub package: PackageId,
    /// The first day of publication.
    pub since: Time,
}

impl Given {
    /// The last day of what has none: 9999-01-01.
    pub fn lasting() -> Time {
        Time::from_millis(253_370_764_800_000)
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(party) => party.fmt(f),
            Self::Key(key) => f.pad(key),
        }
    }
}
