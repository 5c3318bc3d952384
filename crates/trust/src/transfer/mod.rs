//! Whether a package may be given into somebody's hands: what a registry, or
//! whoever looks after one, asks before a transfer, before somebody may publish,
//! and after an account was recovered.
//!
//! The answer is a list of clauses, each with the fact that it rests on, never a
//! sum. How much is asked follows how much depends on the package. No clause
//! gets worse by a fact that speaks for the candidate: an old address more, an
//! endorsement more, a longer time. A fact that is not known fails no clause and
//! passes none.

mod clause;
mod limits;

pub use clause::{Clause, Name, Outcome};
pub use limits::TransferLimits;

use crate::tier::Tier;
use serde::Serialize;
use tenure_domain::{Days, Purpose, Time};

/// Something that ties the candidate to an identity, and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// What it is, such as `key` or `domain`.
    pub kind: String,
    /// Since when; for one whose beginning nobody saw, when it was first seen.
    pub since: Time,
}

/// Somebody who vouches for the candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Endorsement {
    /// Who.
    pub by: String,
    /// Through whom the reader accepts the endorser: those with the same
    /// introducer count once. Often the endorser itself.
    pub introducer: String,
    /// For what.
    pub purpose: Purpose,
    /// Since when.
    pub since: Time,
    /// The largest reach that the endorser has held for a year.
    pub proven_reach: Option<u64>,
}

/// What is known of the candidate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidate {
    /// The largest reach that the candidate has held for a year without an
    /// upheld incident.
    pub proven_reach: Option<u64>,
    /// Whether the account has second factors that cannot be phished.
    pub strong_factors: Option<bool>,
    /// Since when the account is in the same hands.
    pub since: Option<Time>,
    /// What ties the account to an identity.
    pub bindings: Vec<Binding>,
    /// Whether these are all there are. If not, more may exist that nobody asked
    /// for.
    pub bindings_are_complete: bool,
    /// When the account was last recovered, or got an address of another domain;
    /// `Some(None)` if it never was.
    pub recovered: Option<Option<Time>>,
    /// Whether an incident is open in which the candidate had a part.
    pub open_incident: Option<bool>,
    /// Who vouches for the candidate.
    pub endorsements: Vec<Endorsement>,
    /// Whether a foundation or two stewards of the registry take part.
    pub custodian: Option<bool>,
}

/// A transfer that somebody asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// The package's tier.
    pub tier: Tier,
    /// How many packages depend on it, also by way of others.
    pub reach: Option<u64>,
    /// Who is to get it.
    pub candidate: Candidate,
    /// When.
    pub at: Time,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It may take place, after the notice.
    Allowed,
    /// A fact is missing, and a person decides.
    Undecided,
    /// It may not. The owner can give the package to a foundation, or freeze it
    /// while the candidate goes on under a new name.
    Refused,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// What follows from the clauses.
    pub decision: Decision,
    /// Each clause that the tier asks for.
    pub clauses: Vec<Clause>,
    /// How long everybody is told before it takes effect, in which the old owner
    /// can take it back.
    pub notice: Days,
    /// How long releases count as those of new hands afterwards.
    pub new_hands: Days,
}

/// What is asked of a transfer, and what follows.
pub fn decide(transfer: &Transfer, limits: &TransferLimits) -> Answer {
    let clauses = clause::all(transfer, limits);
    let any = |outcome| clauses.iter().any(|clause| clause.outcome == outcome);
    let decision = if any(Outcome::Fail) {
        Decision::Refused
    } else if any(Outcome::Unknown) {
        Decision::Undecided
    } else {
        Decision::Allowed
    };
    Answer {
        decision,
        clauses,
        notice: Days(limits.notice_days[transfer.tier.index()]),
        new_hands: Days(limits.new_hands_days),
    }
}
