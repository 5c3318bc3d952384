//! For each locked release: where an updater could go, and how far accepted
//! hands reach.

use super::asked::Asked;
use crate::command::advice;
use crate::context::{AtHand, Facts};
use serde::Serialize;
use std::cmp::Ordering;
use tenure_domain::{History, PackageId, Party, Release, ReleaseState};
use tenure_ecosystem::npm::version::{compare, highest, is_valid, satisfies};
use tenure_trust::acceptance;
use tenure_trust::judge::{Case, Judge};
use tenure_trust::verdict::{Judgement, Verdict};

/// A locked release and what could replace it.
#[derive(Debug, Serialize)]
pub(crate) struct Options {
    /// The package.
    pub(crate) package: PackageId,
    /// The lockfile.
    pub(crate) file: String,
    /// The line at which it is locked.
    pub(crate) line: u32,
    /// The ranges that the locked release meets.
    pub(crate) ranges: Vec<String>,
    /// The locked version.
    pub(crate) locked: String,
    /// The newest that the ranges allow and that passes; `null` if none does,
    /// the locked one included.
    pub(crate) within_hands: Option<String>,
    /// The newest that the ranges allow.
    pub(crate) in_range: Option<String>,
    /// The newest there is.
    pub(crate) newest: Option<String>,
    /// What keeps newer releases waiting.
    pub(crate) waiting: Vec<Waiting>,
}

/// A release that is not taken by itself, and why.
#[derive(Debug, Serialize)]
pub(crate) struct Waiting {
    /// Its version.
    pub(crate) version: String,
    /// The verdict on it.
    pub(crate) verdict: Verdict,
    /// The change that it waits behind, where that is the reason.
    pub(crate) kind: Option<&'static str>,
    /// The release at which the change shows.
    pub(crate) since: Option<String>,
    /// Who made that release.
    pub(crate) to: Option<Party>,
    /// Why, in one line.
    pub(crate) why: String,
    /// The commands that would accept it.
    pub(crate) accept: Vec<String>,
}

/// What was asked for, with the places in the history that could be chosen.
struct Choice<'a> {
    asked: Asked,
    case: Case<'a>,
    /// Candidates that the ranges allow, the newest first.
    allowed: Vec<usize>,
    newest: Option<usize>,
}

/// The options of everything that was asked for, as far as facts are at hand.
pub(super) fn all(
    judge: Judge<'_>,
    facts: &Facts,
    at_hand: &AtHand,
    asked: Vec<Asked>,
) -> Vec<Options> {
    let mut choices: Vec<Choice<'_>> = asked
        .into_iter()
        .filter_map(|asked| {
            let history = at_hand.history(&asked.package)?;
            Some(Choice {
                allowed: allowed(history, &asked),
                newest: newest(history),
                case: judge.open(history, None),
                asked,
            })
        })
        .collect();
    learn_popularity(&mut choices, facts);
    choices.into_iter().map(Choice::options).collect()
}

fn learn_popularity(choices: &mut [Choice<'_>], facts: &Facts) {
    let mut packages: Vec<PackageId> = choices
        .iter_mut()
        .filter_map(|choice| {
            let mut places = choice.allowed.iter().chain(&choice.newest);
            let matters = places.any(|index| choice.case.depends_on_tier(*index));
            matters.then(|| choice.asked.package.clone())
        })
        .collect();
    packages.dedup();
    let popularity = facts.popularity(&packages);
    for choice in choices {
        choice
            .case
            .set_popularity(popularity.get(&choice.asked.package));
    }
}

impl Choice<'_> {
    fn options(self) -> Options {
        let history = self.case.history();
        let version = |index: usize| history.releases()[index].version.to_string();
        let passes = |index: &usize| self.case.judge_at(*index).verdict <= Verdict::Note;
        let within = self.allowed.iter().copied().find(passes);
        let in_range = self.allowed.first().copied();
        let mut waiting: Vec<Waiting> = Vec::new();
        for index in in_range.into_iter().chain(self.newest) {
            let judgement = self.case.judge_at(index);
            let seen = waiting
                .iter()
                .any(|other| other.version == judgement.version);
            if !seen && judgement.verdict >= Verdict::Unknown {
                waiting.push(Waiting::of(&judgement, history));
            }
        }
        Options {
            within_hands: within.map(version),
            in_range: in_range.map(version),
            newest: self.newest.map(version),
            waiting,
            package: self.asked.package,
            file: self.asked.file,
            line: self.asked.line,
            ranges: self.asked.ranges,
            locked: self.asked.locked,
        }
    }
}

impl Waiting {
    fn of(judgement: &Judgement, history: &History) -> Self {
        let change = judgement.decisive().map(|finding| &finding.change);
        Self {
            version: judgement.version.clone(),
            verdict: judgement.verdict,
            kind: change.map(|change| change.kind.meta().id),
            since: change.map(|change| change.since.clone()),
            to: change.map(|change| change.to.clone()),
            why: advice::why(judgement, Some(&history.source().from)),
            accept: acceptance::commands(judgement),
        }
    }
}

impl Options {
    /// Whether there is any other release to speak of.
    pub(crate) fn has_newer(&self) -> bool {
        let other = |version: &Option<String>| {
            version
                .as_ref()
                .is_some_and(|version| *version != self.locked)
        };
        other(&self.within_hands) || other(&self.in_range) || other(&self.newest)
    }
}

/// What the ranges allow from the locked release on, the newest first. As npm
/// picks: nothing above the registry's own choice if that is in range, and
/// nothing that its publishers ask to move off if there is anything else.
fn allowed(history: &History, asked: &Asked) -> Vec<usize> {
    let in_range = |version: &str| {
        let mut ranges = asked.ranges.iter();
        is_valid(version) && ranges.all(|range| satisfies(version, range).unwrap_or(true))
    };
    let top = history.latest().filter(|latest| in_range(latest));
    let releases = history.releases();
    let is_candidate = |release: &Release| {
        release.state == ReleaseState::Offered
            && compare(&release.version, &asked.locked) != Ordering::Less
            && top.is_none_or(|top| compare(&release.version, top) != Ordering::Greater)
            && in_range(&release.version)
    };
    let mut all: Vec<usize> = (0..releases.len())
        .filter(|index| is_candidate(&releases[*index]))
        .collect();
    all.sort_by(|one, other| {
        let deprecated = |index: usize| releases[index].deprecated;
        let version = |index: usize| &*releases[index].version;
        deprecated(*one)
            .cmp(&deprecated(*other))
            .then_with(|| compare(version(*other), version(*one)))
    });
    all
}

/// The registry's own choice, else the highest that is no prerelease.
fn newest(history: &History) -> Option<usize> {
    let latest = history.latest().and_then(|latest| history.position(latest));
    latest.or_else(|| {
        let offered = history
            .releases()
            .iter()
            .filter(|release| release.state == ReleaseState::Offered);
        let stable = highest(offered.map(|release| &*release.version), &["*"])?;
        history.position(stable)
    })
}
