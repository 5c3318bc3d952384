//! The rules that others use or were asked for, for comparison (DESIGN 3 and
//! the survey of prior tools): the same histories, the same attacks.

use super::inject::{self, Attack, Model, Outcome, Recall};
use super::measure::rate;
use super::records::Record;
use serde::Serialize;
use std::collections::BTreeMap;
use tenure_domain::{Days, History};
use tenure_trust::change::{self, Change, Fact, Kind};
use tenure_trust::people::People;
use tenure_trust::policy::{ChangeLimits, Policy};
use tenure_trust::tier::tier;

/// A rule that flags releases without reputation, popularity or seasoning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naive {
    DiffersFromPrevious,
    NewToThePackage,
    NewAndNotListed,
    Stranger,
    StrangerAfterSilence,
}

/// How a rule does.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    pub(super) rule: &'static str,
    pub(super) flagged: usize,
    pub(super) per_1000_releases: f64,
    pub(super) per_1000_package_years: f64,
    pub(super) packages_percent: f64,
    pub(super) injected: BTreeMap<&'static str, Recall>,
}

impl Naive {
    const ALL: [Self; 5] = [
        Self::DiffersFromPrevious,
        Self::NewToThePackage,
        Self::NewAndNotListed,
        Self::Stranger,
        Self::StrangerAfterSilence,
    ];

    fn line(self) -> &'static str {
        match self {
            Self::DiffersFromPrevious => "publisher differs from the previous release",
            Self::NewToThePackage => "publisher new to the package",
            Self::NewAndNotListed => "... and was not listed as owner before",
            Self::Stranger => "... and is a stranger",
            Self::StrangerAfterSilence => {
                "... after 180 days of silence, or no earlier publisher remains"
            }
        }
    }

    /// The places in a history that the rule flags.
    fn flags(self, history: &History, changes: &[Change]) -> Vec<usize> {
        let newcomer = |change: &&Change| {
            matches!(
                change.kind,
                Kind::CoMaintainer | Kind::NewPublisher | Kind::Handover | Kind::Automation
            )
        };
        let listed = |change: &Change| change.kind == Kind::CoMaintainer;
        let stranger = |change: &Change| {
            change
                .standing
                .as_ref()
                .is_some_and(tenure_trust::standing::Standing::is_stranger)
        };
        let silent = |change: &Change| {
            change.facts.iter().any(|fact| match fact {
                Fact::Silence { days } => *days >= Days(180.0),
                Fact::EarlierHandsGone => true,
                _ => false,
            })
        };
        let newcomers = changes.iter().filter(newcomer);
        match self {
            Self::DiffersFromPrevious => differing(history),
            Self::NewToThePackage => newcomers.map(|change| change.index).collect(),
            Self::NewAndNotListed => newcomers.filter(|c| !listed(c)).map(|c| c.index).collect(),
            Self::Stranger => newcomers
                .filter(|c| !listed(c) && stranger(c))
                .map(|c| c.index)
                .collect(),
            Self::StrangerAfterSilence => newcomers
                .filter(|c| !listed(c) && stranger(c) && silent(c))
                .map(|c| c.index)
                .collect(),
        }
    }
}

fn differing(history: &History) -> Vec<usize> {
    let known = history
        .releases()
        .iter()
        .enumerate()
        .filter_map(|(at, release)| Some((at, release.publisher?)));
    let known: Vec<_> = known.collect();
    known
        .windows(2)
        .filter(|pair| pair[0].1 != pair[1].1)
        .map(|pair| pair[1].0)
        .collect()
}

/// Every naive rule over the same histories and attacks.
pub(super) fn compare(
    people: &People,
    policy: &Policy,
    records: &[&Record],
    package_years: f64,
    attacks: &BTreeMap<Model, Vec<Attack<'_>>>,
) -> Vec<Row> {
    // Established from the first release on: these rules know no such thing.
    let limits = ChangeLimits {
        established_releases: 1,
        ..policy.change.clone()
    };
    let changes_of = |history: &History| change::detect(history, people, &limits, &policy.standing);
    let histories: Vec<(&History, Vec<Change>)> = records
        .iter()
        .map(|record| (&record.history, changes_of(&record.history)))
        .collect();
    let releases: usize = histories
        .iter()
        .map(|(history, _)| history.releases().len())
        .sum();
    let row = |rule: Naive| {
        let counts: Vec<usize> = histories
            .iter()
            .map(|(history, changes)| rule.flags(history, changes).len())
            .collect();
        let flagged = counts.iter().sum();
        let packages = counts.iter().filter(|count| **count > 0).count();
        let injected = inject::tally(attacks, |attack| {
            let last = attack.history.releases().len() - 1;
            let held = rule
                .flags(&attack.history, &changes_of(&attack.history))
                .contains(&last);
            let tier = tier(attack.record.popularity.as_ref(), &policy.tiers).tier;
            (
                tier,
                Outcome {
                    held,
                    asked: held,
                    unknown: false,
                },
            )
        });
        Row {
            rule: rule.line(),
            flagged,
            per_1000_releases: rate(flagged, releases as f64, 1000.0),
            per_1000_package_years: rate(flagged, package_years, 1000.0),
            packages_percent: rate(packages, histories.len() as f64, 100.0),
            injected,
        }
    };
    Naive::ALL.into_iter().map(row).collect()
}
