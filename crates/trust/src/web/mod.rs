//! Vouching: who is accepted because people vouch for them, rooted at the people
//! that the reader names.
//!
//! There is no number that says how much somebody is worth. A person is accepted
//! when enough accepted people vouch for them directly, and the answer is the
//! dated paths that lead there, or what is missing. Adding a vouch never takes
//! anybody out, but for its author's own later vouches where the author is over
//! budget and dates it back.
//!
//! Two things follow from the rule, and are why it is this one. Whoever is
//! accepted has `needed` paths from the reader that have no person in common
//! (by Menger's theorem: take any `needed - 1` people out, and one of the
//! vouchers is still there and still reached). And somebody who deceives `a`
//! people gets at most `a / needed` identities in by that; what those then
//! bring along, the budgets bound.

mod accept;
mod matching;
mod missing;
mod offers;
mod paths;
mod rules;

pub use accept::{Acceptance, Support, accept};
pub use missing::{Missing, Why};
pub use paths::{Path, Step};
pub use rules::{Rules, RulesError};

use std::collections::{HashMap, HashSet};
use tenure_domain::{Purpose, Time};

/// Somebody in a [`Web`]: an account or a key. Good only for the web that gave
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member(u32);

impl Member {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// One vouch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vouch {
    /// Who vouches.
    pub by: Member,
    /// For whom.
    pub about: Member,
    /// For what.
    pub purpose: Purpose,
    /// Since when.
    pub from: Time,
    /// From when on it holds no more.
    pub until: Time,
    /// When it was taken back, if it was.
    pub revoked: Option<Time>,
    /// Whether it is taken as made anew every day, so that it holds until it
    /// says it ends, however long that is.
    pub renewed: bool,
}

impl Vouch {
    /// The first moment after `now` at which it begins or ceases to hold.
    pub fn changes_after(&self, rules: &Rules, now: Time) -> Option<Time> {
        let end = offers::end(self, rules);
        let end = self.revoked.map_or(end, |revoked| end.min(revoked));
        let moments = [self.from, end].into_iter();
        moments
            .filter(|moment| now < *moment && self.from < end)
            .min()
    }
}

/// Everybody who vouches or is vouched for, and all vouches.
#[derive(Clone, Debug, Default)]
pub struct Web {
    names: Vec<Box<str>>,
    members: HashMap<Box<str>, Member>,
    vouches: Vec<Vouch>,
    /// Of members, those that are the same person in one thing alone.
    narrower: HashMap<Member, Vec<Member>>,
    /// Those.
    narrow: HashSet<Member>,
}

impl Web {
    /// The member of that name, a new one if there is none. A name is the text
    /// by which an account or a key is the same wherever it is meant.
    pub fn member(&mut self, name: &str) -> Member {
        if let Some(member) = self.members.get(name) {
            return *member;
        }
        // Whoever reads files of vouches bounds them far below.
        let member = Member(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.into());
        self.members.insert(name.into(), member);
        member
    }

    /// A member that is `whole` in one thing alone: whoever vouches for the whole
    /// vouches for it, and not the other way round. It vouches for nobody, so a
    /// vouch for it brings nobody else along, and takes none of a budget.
    pub fn narrower(&mut self, whole: Member, name: &str) -> Member {
        let member = self.member(name);
        self.narrow.insert(member);
        let narrower = self.narrower.entry(whole).or_default();
        if !narrower.contains(&member) {
            narrower.push(member);
        }
        member
    }

    /// The member of that name, if there is one.
    pub fn find(&self, name: &str) -> Option<Member> {
        self.members.get(name).copied()
    }

    /// A member's name.
    pub fn name(&self, member: Member) -> &str {
        &self.names[member.index()]
    }

    /// All members.
    pub fn members(&self) -> impl Iterator<Item = Member> {
        (0..).map(Member).take(self.names.len())
    }

    /// All vouches, in the order in which they were added.
    pub fn vouches(&self) -> &[Vouch] {
        &self.vouches
    }

    /// Adds a vouch. One for oneself is left out.
    pub fn add(&mut self, vouch: Vouch) {
        if vouch.by != vouch.about && !self.narrow.contains(&vouch.by) {
            self.vouches.push(vouch);
        }
    }
}
