//! The table of docs/vouching.md, from `tenure replay --web`.

use super::replay::{number, printed, text};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

pub(super) const PAGE: &str = "docs/vouching.md";

/// How the certifications are spent, in words.
const SHAPES: [(&str, &str); 3] = [
    ("one-each", "one each"),
    ("all-on-one", "all on one"),
    ("two-each", "two each"),
];

/// The table: a row for each rule, a column for each attack.
pub(super) fn table(program: &Path, corpus: &Path) -> anyhow::Result<String> {
    let mut command = Command::new(program);
    command.args(["replay", "--format", "json", "--web"]);
    let report = printed(command.arg(corpus.join("debian/wot.jsonl.gz")))?;
    let rows = report["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let mut table = format!(
        "{} members, {} certifications between them; {} members followed, {} identities of an attacker; means of {} repetitions.\n",
        number(&report, "/members")?,
        number(&report, "/certifications")?,
        number(&report, "/followed")?,
        number(&report, "/sybils")?,
        number(&report, "/repetitions")?,
    );
    for (followed, title) in [
        (
            "acquaintances",
            "Followed are people whom one member has certified",
        ),
        ("anybody", "Followed is anybody in the strong set"),
    ] {
        writeln!(table, "\n{title}:\n")?;
        let rows = rows.iter().filter(|row| text(row, "followed") == followed);
        for (at, row) in rows.enumerate() {
            if at == 0 {
                head(&mut table, row)?;
            }
            line(&mut table, row)?;
        }
    }
    Ok(table)
}

fn attacks(row: &Value) -> &[Value] {
    row["attacks"].as_array().map_or(&[], Vec::as_slice)
}

fn head(table: &mut String, row: &Value) -> anyhow::Result<()> {
    write!(table, "| rule | honest accepted | at least |")?;
    for attack in attacks(row) {
        let shape = text(attack, "shape");
        let words = SHAPES.iter().find(|(name, _)| *name == shape);
        let words = words.map_or(shape, |(_, words)| words);
        write!(table, " {}, {words} |", number(attack, "/certifications")?)?;
    }
    let columns = 2 + attacks(row).len();
    writeln!(table, "\n|---|{}", "---:|".repeat(columns))?;
    Ok(())
}

fn line(table: &mut String, row: &Value) -> anyhow::Result<()> {
    write!(
        table,
        "| {} | {:.1} % | {:.0} % |",
        text(row, "rule"),
        number(row, "/honest_percent")?,
        number(row, "/honest_percent_least")?
    )?;
    for attack in attacks(row) {
        write!(table, " {:.1} |", number(attack, "/sybils")?)?;
    }
    writeln!(table)?;
    Ok(())
}
