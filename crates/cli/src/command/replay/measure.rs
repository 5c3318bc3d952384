//! What a rule set does to benign histories: how often it asks, how often it
//! makes people wait.

use super::records::Record;
use serde::Serialize;
use std::collections::BTreeMap;
use tenure_trust::judge::{Case, Judge};
use tenure_trust::tier::Tier;
use tenure_trust::verdict::{Action, Verdict};

/// The result over all histories.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Measure {
    pub(super) packages: usize,
    /// From each package's first to its last release.
    pub(super) package_years: f64,
    pub(super) releases: usize,
    pub(super) asks: usize,
    pub(super) asks_per_1000_package_years: f64,
    pub(super) packages_ever_asked_percent: f64,
    pub(super) waits: usize,
    pub(super) waits_per_1000_package_years: f64,
    pub(super) packages_ever_waited_percent: f64,
    /// Releases that waited: a wait covers the newcomer's first releases.
    pub(super) releases_that_waited: usize,
    pub(super) wait_days: WaitDays,
    pub(super) changes: BTreeMap<String, usize>,
    pub(super) rules: BTreeMap<&'static str, usize>,
    pub(super) verdicts: BTreeMap<Tier, BTreeMap<Verdict, usize>>,
    pub(super) packages_by_tier: BTreeMap<Tier, usize>,
}

/// How long releases waited, in days.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct WaitDays {
    pub(super) median: f64,
    pub(super) p90: f64,
    pub(super) longest: f64,
}

/// Runs the rules over every record, each release judged at the moment of its
/// publication.
pub(super) fn measure(judge: Judge<'_>, records: &[&Record]) -> Measure {
    let mut total = Measure::default();
    let mut waited = Vec::new();
    let (mut packages_asked, mut packages_waited) = (0, 0);
    for record in records {
        let case = judge.open(&record.history, record.popularity.as_ref());
        let (asks, waits) = (total.asks, total.waits);
        total.take(&case, &mut waited);
        packages_asked += usize::from(total.asks > asks);
        packages_waited += usize::from(total.waits > waits);
    }
    total.finish(packages_asked, packages_waited, waited);
    total
}

impl Measure {
    fn take(&mut self, case: &Case<'_>, waited: &mut Vec<f64>) {
        let history = case.history();
        let dates = || {
            history
                .releases()
                .iter()
                .filter_map(|release| release.published)
        };
        self.packages += 1;
        self.releases += history.releases().len();
        *self.packages_by_tier.entry(case.tier().tier).or_default() += 1;
        if let (Some(first), Some(last)) = (dates().min(), dates().max()) {
            self.package_years += last.since(first).0 / 365.25;
        }
        for index in 0..history.releases().len() {
            self.take_release(case, index, waited);
        }
    }

    fn take_release(&mut self, case: &Case<'_>, index: usize, waited: &mut Vec<f64>) {
        let release = &case.history().releases()[index];
        let here = case.changes.iter().filter(|change| change.index == index);
        let mut waits = false;
        for change in here {
            let (row, action) = case.action(change);
            *self.changes.entry(change.kind.to_string()).or_default() += 1;
            *self.rules.entry(row.id()).or_default() += 1;
            waits |= action == Action::Wait;
        }
        let asks = case
            .changes
            .iter()
            .any(|change| change.index <= index && case.asks_at(change) == Some(index));
        self.asks += usize::from(asks);
        self.waits += usize::from(waits && !asks);
        let verdict = self.verdict_once_answered(case, index, waited);
        let verdict = if release.published.is_none() {
            Verdict::Unknown
        } else {
            verdict
        };
        *self
            .verdicts
            .entry(case.tier().tier)
            .or_default()
            .entry(verdict)
            .or_default() += 1;
    }

    /// The verdict at publication if every earlier question has been answered:
    /// an ask counts where it arises, not at each release after.
    fn verdict_once_answered(
        &mut self,
        case: &Case<'_>,
        index: usize,
        waited: &mut Vec<f64>,
    ) -> Verdict {
        let Some(published) = case.history().releases()[index].published else {
            return Verdict::Unknown;
        };
        let judgement = case.judge_as_of(index, published);
        let open = judgement.findings.iter().filter(|finding| {
            finding.action != Action::Ask || case.asks_at(&finding.change) == Some(index)
        });
        let waits = |finding: &&tenure_trust::verdict::Finding| finding.action == Action::Wait;
        let until = open
            .clone()
            .filter(waits)
            .filter_map(tenure_trust::verdict::Finding::until)
            .max();
        if let Some(until) = until {
            self.releases_that_waited += 1;
            waited.push(until.since(published).0);
        }
        let unknown = if judgement.missing.is_empty() {
            Verdict::Pass
        } else {
            Verdict::Unknown
        };
        open.map(tenure_trust::verdict::Finding::verdict)
            .max()
            .unwrap_or(Verdict::Pass)
            .max(unknown)
    }

    fn finish(&mut self, packages_asked: usize, packages_waited: usize, mut waited: Vec<f64>) {
        let per_1000_years = |count: usize| rate(count, self.package_years, 1000.0);
        self.asks_per_1000_package_years = per_1000_years(self.asks);
        self.waits_per_1000_package_years = per_1000_years(self.waits);
        self.packages_ever_asked_percent = rate(packages_asked, self.packages as f64, 100.0);
        self.packages_ever_waited_percent = rate(packages_waited, self.packages as f64, 100.0);
        self.package_years = round(self.package_years);
        waited.sort_by(f64::total_cmp);
        let at = |share: f64| {
            waited
                .get(((waited.len() as f64 - 1.0) * share) as usize)
                .copied()
                .unwrap_or(0.0)
        };
        self.wait_days = WaitDays {
            median: at(0.5),
            p90: at(0.9),
            longest: at(1.0),
        };
    }
}

/// `count` per `per` of `of`, to one decimal.
pub(super) fn rate(count: usize, of: f64, per: f64) -> f64 {
    if of > 0.0 {
        round(count as f64 * per / of)
    } else {
        0.0
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
