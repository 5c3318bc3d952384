//! Who is accepted: round by round, from the followed people outwards.

use super::matching::matched;
use super::offers::Offers;
use super::{Member, Rules, Web};
use tenure_domain::Time;

/// A vouch that counted for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Who vouches.
    pub by: Member,
    /// Since when.
    pub from: Time,
    /// From when on it holds no more.
    pub until: Time,
}

/// How a member is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Acceptedness {
    /// How many vouches away, 0 for those that are followed.
    pub(super) depth: Option<usize>,
    /// The round in which enough independent people vouched, 0 for those that
    /// are followed. Somebody who was let in by fewer followed people has none,
    /// and counts as those people themselves.
    pub(super) independent: Option<usize>,
    /// How many of the supports were there in that round.
    pub(super) decided_by: usize,
}

/// What a round brought.
#[derive(Default)]
struct Decided {
    /// Who was accepted.
    accepted: Vec<Member>,
    /// Whether anybody, accepted now or before, stands for themselves from now
    /// on.
    independent: bool,
}

impl Decided {
    fn is_empty(&self) -> bool {
        self.accepted.is_empty() && !self.independent
    }
}

/// Who is accepted, and why.
#[derive(Debug)]
pub struct Acceptance {
    pub(super) members: Vec<Acceptedness>,
    /// For each member the vouches by accepted people within their budgets, in
    /// the order in which those were accepted.
    pub(super) supports: Vec<Vec<Support>>,
    pub(super) needed: usize,
    pub(super) needed_of_followed: usize,
}

/// Who is accepted at `now` by somebody who follows `followed`.
///
/// The same input gives the same answer; the order in which vouches were added
/// plays no part.
pub fn accept(web: &Web, followed: &[Member], rules: &Rules, now: Time) -> Acceptance {
    let offers = Offers::of(web, rules, now);
    let mut acceptance = Acceptance::of_followed(web, followed, rules);
    let mut fresh: Vec<Member> = web
        .members()
        .filter(|member| acceptance.depth(*member) == Some(0))
        .collect();
    let mut waiting: Vec<Member> = Vec::new();
    for round in 1..=rules.depth {
        for voucher in &fresh {
            let depth = acceptance.depth(*voucher).unwrap_or(usize::MAX);
            for offer in offers.within(web, *voucher, rules.budget(depth)) {
                let support = Support {
                    by: *voucher,
                    from: offer.from,
                    until: offer.until,
                };
                let narrower = web.narrower.get(&offer.about).into_iter().flatten();
                for about in std::iter::once(&offer.about).chain(narrower) {
                    if acceptance.support(*about, support) {
                        waiting.push(*about);
                    }
                }
            }
        }
        waiting.sort_unstable();
        waiting.dedup();
        waiting.retain(|member| acceptance.members[member.index()].independent.is_none());
        let decided = acceptance.decide(&waiting, round);
        // Whoever counts for more from now on may be what others lack.
        if decided.is_empty() && round > 1 {
            break;
        }
        fresh = decided.accepted;
    }
    acceptance
}

impl Acceptance {
    fn of_followed(web: &Web, followed: &[Member], rules: &Rules) -> Self {
        let mut members = vec![Acceptedness::default(); web.names.len()];
        for member in followed {
            members[member.index()] = Acceptedness {
                depth: Some(0),
                independent: Some(0),
                decided_by: 0,
            };
        }
        Self {
            supports: vec![Vec::new(); members.len()],
            members,
            needed: rules.needed,
            needed_of_followed: rules.needed_of_followed.min(rules.needed),
        }
    }

    /// Notes a support, unless its author's is there: who vouches for somebody,
    /// and for the same in one thing, says one thing.
    fn support(&mut self, about: Member, support: Support) -> bool {
        let supports = &mut self.supports[about.index()];
        let is_new = supports.iter().all(|known| known.by != support.by);
        if is_new {
            supports.push(support);
        }
        is_new
    }

    /// Decides about those who wait, all by what was known before the round.
    fn decide(&mut self, waiting: &[Member], round: usize) -> Decided {
        let decided: Vec<(Member, bool)> = waiting
            .iter()
            .filter_map(|member| {
                let supports = &self.supports[member.index()];
                let independent = self.are_enough(supports, round);
                // Only in the first round are all that vouch people who are followed.
                let let_in = round == 1 && supports.len() >= self.needed_of_followed;
                (independent || let_in).then_some((*member, independent))
            })
            .collect();
        let mut done = Decided::default();
        for (member, independent) in decided {
            let decided_by = self.supports[member.index()].len();
            let state = &mut self.members[member.index()];
            if state.depth.is_none() {
                state.depth = Some(round);
                done.accepted.push(member);
            }
            if independent {
                state.independent = Some(round);
                done.independent = true;
            }
            state.decided_by = decided_by;
        }
        done
    }

    fn are_enough(&self, supports: &[Support], round: usize) -> bool {
        if supports.len() < self.needed {
            return false;
        }
        // Without people let in by few, every voucher stands for itself.
        self.needed_of_followed == self.needed
            || matched(&self.keys(supports, round), self.needed).len() >= self.needed
    }

    /// For each voucher, whom it counts as.
    pub(super) fn keys(&self, supports: &[Support], before: usize) -> Vec<Vec<Member>> {
        let keys = supports.iter();
        keys.map(|support| self.key(support.by, before)).collect()
    }

    /// Whom a voucher counts as: itself, if it was independent before that round,
    /// or one of the followed people who let it in.
    pub(super) fn key(&self, voucher: Member, before: usize) -> Vec<Member> {
        let state = self.members[voucher.index()];
        if state.independent.is_some_and(|round| round < before) {
            return vec![voucher];
        }
        let supports = self.supports[voucher.index()].iter();
        let by_followed = supports.filter(|support| self.depth(support.by) == Some(0));
        by_followed.map(|support| support.by).collect()
    }

    /// How many vouches away a member is, 0 for those that are followed; `None`
    /// if it is not accepted.
    pub fn depth(&self, member: Member) -> Option<usize> {
        self.members.get(member.index())?.depth
    }

    /// Whether a member is accepted.
    pub fn is_accepted(&self, member: Member) -> bool {
        self.depth(member).is_some()
    }

    /// All who are accepted, those that are followed included.
    pub fn accepted(&self) -> impl Iterator<Item = Member> {
        let all = (0..).map(Member).take(self.members.len());
        all.filter(|member| self.is_accepted(*member))
    }

    /// The vouches by accepted people, within their budgets, for a member.
    pub fn supports(&self, member: Member) -> &[Support] {
        &self.supports[member.index()]
    }
}
