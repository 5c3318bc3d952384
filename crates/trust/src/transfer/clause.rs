//! The clauses, one function each.

use super::{Endorsement, Transfer, TransferLimits};
use crate::standing::plural;
use crate::tier::Tier;
use serde::Serialize;
use std::collections::BTreeSet;
use tenure_domain::{Days, Purpose};

/// How a clause came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is not met.
    Fail,
    /// A fact that it needs is not known.
    Unknown,
    /// It is met.
    Pass,
}

/// Which clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// The account has second factors that cannot be phished.
    StrongFactors,
    /// It is tied to an identity, and has been for a while.
    Bindings,
    /// The candidate has held about as much, or people who are accepted vouch.
    Experience,
    /// The account, or something that ties it to an identity, is not young.
    NotYoung,
    /// The account was not recovered of late.
    NotRecovered,
    /// No incident is open.
    NoIncident,
    /// A foundation or stewards of the registry take part.
    Custodian,
}

impl Name {
    /// All clauses, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::StrongFactors,
        Self::Bindings,
        Self::Experience,
        Self::NotYoung,
        Self::NotRecovered,
        Self::NoIncident,
        Self::Custodian,
    ];

    /// Its name in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StrongFactors => "strong-factors",
            Self::Bindings => "bindings",
            Self::Experience => "experience",
            Self::NotYoung => "not-young",
            Self::NotRecovered => "not-recovered",
            Self::NoIncident => "no-incident",
            Self::Custodian => "custodian",
        }
    }

    /// The lowest tier that asks for it.
    fn from(self) -> Tier {
        match self {
            Self::Custodian => Tier::T4,
            _ => Tier::T2,
        }
    }
}

/// A clause, how it came out, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clause {
    /// Which.
    pub name: Name,
    /// How it came out.
    pub outcome: Outcome,
    /// The fact that it rests on.
    pub fact: String,
}

/// All clauses that the tier asks for.
pub(super) fn all(transfer: &Transfer, limits: &TransferLimits) -> Vec<Clause> {
    let asked = Name::ALL
        .into_iter()
        .filter(|name| name.from() <= transfer.tier);
    asked
        .map(|name| {
            let (outcome, fact) = match name {
                Name::StrongFactors => strong_factors(transfer),
                Name::Bindings => bindings(transfer, limits),
                Name::Experience => experience(transfer, limits),
                Name::NotYoung => not_young(transfer, limits),
                Name::NotRecovered => not_recovered(transfer, limits),
                Name::NoIncident => no_incident(transfer),
                Name::Custodian => custodian(transfer),
            };
            Clause {
                name,
                outcome,
                fact,
            }
        })
        .collect()
}

type Found = (Outcome, String);

fn met(is_met: bool) -> Outcome {
    if is_met { Outcome::Pass } else { Outcome::Fail }
}

fn said(fact: Option<bool>, good: bool, texts: [&str; 3]) -> Found {
    let [yes, no, unknown] = texts;
    match fact {
        None => (Outcome::Unknown, unknown.to_owned()),
        Some(fact) => {
            let text = if fact { yes } else { no };
            (met(fact == good), text.to_owned())
        }
    }
}

fn strong_factors(transfer: &Transfer) -> Found {
    let texts = [
        "the account has strong second factors",
        "the account has no strong second factors",
        "whether the account has strong second factors is not known",
    ];
    said(transfer.candidate.strong_factors, true, texts)
}

/// How many things of different kinds have tied the account to an identity for
/// so many days.
fn old_bindings(transfer: &Transfer, days: f64) -> usize {
    let old = transfer.candidate.bindings.iter();
    let old = old.filter(|binding| transfer.at.since(binding.since) >= Days(days));
    old.map(|binding| &binding.kind)
        .collect::<BTreeSet<_>>()
        .len()
}

fn bindings(transfer: &Transfer, limits: &TransferLimits) -> Found {
    let needed = limits.bindings[transfer.tier.index()];
    let old = old_bindings(transfer, limits.binding_days);
    let fact = format!(
        "{} older than {} days; {needed} asked for",
        plural(old, "identity link", "identity links"),
        limits.binding_days
    );
    if old < needed && !transfer.candidate.bindings_are_complete {
        return (
            Outcome::Unknown,
            format!("{fact}, and not all were looked for"),
        );
    }
    (met(old >= needed), fact)
}

fn experience(transfer: &Transfer, limits: &TransferLimits) -> Found {
    let tier = transfer.tier.index();
    let needed = limits.endorsements[tier];
    let endorsed = endorsements(transfer, limits);
    let proven = transfer.candidate.proven_reach;
    let held = proven.map_or("an unknown reach".to_owned(), |proven| {
        format!("a reach of {proven}")
    });
    let reach = transfer
        .reach
        .map_or("unknown".to_owned(), |reach| reach.to_string());
    let fact = format!(
        "held {held} for a year, the package's is {reach}; {}",
        plural(
            endorsed,
            "independent endorsement",
            "independent endorsements"
        )
    );
    let is_small = transfer
        .reach
        .zip(proven)
        .map(|(reach, proven)| reach <= proven.max(1).saturating_mul(limits.ratio[tier]));
    match is_small {
        _ if endorsed >= needed => (Outcome::Pass, fact),
        None => (Outcome::Unknown, fact),
        Some(is_small) => (met(is_small), fact),
    }
}

/// How many endorsements count, each introducer once.
fn endorsements(transfer: &Transfer, limits: &TransferLimits) -> usize {
    let counts = |endorsement: &&Endorsement| {
        let is_old = transfer.at.since(endorsement.since) >= Days(limits.endorsement_days);
        is_old && (transfer.tier < Tier::T3 || is_of_a_steward(endorsement, transfer, limits))
    };
    let counting = transfer.candidate.endorsements.iter().filter(counts);
    let introducers: BTreeSet<&str> = counting.map(|one| &*one.introducer).collect();
    introducers.len()
}

/// Whether somebody vouches for stewardship who has held a fair part of as much.
fn is_of_a_steward(
    endorsement: &Endorsement,
    transfer: &Transfer,
    limits: &TransferLimits,
) -> bool {
    let has_held = || {
        let (held, reach) = endorsement.proven_reach.zip(transfer.reach)?;
        Some(held.saturating_mul(limits.endorser_share) >= reach)
    };
    endorsement.purpose == Purpose::Stewardship && has_held() == Some(true)
}

fn not_young(transfer: &Transfer, limits: &TransferLimits) -> Found {
    let candidate = &transfer.candidate;
    let since = candidate.since.map(|since| transfer.at.since(since));
    let old = old_bindings(transfer, limits.young_days) > 0;
    let limit = limits.young_days;
    match since {
        Some(age) if age >= Days(limit) => (Outcome::Pass, format!("known for {age}")),
        _ if old => (
            Outcome::Pass,
            format!("an identity link is older than {limit} days"),
        ),
        Some(age) if candidate.bindings_are_complete => (
            Outcome::Fail,
            format!("known for {age}, and nothing is older"),
        ),
        _ => (Outcome::Unknown, "for how long is not known".to_owned()),
    }
}

fn not_recovered(transfer: &Transfer, limits: &TransferLimits) -> Found {
    match transfer.candidate.recovered {
        None => (
            Outcome::Unknown,
            "whether the account was recovered of late is not known".to_owned(),
        ),
        Some(None) => (Outcome::Pass, "the account was never recovered".to_owned()),
        Some(Some(on)) => (
            met(transfer.at.since(on) >= Days(limits.recovery_days)),
            format!("the account was recovered on {}", on.date()),
        ),
    }
}

fn no_incident(transfer: &Transfer) -> Found {
    let texts = [
        "an incident is open in which the candidate had a part",
        "no incident is open",
        "whether an incident is open is not known",
    ];
    said(transfer.candidate.open_incident, false, texts)
}

fn custodian(transfer: &Transfer) -> Found {
    let texts = [
        "a custodian takes part",
        "no custodian takes part",
        "whether a custodian takes part is not known",
    ];
    said(transfer.candidate.custodian, true, texts)
}
