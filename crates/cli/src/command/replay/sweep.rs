//! Thresholds varied one at a time: what recall costs in asks and waits.

use super::inject::{self, Attack, Model, Recall};
use super::measure::{self, Measure};
use super::records::Record;
use serde::Serialize;
use std::collections::BTreeMap;
use tenure_domain::Days;
use tenure_trust::judge::Judge;
use tenure_trust::policy::Policy;

/// One point of the curve.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Point {
    pub(super) threshold: &'static str,
    pub(super) value: f64,
    /// This is the value in force.
    pub(super) default: bool,
    pub(super) asks_per_1000_package_years: f64,
    pub(super) packages_ever_asked_percent: f64,
    pub(super) waits_per_1000_package_years: f64,
    /// Held at T2 and above, in percent, by model.
    pub(super) held_percent: BTreeMap<&'static str, f64>,
}

/// A threshold, its values, and how to read and set it.
struct Threshold {
    name: &'static str,
    values: &'static [f64],
    get: fn(&Policy) -> f64,
    set: fn(&mut Policy, f64),
}

const THRESHOLDS: [Threshold; 8] = [
    Threshold {
        name: "standing.known-after-days",
        values: &[30.0, 90.0, 180.0, 365.0, 730.0, 1460.0],
        get: |policy| policy.standing.known_after_days.0,
        set: |policy, value| policy.standing.known_after_days = Days(value),
    },
    Threshold {
        name: "standing.shared-for-days",
        values: &[0.0, 1.0, 7.0, 30.0, 90.0, 365.0],
        get: |policy| policy.standing.shared_for_days.0,
        set: |policy, value| policy.standing.shared_for_days = Days(value),
    },
    Threshold {
        name: "standing.depended-on-for-days",
        values: &[0.0, 7.0, 30.0, 90.0, 365.0],
        get: |policy| policy.standing.depended_on_for_days.0,
        set: |policy, value| policy.standing.depended_on_for_days = Days(value),
    },
    Threshold {
        name: "change.established-releases",
        values: &[1.0, 2.0, 3.0, 5.0, 10.0],
        get: |policy| policy.change.established_releases as f64,
        set: |policy, value| policy.change.established_releases = value as usize,
    },
    Threshold {
        name: "change.cold-days",
        values: &[90.0, 180.0, 270.0, 365.0, 540.0, 730.0],
        get: |policy| policy.change.cold_days,
        set: |policy, value| policy.change.cold_days = value,
    },
    Threshold {
        name: "change.absence-days",
        values: &[365.0, 540.0, 730.0, 1095.0],
        get: |policy| policy.change.absence_days,
        set: |policy, value| policy.change.absence_days = value,
    },
    Threshold {
        name: "change.dormant-days",
        values: &[90.0, 180.0, 365.0, 730.0, 1095.0],
        get: |policy| policy.change.dormant_days,
        set: |policy, value| policy.change.dormant_days = value,
    },
    Threshold {
        name: "change.attested-run",
        values: &[1.0, 2.0, 3.0, 5.0, 10.0],
        get: |policy| policy.change.attested_run as f64,
        set: |policy, value| policy.change.attested_run = value as usize,
    },
];

/// Every threshold at every value, the others as they are.
pub(super) fn sweep(
    judge: Judge<'_>,
    records: &[&Record],
    attacks: &BTreeMap<Model, Vec<Attack<'_>>>,
) -> Vec<Point> {
    let mut points = Vec::new();
    for threshold in &THRESHOLDS {
        for value in threshold.values {
            let default = ((threshold.get)(judge.policy) - value).abs() < f64::EPSILON;
            let mut policy = judge.policy.clone();
            (threshold.set)(&mut policy, *value);
            let judge = Judge {
                policy: &policy,
                ..judge
            };
            let measured = measure::measure(judge, records);
            let recall = inject::recall(judge, attacks);
            points.push(point(threshold.name, *value, default, &measured, &recall));
        }
    }
    points
}

fn point(
    threshold: &'static str,
    value: f64,
    default: bool,
    measured: &Measure,
    recall: &BTreeMap<&'static str, Recall>,
) -> Point {
    Point {
        threshold,
        value,
        default,
        asks_per_1000_package_years: measured.asks_per_1000_package_years,
        packages_ever_asked_percent: measured.packages_ever_asked_percent,
        waits_per_1000_package_years: measured.waits_per_1000_package_years,
        held_percent: recall
            .iter()
            .map(|(model, recall)| (*model, recall.tier_t2_up.held_percent))
            .collect(),
    }
}
