//! Identities that do not belong to people, and members who certified some.

use super::record::Graph;
use fastrand::Rng;

/// How many identities the attacker makes.
pub(super) const SYBILS: usize = 200;

/// On which identities the certifications are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each on another one.
    OneEach,
    /// All on the same one.
    AllOnOne,
    /// Two on each: the fewest that let one in where two are needed.
    TwoEach,
}

/// An attack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attack {
    pub(super) shape: Shape,
    pub(super) certifications: usize,
}

/// All that are measured.
pub(super) const ATTACKS: [Attack; 7] = [
    Attack::new(Shape::OneEach, 1),
    Attack::new(Shape::OneEach, 3),
    Attack::new(Shape::OneEach, 9),
    Attack::new(Shape::AllOnOne, 3),
    Attack::new(Shape::TwoEach, 3),
    Attack::new(Shape::TwoEach, 4),
    Attack::new(Shape::TwoEach, 9),
];

impl Shape {
    /// The name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OneEach => "one-each",
            Self::AllOnOne => "all-on-one",
            Self::TwoEach => "two-each",
        }
    }

    fn identity(self, nth: usize) -> usize {
        match self {
            Self::OneEach => nth,
            Self::AllOnOne => 0,
            Self::TwoEach => nth / 2,
        }
    }
}

impl Attack {
    const fn new(shape: Shape, certifications: usize) -> Self {
        Self {
            shape,
            certifications,
        }
    }

    /// The web after the attack: certifications by members of the strong set, and
    /// all identities certifying one another. Everything is as good for the
    /// attacker as can be: what was obtained comes before all else that its
    /// authors certified, so that no budget is spent, and the identities certify
    /// those first that members have certified, too.
    pub(super) fn on(self, graph: &Graph, strong: &[usize], rng: &mut Rng) -> Graph {
        let deceived = rng.choose_multiple(strong.iter().copied(), self.certifications);
        let mut attacked = graph.with_more(SYBILS);
        let first = graph.len();
        for (nth, by) in deceived.into_iter().enumerate() {
            attacked.certify(by, first + self.shape.identity(nth), 0);
        }
        for by in first..first + SYBILS {
            for about in (first..first + SYBILS).filter(|about| *about != by) {
                attacked.certify(by, about, 1);
            }
        }
        attacked
    }
}
