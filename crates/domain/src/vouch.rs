use crate::{Party, Purpose, Time};
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
    /// For what.
    pub purpose: Purpose,
    /// The first day on which it holds.
    pub from: Time,
    /// The last day on which it holds.
    pub until: Time,
    /// When it was taken back, if it was.
    pub revoked: Option<Time>,
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(party) => party.fmt(f),
            Self::Key(key) => f.pad(key),
        }
    }
}
