//! Puts a release's changes, the policy, and what people decided together.

use crate::acceptance::{Baseline, Decisions};
use crate::change::{self, Change, Fact, Kind};
use crate::past::is_attested;
use crate::people::People;
use crate::policy::{Policy, Row, row};
use crate::tier::{Tier, TierReason, tier};
use crate::verdict::{Action, Finding, Judgement, State, Verdict};
use tenure_domain::{
    Days, History, Missing, Popularity, Release, ReleaseState, Time, release_line,
};

/// Everything a verdict depends on besides the package itself.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'a> {
    /// Who published what, in all histories at hand.
    pub people: &'a People,
    /// The thresholds.
    pub policy: &'a Policy,
    /// What people decided.
    pub decisions: &'a Decisions,
    /// The baseline, where the project has one.
    pub baseline: Option<&'a Baseline>,
    /// The moment of judging.
    pub now: Time,
}

/// One package before the judge: its changes are found once, then any of its
/// releases can be judged.
#[derive(Debug)]
pub struct Case<'a> {
    judge: Judge<'a>,
    history: &'a History,
    /// Every change in its history.
    pub changes: Vec<Change>,
    rows: Vec<Row>,
    tier: TierReason,
}

impl<'a> Judge<'a> {
    /// Opens the case of a package.
    pub fn open(self, history: &'a History, popularity: Option<&Popularity>) -> Case<'a> {
        let mut changes = change::detect(
            history,
            self.people,
            &self.policy.change,
            &self.policy.standing,
        );
        for change in &mut changes {
            let trusted = self.decisions.trusts(&change.to, self.now);
            let published = (history.package(), change.at);
            let vouched = self.decisions.vouched_for(&change.to, published, self.now);
            if let Some(standing) = &mut change.standing {
                standing.trusted = trusted;
                standing.vouched = vouched.is_some();
            }
        }
        let rows = changes
            .iter()
            .map(|change| row(change, together(&changes, change), &self.policy.change))
            .collect();
        Case {
            judge: self,
            history,
            changes,
            rows,
            tier: tier(popularity, &self.policy.tiers),
        }
    }
}

/// All changes at the same release as `change`.
fn together<'c>(changes: &'c [Change], change: &Change) -> &'c [Change] {
    let start = changes.partition_point(|other| other.index < change.index);
    let end = changes.partition_point(|other| other.index <= change.index);
    &changes[start..end]
}

impl<'a> Case<'a> {
    /// The package's tier.
    pub fn tier(&self) -> &TierReason {
        &self.tier
    }

    /// Takes the package's popularity, learnt after the case was opened: its
    /// changes do not depend on it.
    pub fn set_popularity(&mut self, popularity: Option<&Popularity>) {
        self.tier = tier(popularity, &self.judge.policy.tiers);
    }

    /// Whether the release at a place in the history gets another verdict at
    /// another tier, so that it is worth asking for the package's popularity.
    pub fn depends_on_tier(&mut self, index: usize) -> bool {
        // So it is with most releases, and there may be thousands.
        if self.concerning(index).next().is_none() {
            return false;
        }
        let known = self.tier.tier;
        let verdicts = Tier::ALL.map(|tier| {
            self.tier.tier = tier;
            self.verdict_of_findings(index)
        });
        self.tier.tier = known;
        verdicts.iter().any(|verdict| *verdict != verdicts[0])
    }

    /// The changes that are the story of the release at a place in the history.
    fn concerning(&self, index: usize) -> impl Iterator<Item = (&Change, &Row)> {
        let until = self.changes.partition_point(|change| change.index <= index);
        let changes = self.changes[..until].iter().zip(&self.rows);
        changes.filter(move |(change, _)| self.concerns(change, index))
    }

    fn verdict_of_findings(&self, index: usize) -> Verdict {
        self.concerning(index)
            .map(|(change, row)| {
                let (action, state) = self.stands(change, *row, index, self.judge.now);
                state.verdict(action)
            })
            .max()
            .unwrap_or(Verdict::Pass)
    }

    /// What the policy says of a change at the package's tier, at the release
    /// at which it shows.
    pub fn action(&self, change: &Change) -> (Row, Action) {
        let row = row(
            change,
            together(&self.changes, change),
            &self.judge.policy.change,
        );
        (row, self.weighed(change, row, change.index))
    }

    /// The place of the release at which a change first waits for a person:
    /// its own, or a later one on probation that brought something with it.
    pub fn asks_at(&self, change: &Change) -> Option<usize> {
        let row = row(
            change,
            together(&self.changes, change),
            &self.judge.policy.change,
        );
        let later = change.followed_by.iter().map(|later| later.index);
        std::iter::once(change.index)
            .chain(later)
            .find(|index| self.weighed(change, row, *index) == Action::Ask)
    }

    /// What the policy says of a change, with the weight of what came with it
    /// up to the release at `index`.
    fn weighed(&self, change: &Change, row: Row, index: usize) -> Action {
        let action = self.judge.policy.action(row, self.tier.tier);
        let probation = self.judge.policy.season.releases[self.tier.tier.index()];
        let later = change
            .followed_by
            .iter()
            .filter(|later| later.index <= index && later.nth <= probation);
        let mut came_with = change
            .came_with
            .iter()
            .chain(later.flat_map(|later| &later.came_with));
        let weighs =
            action == Action::Wait && came_with.any(|came| self.judge.policy.weight.weighs(came));
        if weighs { Action::Ask } else { action }
    }

    /// The history.
    pub fn history(&self) -> &'a History {
        self.history
    }

    /// The verdict on a version. One that the history does not list is
    /// unknown.
    pub fn judge(&self, version: &str) -> Judgement {
        match self.history.position(version) {
            Some(index) => self.judge_at(index),
            None => self.judgement(version, None, Vec::new(), vec![Missing::Release]),
        }
    }

    /// The verdict on the release at a place in the history.
    pub fn judge_at(&self, index: usize) -> Judgement {
        self.judge_as_of(index, self.judge.now)
    }

    /// The verdict as it was at the moment `now`.
    pub fn judge_as_of(&self, index: usize, now: Time) -> Judgement {
        let release = &self.history.releases()[index];
        let mut findings: Vec<Finding> = self
            .concerning(index)
            .map(|(change, row)| self.finding(change, *row, index, now))
            .collect();
        findings.sort_by_key(|finding| std::cmp::Reverse((finding.verdict(), finding.action)));
        let missing = self.missing(release, index, now);
        self.judgement(&release.version, Some(release), findings, missing)
    }

    fn judgement(
        &self,
        version: &str,
        release: Option<&Release>,
        findings: Vec<Finding>,
        missing: Vec<Missing>,
    ) -> Judgement {
        let publisher = release.and_then(|release| self.history.publisher(release));
        let blocked = self
            .judge
            .decisions
            .block(self.history.package(), version, publisher);
        let unknown = if missing.is_empty() {
            Verdict::Pass
        } else {
            Verdict::Unknown
        };
        let found = findings
            .iter()
            .map(Finding::verdict)
            .max()
            .unwrap_or(Verdict::Pass);
        Judgement {
            package: self.history.package().clone(),
            version: version.to_owned(),
            verdict: if blocked.is_some() {
                Verdict::Block
            } else {
                found.max(unknown)
            },
            publisher: publisher.cloned(),
            published: release.and_then(|release| release.published),
            tier: self.tier.clone(),
            findings,
            missing,
            blocked: blocked.map(str::to_owned),
        }
    }

    fn missing(&self, release: &Release, index: usize, now: Time) -> Vec<Missing> {
        let mut missing = Vec::new();
        if release.state == ReleaseState::Removed {
            missing.push(Missing::RemovedRelease);
        } else if release.publisher.is_none() {
            missing.push(Missing::Publisher);
        }
        if release.published.is_none() {
            missing.push(Missing::PublishTime);
        }
        // Where the registry does not even say who published this release, that
        // it did not say so of earlier ones adds nothing.
        if missing.is_empty() && self.earlier_hands_are_unknown(release, index, now) {
            missing.push(Missing::EarlierPublishers);
        }
        missing
    }

    /// Whether the first known hands may have taken the package over from others:
    /// it was established before, by whom is not known. Nobody asks for ever, so
    /// this ends as an unanswered question about new hands does.
    fn earlier_hands_are_unknown(&self, release: &Release, index: usize, now: Time) -> bool {
        let releases = &self.history.releases()[..=index];
        let by = |release: &Release| self.history.publisher(release);
        let Some((first, hands)) = releases
            .iter()
            .enumerate()
            .find_map(|(at, release)| Some((at, by(release)?)))
        else {
            return false;
        };
        let people = self.judge.people;
        let is_theirs =
            by(release).is_some_and(|party| people.canonical(party) == people.canonical(hands));
        let package = self.history.package();
        let accepted = || {
            self.judge
                .baseline
                .is_some_and(|baseline| baseline.knows(package, hands))
        };
        let days = Days(self.judge.policy.settle.days[self.tier.tier.index()]);
        let is_old = || {
            let began = releases[first].published;
            began.is_some_and(|began| began + days <= now)
        };
        let established = first >= self.judge.policy.change.established_releases;
        established && is_theirs && !accepted() && !is_old()
    }

    /// Whether a change is still the story of a later release.
    fn concerns(&self, change: &Change, index: usize) -> bool {
        let release = &self.history.releases()[index];
        match change.kind {
            Kind::OwnersChanged | Kind::RepositoryMoved => change.index == index,
            Kind::EvidenceFell => {
                release_line(&release.version) == release_line(&change.since)
                    && !is_attested(self.history, release)
            }
            Kind::ContactChanged => {
                let domain = release.contact.map(|ix| &*self.history.contact(ix).domain);
                let changed_to = change.facts.iter().find_map(|fact| match fact {
                    Fact::ContactDomain { to, .. } => Some(to.as_str()),
                    _ => None,
                });
                self.is_by(release, change) && domain == changed_to
            }
            _ => self.is_by(release, change),
        }
    }

    fn is_by(&self, release: &Release, change: &Change) -> bool {
        let people = self.judge.people;
        self.history
            .publisher(release)
            .is_some_and(|party| people.canonical(party) == people.canonical(&change.to))
    }

    fn finding(&self, change: &Change, row: Row, index: usize, now: Time) -> Finding {
        let (action, state) = self.stands(change, row, index, now);
        Finding {
            change: change.clone(),
            rule: row.id(),
            action,
            state,
        }
    }

    /// What the policy says of a change, and how the change stands.
    fn stands(&self, change: &Change, row: Row, index: usize, now: Time) -> (Action, State) {
        let action = self.weighed(change, row, index);
        let state = self
            .decided(change, now)
            .unwrap_or_else(|| self.aged(change, action, index, now));
        (action, state)
    }

    /// The decision or the baseline that settles a change, if one does.
    pub fn decision(&self, change: &Change) -> Option<State> {
        self.decided(change, self.judge.now)
    }

    fn decided(&self, change: &Change, now: Time) -> Option<State> {
        let decisions = self.judge.decisions;
        let decided = decisions.state(self.history.package(), change, now);
        decided.or_else(|| self.is_in_baseline(change, now).then_some(State::Baseline))
    }

    /// An acceptance writes the new hands into the baseline; they do not
    /// outlive it there.
    fn is_in_baseline(&self, change: &Change, now: Time) -> bool {
        let package = self.history.package();
        let lapsed = || self.judge.decisions.has_lapsed(package, change, now);
        self.judge.baseline.is_some_and(|baseline| {
            baseline.includes(self.history, change)
                || baseline.names_hands(package, change) && !lapsed()
        })
    }

    fn aged(&self, change: &Change, action: Action, index: usize, now: Time) -> State {
        let ends = match action {
            Action::Ask => self.settles(change, now),
            Action::Block => None,
            Action::Pass | Action::Note | Action::Wait => Some(self.seasons(change, index)),
        };
        match ends {
            Some(until) if until <= now => State::Seasoned {
                age: now.since(change.at),
            },
            until => State::InForce { until },
        }
    }

    /// When a release on probation may be taken; the moment of the change for
    /// one that is past probation.
    fn seasons(&self, change: &Change, index: usize) -> Time {
        let season = &self.judge.policy.season;
        let tier = self.tier.tier.index();
        let days = Days(season.days[tier]);
        let published = self.history.releases()[index]
            .published
            .unwrap_or(change.at);
        let since_change = &self.history.releases()[change.index..=index];
        let releases = since_change
            .iter()
            .filter(|release| self.is_by(release, change))
            .count();
        let on_probation = releases <= season.releases[tier] || published.since(change.at) < days;
        if on_probation {
            published + days
        } else {
            change.at
        }
    }

    /// When hands that nobody accepted have become the package's hands.
    /// `None` if that cannot be said: too few releases, or one was removed.
    fn settles(&self, change: &Change, now: Time) -> Option<Time> {
        let settle = &self.judge.policy.settle;
        let tier = self.tier.tier.index();
        let since_change = &self.history.releases()[change.index..];
        let known = since_change
            .iter()
            .filter(|release| release.published.is_some_and(|at| at <= now));
        let mut by_new_hands = 0;
        for release in known {
            if release.state == ReleaseState::Removed {
                return None;
            }
            by_new_hands += usize::from(self.is_by(release, change));
            if by_new_hands >= settle.releases[tier] {
                return Some((change.at + Days(settle.days[tier])).max(release.published?));
            }
        }
        None
    }
}
