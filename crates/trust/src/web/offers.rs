//! Which vouches hold now, by who gives them and in the order in which the
//! budget is spent.

use super::{Member, Rules, Vouch, Web};
use tenure_domain::{Purpose, Time};

/// What one member says for another now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) about: Member,
    /// When the first of those that hold was made. Those that ran out do not
    /// count, or making one anew would put others behind it.
    pub(super) first: Time,
    /// The beginning and the end of the vouch that holds longest.
    pub(super) from: Time,
    pub(super) until: Time,
}

/// The offers of each member, those on which the budget is spent first first.
#[derive(Debug)]
pub(super) struct Offers(Vec<Vec<Offer>>);

/// When a vouch ends by itself.
pub(super) fn end(vouch: &Vouch, rules: &Rules) -> Time {
    if vouch.renewed {
        return vouch.until;
    }
    vouch.until.min(vouch.from + rules.longest)
}

/// Whether a vouch was taken back by `now`.
pub(super) fn is_revoked(vouch: &Vouch, now: Time) -> bool {
    vouch.revoked.is_some_and(|revoked| revoked <= now)
}

impl Offers {
    /// All that hold at `now`.
    pub(super) fn of(web: &Web, rules: &Rules, now: Time) -> Self {
        let holds = |vouch: &&Vouch| {
            covers(vouch.purpose, rules.purpose)
                && (vouch.from..end(vouch, rules)).contains(&now)
                && !is_revoked(vouch, now)
        };
        let mut live: Vec<&Vouch> = web.vouches.iter().filter(holds).collect();
        live.sort_unstable_by_key(|vouch| (vouch.by, vouch.about, vouch.from));
        let mut by_member = vec![Vec::new(); web.names.len()];
        for same in live.chunk_by(|a, b| (a.by, a.about) == (b.by, b.about)) {
            let longest = same.iter().max_by_key(|vouch| end(vouch, rules));
            if let (Some(first), Some(longest)) = (same.first(), longest) {
                by_member[first.by.index()].push(Offer {
                    about: first.about,
                    first: first.from,
                    from: longest.from,
                    until: end(longest, rules),
                });
            }
        }
        let rank = ranks(web);
        for offers in &mut by_member {
            offers.sort_unstable_by_key(|offer: &Offer| (offer.first, rank[offer.about.index()]));
        }
        Self(by_member)
    }

    /// Those of one member that a budget lets count.
    pub(super) fn within(
        &self,
        web: &Web,
        member: Member,
        budget: usize,
    ) -> impl Iterator<Item = &Offer> {
        let mut left = budget;
        self.0[member.index()].iter().filter(move |offer| {
            if web.narrow.contains(&offer.about) {
                return true;
            }
            let counts = left > 0;
            left = left.saturating_sub(1);
            counts
        })
    }
}

/// The place of each member in the order of their names, which does not depend
/// on how a web came about.
fn ranks(web: &Web) -> Vec<usize> {
    let mut ordered: Vec<Member> = web.members().collect();
    ordered.sort_unstable_by_key(|member| web.name(*member));
    let mut rank = vec![0; ordered.len()];
    for (place, member) in ordered.into_iter().enumerate() {
        rank[member.index()] = place;
    }
    rank
}

/// Whether a vouch for one thing is one for another.
pub(super) fn covers(given: Purpose, asked: Purpose) -> bool {
    given >= asked
}
