//! How a link stands, from the looks that were taken at it.

use super::IdentityRules;
use serde::Serialize;
use tenure_domain::{Claim, Look, Outcome, Time};

/// How a link stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// It counts.
    Confirmed {
        /// Since when it was, each time somebody looked.
        first: Time,
        /// When it was last.
        last: Time,
    },
    /// It counted, and was not confirmed for too long.
    Unconfirmed {
        /// When it was confirmed last.
        since: Time,
        /// What was in the way, if somebody looked.
        why: Option<String>,
    },
    /// The account says otherwise.
    Lapsed {
        /// When that was first seen.
        since: Time,
        /// What it shows.
        why: String,
    },
    /// It was taken back by whoever said it.
    Withdrawn {
        /// When.
        on: Time,
    },
    /// It was never confirmed.
    Never {
        /// What was in the way, if somebody looked.
        why: Option<String>,
    },
}

/// How a link stands, and when somebody looked.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// How it stands.
    pub state: State,
    /// When somebody looked last.
    pub last_checked: Option<Time>,
}

/// What the looks so far come to.
#[derive(Default)]
struct Run {
    /// The first and the last confirmation of those that nothing interrupts.
    confirmed: Option<(Time, Time)>,
    lapsed: Option<(Time, String)>,
    failures: usize,
    why: Option<String>,
}

impl Standing {
    /// How a link stands at `now`, whatever the order of the looks. Those after
    /// `now` are not seen; `None` where the account was not spoken of by then.
    pub fn of(claim: &Claim, rules: &IdentityRules, now: Time) -> Option<Self> {
        if claim.said > now {
            return None;
        }
        let mut seen: Vec<&Look> = claim.looks.iter().filter(|look| look.at <= now).collect();
        seen.sort_by_key(|look| look.at);
        let state = match claim.withdrawn.filter(|on| *on <= now) {
            Some(on) => State::Withdrawn { on },
            None if let Some(since) = claim.ends.filter(|end| *end <= now) => State::Lapsed {
                since,
                why: "the other key expired".to_owned(),
            },
            // Two keys that both say so need nobody to look.
            None if claim.is_mutual => State::Confirmed {
                first: claim.said,
                last: now,
            },
            None => {
                let mut run = Run::default();
                for look in &seen {
                    run.add(look, rules);
                }
                run.state(rules, now)
            }
        };
        Some(Self {
            state,
            last_checked: seen.last().map(|look| look.at),
        })
    }

    /// The first moment after `now` at which a link may stand otherwise; `None`
    /// if there is none.
    pub fn changes_after(claim: &Claim, rules: &IdentityRules, now: Time) -> Option<Time> {
        let looks = claim.looks.iter().flat_map(|look| {
            let ends = [look.at + rules.grace(), look.at + rules.holds()];
            // The very end of a time still belongs to it.
            let ends = ends.map(|end| Time::from_millis(end.as_millis() + 1));
            ends.into_iter().chain([look.at])
        });
        let ends = claim.withdrawn.into_iter().chain(claim.ends);
        let moments = looks.chain([claim.said]).chain(ends);
        moments.filter(|moment| *moment > now).min()
    }
}

impl Run {
    fn add(&mut self, look: &Look, rules: &IdentityRules) {
        let at = look.at;
        match &look.outcome {
            Outcome::Confirmed { .. } => {
                let goes_on = |(_, last): &(Time, Time)| at.since(*last) <= rules.holds();
                let first = self
                    .confirmed
                    .filter(goes_on)
                    .map_or(at, |(first, _)| first);
                *self = Self {
                    confirmed: Some((first, at)),
                    ..Self::default()
                };
            }
            Outcome::Denied { why } => {
                if self.confirmed.take().is_some() {
                    self.lapsed = Some((at, why.clone()));
                }
                self.why = Some(why.clone());
            }
            Outcome::Unanswered { why } => {
                self.failures += 1;
                self.why = Some(why.clone());
            }
        }
    }

    fn state(self, rules: &IdentityRules, now: Time) -> State {
        if let Some((since, why)) = self.lapsed {
            return State::Lapsed { since, why };
        }
        let Some((first, last)) = self.confirmed else {
            return State::Never { why: self.why };
        };
        let age = now.since(last);
        let unanswered = self.failures >= IdentityRules::FAILURES && age > rules.grace();
        if unanswered || age > rules.holds() {
            let why = self.why;
            return State::Unconfirmed { since: last, why };
        }
        State::Confirmed { first, last }
    }
}

impl State {
    /// Whether the link counts.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Confirmed { .. })
    }

    /// As people read it.
    pub fn sentence(&self) -> String {
        let because =
            |why: &Option<String>| why.as_ref().map_or(String::new(), |why| format!(": {why}"));
        match self {
            Self::Confirmed { first, last } if first.date() == last.date() => {
                format!("confirmed on {}", last.date())
            }
            Self::Confirmed { first, last } => {
                format!("confirmed on {}, first on {}", last.date(), first.date())
            }
            Self::Unconfirmed { since, why } => {
                format!("not confirmed since {}{}", since.date(), because(why))
            }
            Self::Lapsed { since, why } => format!("lapsed since {}: {why}", since.date()),
            Self::Withdrawn { on } => format!("taken back on {}", on.date()),
            Self::Never { why } => format!("never confirmed{}", because(why)),
        }
    }
}
