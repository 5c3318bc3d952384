//! The paths by which somebody is accepted.

use super::accept::{Acceptance, Support};
use super::matching::matched;
use super::{Member, Web};
use serde::Serialize;
use std::cmp::Reverse;
use tenure_domain::{Days, Given, Time};

/// A vouch on a path, or the link between a key and its account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Who vouches.
    pub by: String,
    /// For whom.
    pub about: String,
    /// Since when.
    pub from: Time,
    /// From when on it holds no more.
    pub until: Time,
    /// Of a link: when the account showed the key last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Time>,
}

/// A path from somebody who is followed to somebody who is accepted. Somebody
/// who is followed has one without steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Path {
    /// The vouches, the one by the followed person first.
    pub steps: Vec<Step>,
}

impl Path {
    /// As people read it: `you → A → B (vouched for since 2026-01-05,
    /// until 2027-01-05)`, the last day named, with `shown` writing a name.
    pub fn sentence(&self, shown: impl Fn(&str) -> String) -> String {
        let mut text = String::from("you");
        if let Some(first) = self.steps.first() {
            text = format!("{text} → {}", shown(&first.by));
        }
        for step in &self.steps {
            text = format!("{text} → {} ({})", shown(&step.about), step.phrase());
        }
        text
    }

    /// When the first of its vouches ends.
    pub fn until(&self) -> Option<Time> {
        self.steps.iter().map(|step| step.until).min()
    }
}

impl Step {
    fn phrase(&self) -> String {
        let from = self.from.date();
        if let Some(on) = self.confirmed {
            return format!("theirs since {from}, confirmed on {}", on.date());
        }
        let last = self.until - Days(1.0);
        if last >= Given::lasting() {
            return format!("vouched for since {from}");
        }
        format!("vouched for since {from}, until {}", last.date())
    }
}

/// The front end of a path that is followed back.
struct End {
    at: Member,
    /// Whom it counts as; no two ends count as the same.
    key: Member,
    /// From the last step back.
    steps: Vec<(Support, Member)>,
}

impl Acceptance {
    /// The paths by which a member is accepted: as many as are needed, with
    /// nobody in common but the two ends. Empty if it is not accepted.
    pub fn paths(&self, web: &Web, member: Member) -> Vec<Path> {
        let state = self.members[member.index()];
        let supports = &self.supports[member.index()][..state.decided_by];
        let mut ends: Vec<End> = match (state.depth, state.independent) {
            (None, _) => return Vec::new(),
            (Some(0), _) => return vec![Path { steps: Vec::new() }],
            (_, Some(round)) => {
                let chosen = matched(&self.keys(supports, round), self.needed).into_iter();
                chosen
                    .map(|(place, key)| End::new(supports[place], member, key))
                    .collect()
            }
            (_, None) => {
                let supports = supports.iter().take(self.needed_of_followed);
                supports
                    .map(|support| End::new(*support, member, support.by))
                    .collect()
            }
        };
        while let Some(place) = self.farthest(&ends) {
            // Somebody can be on a path as the voice of who let them in, and on
            // another one, later, as themselves.
            let others: Vec<(Member, Member)> = ends.iter().map(|end| (end.key, end.at)).collect();
            let Some((support, key)) = self.before(&ends[place], &others) else {
                break;
            };
            ends[place].step(support, key);
        }
        ends.iter().map(|end| end.path(web)).collect()
    }

    /// The end whose member was accepted last. Going back from it first, no
    /// path can come upon a person whom another has passed already.
    fn farthest(&self, ends: &[End]) -> Option<usize> {
        let open = |end: &End| self.depth(end.at) != Some(0);
        let rank = |end: &End| self.rank(end);
        let all = ends.iter().enumerate().filter(|(_, end)| open(end));
        let farthest = all.max_by_key(|(place, end)| (rank(end), Reverse(*place)));
        farthest.map(|(place, _)| place)
    }

    fn rank(&self, end: &End) -> Option<usize> {
        if end.key == end.at {
            self.members[end.at.index()].independent
        } else {
            self.depth(end.at)
        }
    }

    /// The vouch that leads to an end, and whom its author counts as: as nobody
    /// whom the others count as, nor, if that can be, somebody where they are.
    fn before(&self, end: &End, others: &[(Member, Member)]) -> Option<(Support, Member)> {
        let state = self.members[end.at.index()];
        let supports = &self.supports[end.at.index()];
        if end.key != end.at {
            let found = supports.iter().find(|support| support.by == end.key)?;
            return Some((*found, end.key));
        }
        let round = state.independent?;
        let supports = supports[..state.decided_by].iter();
        let options = supports.flat_map(|support| {
            let keys = self.key(support.by, round).into_iter();
            keys.map(move |key| (*support, key))
        });
        let mut options = options.filter(|(_, key)| others.iter().all(|(other, _)| other != key));
        let is_free =
            |(support, _): &(Support, Member)| others.iter().all(|(_, at)| *at != support.by);
        options.clone().find(is_free).or_else(|| options.next())
    }
}

impl End {
    fn new(support: Support, about: Member, key: Member) -> Self {
        Self {
            at: support.by,
            key,
            steps: vec![(support, about)],
        }
    }

    fn step(&mut self, support: Support, key: Member) {
        self.steps.push((support, self.at));
        (self.at, self.key) = (support.by, key);
    }

    fn path(&self, web: &Web) -> Path {
        let steps = self.steps.iter().rev();
        let step = |(support, about): &(Support, Member)| Step {
            by: web.name(support.by).to_owned(),
            about: web.name(*about).to_owned(),
            from: support.from,
            until: support.until,
            confirmed: None,
        };
        Path {
            steps: steps.map(step).collect(),
        }
    }
}
