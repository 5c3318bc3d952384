//! Tenures: maximal runs of releases under the same hands.

use crate::change::Change;
use serde::Serialize;
use tenure_domain::{History, Party, PartyIx, Time};

/// A run of releases between two hand-overs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tenure {
    /// Who published in it and how often, the most active first.
    pub hands: Vec<(Party, usize)>,
    /// The version of its first release.
    pub first: String,
    /// The version of its last release.
    pub last: String,
    /// When it began, where known.
    pub from: Option<Time>,
    /// When its last release came, where known.
    pub to: Option<Time>,
    /// How many releases.
    pub releases: usize,
    /// How many of them have no known publisher.
    pub unknown: usize,
    /// Where its first release stands in the history.
    #[serde(skip)]
    pub start: usize,
}

/// The tenures of a history, oldest first: a new one begins at each change
/// that ends one.
pub fn tenures(history: &History, changes: &[Change]) -> Vec<Tenure> {
    let mut starts: Vec<usize> = changes
        .iter()
        .filter(|change| change.kind.ends_tenure())
        .map(|change| change.index)
        .collect();
    starts.insert(0, 0);
    starts.dedup();
    let end = history.releases().len();
    let ends = starts.iter().skip(1).copied().chain([end]);
    let spans = starts.iter().copied().zip(ends);
    spans
        .filter(|(start, end)| start < end)
        .map(|(start, end)| tenure(history, start, end))
        .collect()
}

fn tenure(history: &History, start: usize, end: usize) -> Tenure {
    let releases = &history.releases()[start..end];
    let mut counts: Vec<usize> = vec![0; history.parties().len()];
    for publisher in releases.iter().filter_map(|release| release.publisher) {
        counts[publisher.index()] += 1;
    }
    let mut hands: Vec<(Party, usize)> = history
        .parties()
        .iter()
        .cloned()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .collect();
    hands.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Tenure {
        hands,
        first: releases
            .first()
            .map(|release| release.version.to_string())
            .unwrap_or_default(),
        last: releases
            .last()
            .map(|release| release.version.to_string())
            .unwrap_or_default(),
        from: releases.first().and_then(|release| release.published),
        to: releases.iter().rev().find_map(|release| release.published),
        releases: releases.len(),
        unknown: releases
            .iter()
            .filter(|release| release.publisher.is_none())
            .count(),
        start,
    }
}

/// The parties that hold the package at the release at `index`: everybody who
/// published in its tenure up to there.
pub fn hands_at(history: &History, changes: &[Change], index: usize) -> Vec<Party> {
    let start = changes
        .iter()
        .rev()
        .find(|change| change.kind.ends_tenure() && change.index <= index)
        .map_or(0, |c| c.index);
    let mut hands: Vec<PartyIx> = history.releases()[start..=index]
        .iter()
        .filter_map(|release| release.publisher)
        .collect();
    hands.sort_unstable();
    hands.dedup();
    let mut hands: Vec<Party> = hands
        .into_iter()
        .map(|ix| history.party(ix).clone())
        .collect();
    hands.sort();
    hands
}
