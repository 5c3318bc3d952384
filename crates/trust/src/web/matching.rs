//! How many vouchers are there that no two of have the same introducer.

use super::Member;

/// Gives as many vouchers as possible, up to `enough`, an introducer each, no
/// two the same (augmenting paths; there are few introducers). `keys` has, for
/// each voucher, those it can have: itself if it is independent. The answer is
/// a list of (place of the voucher, introducer).
pub(super) fn matched(keys: &[Vec<Member>], enough: usize) -> Vec<(usize, Member)> {
    let mut taken: Vec<(Member, usize)> = Vec::new();
    for place in 0..keys.len() {
        if taken.len() >= enough {
            break;
        }
        augment(place, keys, &mut taken, &mut Vec::new());
    }
    let mut matched: Vec<_> = taken.into_iter().map(|(key, place)| (place, key)).collect();
    matched.sort_unstable();
    matched
}

fn augment(
    place: usize,
    keys: &[Vec<Member>],
    taken: &mut Vec<(Member, usize)>,
    seen: &mut Vec<Member>,
) -> bool {
    for key in &keys[place] {
        if seen.contains(key) {
            continue;
        }
        seen.push(*key);
        match taken.iter().position(|(other, _)| other == key) {
            None => {
                taken.push((*key, place));
                return true;
            }
            Some(at) => {
                let holder = taken[at].1;
                if augment(holder, keys, taken, seen) {
                    // The holder has another one now.
                    taken[at].1 = place;
                    return true;
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voucher_gives_way_to_one_that_has_no_other() {
        let [a, b] = [Member(0), Member(1)];
        let keys = [vec![a, b], vec![a]];
        assert_eq!(matched(&keys, 2), [(0, b), (1, a)]);
        assert_eq!(matched(&keys, 1), [(0, a)]);
        assert_eq!(matched(&[vec![a], vec![a]], 2).len(), 1);
        assert!(matched(&[vec![], vec![]], 2).is_empty());
    }
}
