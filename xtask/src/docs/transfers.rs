//! The table of docs/transfers.md, from `tenure replay --custody`.

use super::replay::{number, printed, shown, text};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

pub(super) const PAGE: &str = "docs/transfers.md";

/// The clauses of which the recording knows the facts.
const CLAUSES: [&str; 3] = ["bindings", "experience", "not-young"];

/// The table: a row for each tier and kind of newcomer.
pub(super) fn table(program: &Path, corpus: &Path) -> anyhow::Result<String> {
    let mut command = Command::new(program);
    command.args(["replay", "--format", "json", "--custody"]);
    command.arg(corpus.join("debian/custody.jsonl.gz"));
    let report = printed(command.arg("--web").arg(corpus.join("debian/wot.jsonl.gz")))?;
    let mut table = format!(
        "{} packages, {} newcomers.\n\n| as if at | newcomer | newcomers | refused | |",
        shown(number(&report, "/packages")?, 0),
        shown(number(&report, "/newcomers")?, 0)
    );
    for clause in CLAUSES {
        write!(table, " fail `{clause}` |")?;
    }
    writeln!(table, "\n|---|---|{}", "---:|".repeat(3 + CLAUSES.len()))?;
    for row in report["rows"].as_array().map_or(&[][..], Vec::as_slice) {
        let (newcomers, refused) = (number(row, "/newcomers")?, number(row, "/refused")?);
        write!(
            table,
            "| {} | {} | {} | {} | {:.1} % |",
            text(row, "tier"),
            text(row, "kind"),
            shown(newcomers, 0),
            shown(refused, 0),
            100.0 * refused / newcomers
        )?;
        for clause in CLAUSES {
            let fail = row["fail"][clause].as_u64().unwrap_or_default();
            write!(table, " {fail} |")?;
        }
        writeln!(table)?;
    }
    Ok(table)
}
