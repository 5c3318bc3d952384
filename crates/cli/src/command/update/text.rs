//! The answer of `tenure update` for people.

use super::options::Waiting;
use super::{Options, Report};
use crate::output::style::{self, Look, faint, safe, strong, wrap};
use std::fmt::Write as _;
use tenure_trust::standing::plural;
use tenure_trust::verdict::Verdict;

const HEADINGS: [&str; 5] = ["package", "locked", "within hands", "in range", "newest"];
const GAP: usize = 2;
const INDENT: usize = 2;

/// The page.
pub(super) fn page(report: &Report, look: Look) -> String {
    let differing: Vec<&Options> = report.packages.iter().filter(|o| o.is_listed()).collect();
    let mut out = String::new();
    if !differing.is_empty() {
        table(&mut out, &differing, look);
    }
    let lacking = report.packages.iter().filter(|o| o.lacks_facts()).count();
    if lacking > 0 {
        let text = format!(
            "{}: whose hands the newer releases are in is not in the registry's document; `tenure explain` says of each what is missing",
            plural(lacking, "package", "packages")
        );
        let text = style::in_colour_of(Verdict::Unknown, &wrap(&text, look.width, 0));
        let _ = writeln!(out, "{text}");
    }
    for unknown in &report.unknown {
        let text = format!("{}: {}", unknown.package.name(), unknown.why);
        let text = wrap(&safe(&text), look.width, INDENT);
        // Writing to a text cannot fail.
        let _ = writeln!(out, "{text}");
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let total = plural(report.packages.len(), "package", "packages");
    let _ = match differing.len() {
        0 => writeln!(out, "Nothing newer for {total}."),
        _ => writeln!(out, "{}", closing(&differing, report.packages.len())),
    };
    out
}

fn closing(differing: &[&Options], total: usize) -> String {
    let can = differing.iter().filter(|options| options.moves()).count();
    let waits = differing
        .iter()
        .filter(|options| options.held().next().is_some())
        .count();
    format!(
        "Of {}, {can} can move within accepted hands; newer releases of {waits} wait. Nothing was changed.",
        plural(total, "package", "packages")
    )
}

impl Options {
    /// Releases that wait behind a change, rather than for facts.
    fn held(&self) -> impl Iterator<Item = &Waiting> {
        let held = |waiting: &&Waiting| waiting.verdict >= Verdict::Hold;
        self.waiting.iter().filter(held)
    }

    fn lacks_facts(&self) -> bool {
        let unknown = |waiting: &Waiting| waiting.verdict == Verdict::Unknown;
        self.waiting.iter().any(unknown)
    }

    /// Whether it has a line of its own.
    fn is_listed(&self) -> bool {
        self.has_newer() || self.held().next().is_some()
    }

    /// Whether an updater has somewhere to go.
    fn moves(&self) -> bool {
        self.within_hands
            .as_ref()
            .is_some_and(|version| *version != self.locked)
    }

    fn cells(&self) -> [String; 5] {
        let shown = |version: &Option<String>| match version {
            Some(version) => safe(version).into_owned(),
            None => "-".to_owned(),
        };
        [
            self.package.name().to_owned(),
            safe(&self.locked).into_owned(),
            shown(&self.within_hands),
            shown(&self.in_range),
            shown(&self.newest),
        ]
    }
}

fn table(out: &mut String, rows: &[&Options], look: Look) {
    let cells: Vec<[String; 5]> = rows.iter().map(|options| options.cells()).collect();
    let mut widths = HEADINGS.map(str::len);
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String]| {
        let cells = row.iter().zip(widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        padded.join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    let _ = writeln!(out, "{}", faint(line(&HEADINGS.map(str::to_owned))));
    for (row, options) in cells.iter().zip(rows) {
        let text = line(row);
        let (name, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
        let _ = writeln!(out, "{}{rest}", strong(name));
        for (versions, waiting) in by_reason(options.held()) {
            let waits = if versions.len() == 1 { "waits" } else { "wait" };
            let text = format!("{} {waits}: {}", versions.join(" and "), safe(&waiting.why));
            let text = wrap(&text, look.width, INDENT);
            let _ = writeln!(out, "  {}", style::in_colour_of(waiting.verdict, &text));
        }
    }
}

/// Releases that wait behind the same change, together.
fn by_reason<'w>(waiting: impl Iterator<Item = &'w Waiting>) -> Vec<(Vec<String>, &'w Waiting)> {
    let mut groups: Vec<(Vec<String>, &Waiting)> = Vec::new();
    for one in waiting {
        let version = safe(&one.version).into_owned();
        match groups.iter_mut().find(|(_, other)| other.why == one.why) {
            Some((versions, _)) => versions.push(version),
            None => groups.push((vec![version], one)),
        }
    }
    groups
}
