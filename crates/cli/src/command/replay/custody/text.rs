//! What was measured, for people.

use super::{Report, Row, clauses};
use std::fmt::Write as _;

/// The report as text.
pub(in super::super) fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = write(&mut out, report);
    out
}

fn write(out: &mut String, report: &Report) -> std::fmt::Result {
    let tiers = if report.own_tiers {
        "each at its package's own tier"
    } else {
        "each at every tier, as if the package had the least reach of it"
    };
    writeln!(
        out,
        "{} packages, {} newcomers, {tiers}\n",
        report.packages, report.newcomers
    )?;
    write!(out, "  {:<16}{:>10}{:>18}", "", "newcomers", "refused")?;
    for clause in clauses() {
        write!(out, "{clause:>16}")?;
    }
    writeln!(out)?;
    for row in &report.rows {
        line(out, row)?;
    }
    Ok(())
}

fn line(out: &mut String, row: &Row) -> std::fmt::Result {
    let label = format!("{} {}", row.tier, row.kind);
    let percent = 100.0 * row.refused as f64 / row.newcomers as f64;
    write!(
        out,
        "  {label:<16}{:>10}{:>8} ({percent:>5.1} %)",
        row.newcomers, row.refused
    )?;
    for clause in clauses() {
        let count = |counts: &std::collections::BTreeMap<_, usize>| {
            counts.get(clause).copied().unwrap_or(0)
        };
        let shown = match (count(&row.fail), count(&row.unknown)) {
            (fail, 0) => fail.to_string(),
            (0, unknown) if unknown == row.newcomers => "not known".to_owned(),
            (fail, unknown) => format!("{fail} +{unknown}?"),
        };
        write!(out, "{shown:>16}")?;
    }
    writeln!(out)
}
