//! What was measured, for people.

use super::{Followed, Report, Row};
use std::fmt::Write as _;

/// The report as text.
pub(in super::super) fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = write(&mut out, report);
    out
}

fn write(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(
        out,
        "{} members, {} certifications ({}); {} followed, {} identities of an attacker, mean of {}",
        report.members,
        report.certifications,
        report.snapshot,
        report.followed,
        report.sybils,
        report.repetitions
    )?;
    for followed in [Followed::Acquaintances, Followed::Anybody] {
        let who = match followed {
            Followed::Acquaintances => "people whom one member certified",
            Followed::Anybody => "anybody in the strong set",
        };
        writeln!(out, "\nfollowed: {who}")?;
        head(out, report)?;
        for row in report.rows.iter().filter(|row| row.followed == followed) {
            line(out, row)?;
        }
    }
    Ok(())
}

fn head(out: &mut String, report: &Report) -> std::fmt::Result {
    let attacks = || report.rows.iter().take(1).flat_map(|row| &row.attacks);
    write!(out, "  {:<42}{:>9}{:>7}", "", "honest", "least")?;
    for attack in attacks() {
        write!(out, "{:>12}", attack.shape)?;
    }
    writeln!(out)?;
    write!(out, "  {:<42}{:>9}{:>7}", "certifications", "", "")?;
    for attack in attacks() {
        write!(out, "{:>12}", attack.certifications)?;
    }
    writeln!(out)
}

fn line(out: &mut String, row: &Row) -> std::fmt::Result {
    write!(
        out,
        "  {:<42}{:>7.1} %{:>5.0} %",
        row.rule, row.honest_percent, row.honest_percent_least
    )?;
    for attack in &row.attacks {
        write!(out, "{:>12.1}", attack.sybils)?;
    }
    writeln!(out)
}
