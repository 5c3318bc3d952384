//! The report of a replay, for people.

use super::incidents::{Counts, Outcome};
use super::inject::Recall;
use super::measure::Measure;
use super::naive::Row;
use super::sweep::Point;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use tenure_trust::tier::Tier;
use tenure_trust::verdict::Verdict;

/// Everything a replay found. The keys of `summary` stand at the top.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) summary: Measure,
    pub(super) incidents: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    pub(super) injected: BTreeMap<&'static str, Recall>,
    pub(super) incident: Vec<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compare: Option<Vec<Row>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sweep: Option<Vec<Point>>,
}

/// The report as text.
pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_report(&mut out, report);
    out
}

fn write_report(out: &mut String, report: &Report) -> std::fmt::Result {
    write_summary(out, &report.summary)?;
    write_verdicts(out, &report.summary)?;
    if !report.injected.is_empty() {
        write_injected(out, report)?;
    }
    if !report.incident.is_empty() {
        write_incidents(out, report)?;
    }
    if let Some(rows) = &report.compare {
        write_compare(out, rows, &report.summary, &report.injected)?;
    }
    if let Some(points) = &report.sweep {
        write_sweep(out, points)?;
    }
    Ok(())
}

fn write_summary(out: &mut String, summary: &Measure) -> std::fmt::Result {
    writeln!(
        out,
        "{} packages, {} releases, {:.0} package-years\n",
        summary.packages, summary.releases, summary.package_years
    )?;
    writeln!(
        out,
        "asks   {:>5}   {:>6.1} per 1,000 package-years   {:>5.1} % of packages ever\n       a hold that waits for a person",
        summary.asks, summary.asks_per_1000_package_years, summary.packages_ever_asked_percent
    )?;
    writeln!(
        out,
        "waits  {:>5}   {:>6.1} per 1,000 package-years   {:>5.1} % of packages ever\n       a hold that ends by itself; {} releases waited, {:.0} days (median), {:.0} at most",
        summary.waits,
        summary.waits_per_1000_package_years,
        summary.packages_ever_waited_percent,
        summary.releases_that_waited,
        summary.wait_days.median,
        summary.wait_days.longest
    )?;
    writeln!(out, "\nchanges by kind")?;
    for (kind, count) in &summary.changes {
        writeln!(out, "  {kind:<22} {count:>6}")?;
    }
    writeln!(out, "\nchanges by rule")?;
    for (rule, count) in &summary.rules {
        writeln!(out, "  {rule:<30} {count:>6}")?;
    }
    Ok(())
}

fn write_verdicts(out: &mut String, summary: &Measure) -> std::fmt::Result {
    writeln!(out, "\nverdicts at publication, asks answered at once")?;
    write!(out, "  tier  packages")?;
    for verdict in Verdict::ALL {
        write!(out, " {verdict:>8}")?;
    }
    writeln!(out)?;
    for tier in Tier::ALL {
        let packages = summary.packages_by_tier.get(&tier).copied().unwrap_or(0);
        write!(out, "  {tier}    {packages:>8}")?;
        for verdict in Verdict::ALL {
            let count = summary
                .verdicts
                .get(&tier)
                .and_then(|row| row.get(&verdict))
                .copied()
                .unwrap_or(0);
            write!(out, " {count:>8}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_injected(out: &mut String, report: &Report) -> std::fmt::Result {
    let seed = report.seed.unwrap_or_default();
    writeln!(
        out,
        "\ninjected attacks (seed {seed})        all tiers             T2 and above"
    )?;
    writeln!(
        out,
        "                            tried    held            tried    held            asked"
    )?;
    for (model, recall) in &report.injected {
        let (all, up) = (&recall.all, &recall.tier_t2_up);
        let remark = if *model == "account-taken-silent" {
            "   not seen by any such rule"
        } else {
            ""
        };
        writeln!(
            out,
            "  {model:<24} {:>6}  {:>6} {:>6.1} %   {:>6}  {:>6} {:>6.1} %   {:>6}{remark}",
            all.tried, all.held, all.held_percent, up.tried, up.held, up.held_percent, up.asked
        )?;
    }
    Ok(())
}

fn write_incidents(out: &mut String, report: &Report) -> std::fmt::Result {
    let counts = &report.incidents;
    writeln!(
        out,
        "\nincidents: {} can be replayed ({} held, {} not seen), {} cannot; {} controls, {} of them held",
        counts.replayable,
        counts.held,
        counts.missed,
        counts.not_replayable,
        counts.controls,
        counts.controls_held
    )?;
    for outcome in &report.incident {
        let name = match &outcome.package {
            Some(package) => format!("{} ({package})", outcome.id),
            None => outcome.id.clone(),
        };
        match (&outcome.not_replayable, outcome.verdict) {
            (Some(why), _) => writeln!(out, "  {name:<40} cannot be replayed: {why}")?,
            (None, Some(verdict)) => write_outcome(out, &name, outcome, verdict)?,
            (None, None) => {}
        }
    }
    Ok(())
}

fn write_outcome(
    out: &mut String,
    name: &str,
    outcome: &Outcome,
    verdict: Verdict,
) -> std::fmt::Result {
    let release = outcome.release.as_deref().unwrap_or_default();
    let payload = outcome.payload.as_deref().unwrap_or_default();
    let before = match (outcome.days_before_payload, outcome.releases_before_payload) {
        (Some(days), Some(releases)) if releases > 0 => {
            format!(", {days} days and {releases} releases before the payload {payload}")
        }
        _ if outcome.control => String::new(),
        _ => ", the payload itself".to_owned(),
    };
    let rules = if outcome.rules.is_empty() {
        "no rule spoke".to_owned()
    } else {
        outcome.rules.join(", ")
    };
    let control = if outcome.control { ", a control" } else { "" };
    let source = if outcome.reconstructed {
        "; publisher from the report"
    } else {
        ""
    };
    writeln!(
        out,
        "  {name:<40} {verdict:<7} at {release}{before}{control}: {rules}{source}"
    )
}

fn write_compare(
    out: &mut String,
    rows: &[Row],
    summary: &Measure,
    injected: &BTreeMap<&'static str, Recall>,
) -> std::fmt::Result {
    let models: Vec<&str> = injected.keys().copied().collect();
    writeln!(
        out,
        "\ncompared: flags per 1,000 releases, per 1,000 package-years, packages ever; held at T2 and above"
    )?;
    write!(
        out,
        "  {:<62} {:>6} {:>7} {:>8}",
        "rule", "rel", "years", "packages"
    )?;
    for model in &models {
        write!(out, " {model:>22}")?;
    }
    writeln!(out)?;
    for row in rows {
        let figures = [
            row.per_1000_releases,
            row.per_1000_package_years,
            row.packages_percent,
        ];
        write_compared(out, row.rule, figures, &row.injected)?;
    }
    let releases = summary.releases as f64;
    let per_release = |count: usize| super::measure::rate(count, releases, 1000.0);
    let asks = [
        per_release(summary.asks),
        summary.asks_per_1000_package_years,
        summary.packages_ever_asked_percent,
    ];
    let waits = [
        per_release(summary.waits),
        summary.waits_per_1000_package_years,
        summary.packages_ever_waited_percent,
    ];
    write_compared(
        out,
        "tenure: asks (recall of asks and waits together)",
        asks,
        injected,
    )?;
    write_compared(
        out,
        "tenure: waits (recall of asks and waits together)",
        waits,
        injected,
    )
}

fn write_compared(
    out: &mut String,
    name: &str,
    figures: [f64; 3],
    injected: &BTreeMap<&'static str, Recall>,
) -> std::fmt::Result {
    let [releases, years, packages] = figures;
    write!(
        out,
        "  {name:<62} {releases:>6.1} {years:>7.1} {packages:>6.1} %"
    )?;
    for recall in injected.values() {
        write!(out, " {:>20.1} %", recall.tier_t2_up.held_percent)?;
    }
    writeln!(out)
}

fn write_sweep(out: &mut String, points: &[Point]) -> std::fmt::Result {
    writeln!(
        out,
        "\nsweep: one threshold varied at a time (* the value in force); held at T2 and above, in percent"
    )?;
    let mut last = "";
    for point in points {
        if point.threshold != last {
            last = point.threshold;
            write!(out, "\n  {last:<30}   asks   ever  waits")?;
            for model in point.held_percent.keys() {
                write!(out, " {model:>22}")?;
            }
            writeln!(out)?;
        }
        let mark = if point.default { '*' } else { ' ' };
        write!(
            out,
            "  {mark} {:>26.0}   {:>6.1} {:>6.1} {:>6.1}",
            point.value,
            point.asks_per_1000_package_years,
            point.packages_ever_asked_percent,
            point.waits_per_1000_package_years
        )?;
        for held in point.held_percent.values() {
            write!(out, " {held:>22.1}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
