//! Of which versions the signatures are asked for. Each is a question of its
//! own, and a package may have hundreds.

use std::collections::HashSet;

/// So many versions before a locked one are always looked at.
const NEAR: usize = 12;
/// The versions that somebody may want next.
const NEWEST: usize = 6;
/// No more versions than this are asked for in one run.
const MOST: usize = 60;

/// What is known of the versions of a package, in the order of time.
pub(super) struct Choice<'a> {
    /// Where the locked ones stand.
    pub(super) locked: &'a [usize],
    /// How many there are.
    pub(super) count: usize,
    /// How many were asked for in this run.
    pub(super) asked: usize,
}

impl Choice<'_> {
    /// The version to ask for next, where `looked` says what is known of one: the
    /// outer `None` is one that was not asked for. First the locked ones and those
    /// just before them, the first of all and the newest. Then, where two that are
    /// known have different owners, one between them, until it is known which
    /// version was the first of other hands.
    pub(super) fn next<'o, O: PartialEq + 'o>(
        &self,
        looked: impl Fn(usize) -> Option<&'o O>,
    ) -> Option<usize> {
        if self.asked >= MOST {
            return None;
        }
        let mut seen = HashSet::new();
        let newest = self.count.saturating_sub(NEWEST)..self.count;
        let before = |at: &usize| (at.saturating_sub(NEAR)..*at).rev();
        let wanted = self.locked.iter().copied();
        let mut wanted = wanted
            .chain(0..1.min(self.count))
            .chain(self.locked.iter().flat_map(before))
            .chain(newest.rev())
            .filter(|at| seen.insert(*at));
        if let Some(next) = wanted.find(|at| looked(*at).is_none()) {
            return Some(next);
        }
        let known: Vec<(usize, &O)> = (0..self.count)
            .filter_map(|at| Some((at, looked(at)?)))
            .collect();
        let mut gaps = known.windows(2).filter_map(|pair| {
            let ((from, one), (to, other)) = (pair[0], pair[1]);
            (one != other && to - from > 1).then_some(from.midpoint(to))
        });
        // The latest change is what a verdict is about.
        gaps.next_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which versions are asked for, of a package whose owners are the letters.
    fn asked(owners: &str, locked: &[usize]) -> Vec<usize> {
        let owners: Vec<char> = owners.chars().collect();
        let mut looked = HashSet::new();
        let mut order = Vec::new();
        loop {
            let choice = Choice {
                locked,
                count: owners.len(),
                asked: order.len(),
            };
            let next = choice.next(|at| looked.contains(&at).then(|| &owners[at]));
            let Some(next) = next else { return order };
            assert!(looked.insert(next), "{next} was asked for twice");
            order.push(next);
        }
    }

    #[test]
    fn small_packages_are_asked_for_as_a_whole() {
        assert_eq!(asked("", &[]), [0; 0]);
        assert_eq!(asked("aab", &[1]), [1, 0, 2]);
        let mut all = asked(&"a".repeat(13), &[12]);
        all.sort_unstable();
        assert_eq!(all, (0..13).collect::<Vec<_>>());
    }

    #[test]
    fn of_large_ones_the_locked_the_first_and_where_hands_changed() {
        let order = asked(&"a".repeat(500), &[300]);
        assert_eq!(order[..4], [300, 0, 299, 298]);
        assert_eq!(order.len(), 1 + 1 + NEAR + NEWEST);
        // The change between 99 and 100 is found, with few questions.
        let owners = "a".repeat(100) + &"b".repeat(400);
        let order = asked(&owners, &[300]);
        assert!(order.contains(&99) && order.contains(&100), "{order:?}");
        assert!(order.len() < 32, "{}", order.len());
    }

    #[test]
    fn there_is_an_end() {
        let locked: Vec<usize> = (0..500).collect();
        assert_eq!(asked(&"ab".repeat(250), &locked).len(), MOST);
        let owners: String = "ab".repeat(250);
        assert!(asked(&owners, &[499]).len() <= MOST);
    }
}
