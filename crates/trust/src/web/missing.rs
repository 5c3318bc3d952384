//! What somebody who is not accepted lacks.

use super::accept::Acceptance;
use super::offers::{Offers, covers, end, is_revoked};
use super::{Member, Rules, Vouch, Web};
use serde::Serialize;
use tenure_domain::{Purpose, Time};

/// Why a vouch does not count.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// Its author is not accepted.
    AuthorNotAccepted,
    /// Its author is as far away as a path may be long.
    TooFar {
        /// How many vouches away.
        depth: usize,
    },
    /// It is for something less.
    OtherPurpose {
        /// For what.
        purpose: Purpose,
    },
    /// It does not hold yet.
    NotYet {
        /// From when on it does.
        from: Time,
    },
    /// It ran out.
    Expired {
        /// When.
        until: Time,
    },
    /// It was taken back.
    Revoked {
        /// When.
        on: Time,
    },
    /// Its author vouches for more people than count.
    OverBudget {
        /// How many of the author's count.
        budget: usize,
    },
    /// It counts, and its author stands for the same followed person as that of
    /// another one.
    SameIntroducer,
}

/// What somebody who is not accepted lacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Missing {
    /// How many independent vouches by accepted people there are.
    pub have: usize,
    /// How many it takes.
    pub needed: usize,
    /// Those that do not count: whose, and why.
    pub not_counting: Vec<(String, Why)>,
}

impl Missing {
    /// The sentences for people: how much is missing, and what does not count.
    pub fn sentences(&self, shown: impl Fn(&str) -> String) -> Vec<String> {
        let vouches = if self.needed == 1 { "vouch" } else { "vouches" };
        let head = match self.have {
            0 => format!(
                "nobody you accept vouches for them; it takes {} independent {vouches}",
                self.needed
            ),
            have => format!(
                "{have} of {} independent {vouches} by people you accept",
                self.needed
            ),
        };
        let reasons = self.not_counting.iter();
        let reasons = reasons.map(|(by, why)| format!("{}: {}", shown(by), why.phrase()));
        std::iter::once(head).chain(reasons).collect()
    }
}

impl Why {
    /// As the rest of a sentence that begins with who vouches.
    pub fn phrase(&self) -> String {
        match self {
            Self::AuthorNotAccepted => "not accepted".to_owned(),
            Self::TooFar { depth } => format!("{depth} vouches away, as far as a path may go"),
            Self::OtherPurpose { purpose } => format!("vouches for {purpose} only"),
            Self::NotYet { from } => format!("vouches from {} on", from.date()),
            Self::Expired { until } => format!("the vouch ran out on {}", until.date()),
            Self::Revoked { on } => format!("took the vouch back on {}", on.date()),
            Self::OverBudget { budget } => {
                format!("vouches for more people than count, which is the first {budget}")
            }
            Self::SameIntroducer => "accepted only through somebody who counts already".to_owned(),
        }
    }
}

impl Acceptance {
    /// What a member lacks; `None` if it is accepted. The rest is what
    /// [`accept`](super::accept()) was given.
    pub fn missing(&self, web: &Web, member: Member, rules: &Rules, now: Time) -> Option<Missing> {
        if self.is_accepted(member) {
            return None;
        }
        let supports = self.supports(member);
        let chosen = super::matching::matched(&self.keys(supports, rules.depth + 1), rules.needed);
        let counts = |by: Member| supports.iter().position(|support| support.by == by);
        let offers = Offers::of(web, rules, now);
        let mut not_counting: Vec<(String, Why)> = Vec::new();
        for vouch in web.vouches.iter().filter(|vouch| vouch.about == member) {
            let why = match counts(vouch.by) {
                Some(place) if chosen.iter().any(|(at, _)| *at == place) => continue,
                Some(_) => Why::SameIntroducer,
                None => self.why((web, &offers), vouch, rules, now),
            };
            let entry = (web.name(vouch.by).to_owned(), why);
            if !not_counting.contains(&entry) {
                not_counting.push(entry);
            }
        }
        not_counting.sort_by(|a, b| a.0.cmp(&b.0));
        Some(Missing {
            have: chosen.len(),
            needed: rules.needed,
            not_counting,
        })
    }

    fn why(&self, (web, offers): (&Web, &Offers), vouch: &Vouch, rules: &Rules, now: Time) -> Why {
        if let Some(on) = vouch.revoked.filter(|_| is_revoked(vouch, now)) {
            return Why::Revoked { on };
        }
        if vouch.from > now {
            return Why::NotYet { from: vouch.from };
        }
        if end(vouch, rules) <= now {
            let until = end(vouch, rules);
            return Why::Expired { until };
        }
        if !covers(vouch.purpose, rules.purpose) {
            let purpose = vouch.purpose;
            return Why::OtherPurpose { purpose };
        }
        let Some(depth) = self.depth(vouch.by) else {
            return Why::AuthorNotAccepted;
        };
        let budget = rules.budget(depth);
        let mut within = offers.within(web, vouch.by, budget);
        if within.any(|offer| offer.about == vouch.about) {
            Why::TooFar { depth }
        } else {
            Why::OverBudget { budget }
        }
    }
}
