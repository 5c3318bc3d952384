//! The rules that are compared: ours, and what is done elsewhere.

use super::record::Graph;
use tenure_domain::{Days, Purpose, Time};
use tenure_trust::web::{Member, Rules, Vouch, Web, accept};

/// A rule of acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    ReachedIn(usize),
    /// So many direct certifications by accepted people, paths of up to five.
    Direct(usize),
    /// The defaults of this program.
    Ours,
}

impl Rule {
    pub(super) const ALL: [Self; 5] = [
        Self::ReachedIn(10),
        Self::ReachedIn(3),
        Self::Direct(2),
        Self::Direct(3),
        Self::Ours,
    ];

    /// The rule in words.
    pub(super) fn line(self) -> &'static str {
        match self {
            Self::ReachedIn(10) => "reached within 10 steps",
            Self::ReachedIn(_) => "reached within 3 steps",
            Self::Direct(2) => "2 direct, depth 5",
            Self::Direct(_) => "3 direct, depth 5 (GnuPG's marginals)",
            Self::Ours => "2 direct, depth 5, budgets (the default)",
        }
    }

    /// Who is accepted by somebody who follows `roots`, those included.
    pub(super) fn accepted(self, ground: &Ground, roots: &[usize]) -> Vec<usize> {
        let unlimited = |needed| Rules {
            needed,
            needed_of_followed: needed,
            budgets: vec![usize::MAX],
            ..lasting()
        };
        match self {
            Self::ReachedIn(steps) => reached(&ground.graph, roots, steps),
            Self::Direct(needed) => ground.by_rules(roots, &unlimited(needed)),
            Self::Ours => ground.by_rules(roots, &lasting()),
        }
    }
}

/// A web of trust, as it was recorded and as vouches.
pub(super) struct Ground {
    graph: Graph,
    web: Web,
    members: Vec<Member>,
}

impl Ground {
    /// Every certification is a vouch for everything.
    pub(super) fn new(graph: Graph) -> Self {
        let mut web = Web::default();
        let members: Vec<Member> = (0..graph.len())
            .map(|place| web.member(&format!("{place:06}")))
            .collect();
        for (by, member) in members.iter().enumerate() {
            for (at, about) in graph.dated(by) {
                web.add(Vouch {
                    by: *member,
                    about: members[*about],
                    purpose: Purpose::Stewardship,
                    from: Time::from_millis(at.saturating_mul(1000)),
                    until: Time::from_millis(i64::MAX),
                    revoked: None,
                    renewed: false,
                });
            }
        }
        Self {
            graph,
            web,
            members,
        }
    }

    fn by_rules(&self, roots: &[usize], rules: &Rules) -> Vec<usize> {
        let followed: Vec<Member> = roots.iter().map(|root| self.members[*root]).collect();
        // On the last day of the calendar nothing lies in the future.
        let now = Time::from_millis(i64::MAX) - Days(1.0);
        let acceptance = accept(&self.web, &followed, rules, now);
        let members = self.members.iter().enumerate();
        members
            .filter(|(_, member)| acceptance.is_accepted(**member))
            .map(|(place, _)| place)
            .collect()
    }
}

/// The defaults, with vouches that never end: certifications of keys do not, and
/// most in a recording are older than a year. It is as if each was renewed.
fn lasting() -> Rules {
    Rules {
        longest: Days(f64::INFINITY),
        ..Rules::default()
    }
}

fn reached(graph: &Graph, roots: &[usize], steps: usize) -> Vec<usize> {
    let mut seen = vec![false; graph.len()];
    let mut last: Vec<usize> = roots.to_vec();
    for root in roots {
        seen[*root] = true;
    }
    for _ in 0..steps {
        let mut next = Vec::new();
        for member in last {
            for about in graph.certified_by(member) {
                if !std::mem::replace(&mut seen[about], true) {
                    next.push(about);
                }
            }
        }
        last = next;
    }
    (0..graph.len()).filter(|member| seen[*member]).collect()
}
