//! The tables, and what they say about the goals.

use super::cold::{Cold, Proxied};
use super::load::Measured;
use super::scenario::{Question, Scenario};
use super::server::Kind;
use super::{documentation, plot};
use crate::bench::numbers::thousands;
use crate::docs::marked;
use crate::running::Memory;
use crate::say;
use anyhow::Context as _;
use std::fmt::Write as _;
use std::io::Write as _;

/// At least so much of nginx's rate, for documents and files.
const OF_NGINX: f64 = 0.7;

/// At least so many times Verdaccio's rate, for documents.
const TIMES_VERDACCIO: f64 = 30.0;

/// At most so many bytes resident after the run.
const RESIDENT: u64 = 150_000_000;

/// At most so much more time than the upstream's own, for a cold answer.
const COLD: f64 = 0.2;

/// Everything that was found.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) machine: String,
    pub(super) date: String,
    /// Before and after.
    pub(super) load: (String, String),
    pub(super) command: String,
    pub(super) rounds: u32,
    /// Where the documents are from.
    pub(super) source: String,
    pub(super) versions: Vec<(&'static str, String)>,
    /// Servers that could not be had, and why.
    pub(super) left_out: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) memory: Vec<(Kind, Memory)>,
    pub(super) cold: Vec<Cold>,
}

/// A scenario, and how each server did.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) scenario: Scenario,
    pub(super) outcomes: Vec<(Kind, Outcome)>,
}

/// How a server did.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Bytes of an answer's body on the wire.
    bytes: usize,
    /// Or why there is nothing to count.
    result: Result<Measured, String>,
}

impl Outcome {
    pub(super) fn of(question: &anyhow::Result<Question>, measured: Option<Measured>) -> Self {
        let bytes = question.as_ref().map_or(0, |q| q.answer.bytes.len());
        let result = match (question, measured) {
            (Err(error), _) => Err(format!("{error:#}")),
            (Ok(_), None) => Err("not measured".to_owned()),
            (Ok(_), Some(measured)) if measured.errors > 0 => {
                Err(format!("{} wrong or broken answers", measured.errors))
            }
            (Ok(_), Some(measured)) => Ok(measured),
        };
        Self { bytes, result }
    }
}

impl Row {
    fn outcome(&self, kind: Kind) -> Option<&Outcome> {
        let mut all = self.outcomes.iter();
        Some(&all.find(|(known, _)| *known == kind)?.1)
    }

    /// Requests a second, if they were answered well.
    pub(super) fn rate(&self, kind: Kind) -> Option<f64> {
        Some(self.outcome(kind)?.result.as_ref().ok()?.rate)
    }

    /// How this project's server stands to another.
    fn ratio(&self, other: Kind) -> Option<f64> {
        Some(self.rate(Kind::Tenure)? / self.rate(other)?)
    }

    /// A line for whoever waits.
    pub(super) fn shown(&self) -> String {
        let rates = self.outcomes.iter().map(|(kind, outcome)| {
            let rate = outcome.result.as_ref().map_or(0.0, |m| m.rate);
            format!("{} {}", kind.name(), rounded(rate))
        });
        let rates: Vec<String> = rates.collect();
        format!("{}: {}", self.scenario.name(), rates.join(", "))
    }

    /// Whether it does what it should, where something is asked of it.
    fn goals(&self) -> String {
        let mut goals = Vec::new();
        if let Some(ratio) = self.ratio(Kind::Nginx)
            && (self.scenario.is_document() || self.scenario.is_file())
        {
            goals.push(met(ratio >= OF_NGINX));
        }
        if let Some(ratio) = self.ratio(Kind::Verdaccio)
            && self.scenario.is_document()
        {
            goals.push(met(ratio >= TIMES_VERDACCIO));
        }
        goals.join(", ")
    }
}

impl Report {
    /// Prints everything.
    pub(super) fn print(&self) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        for (_, text) in self.pieces() {
            writeln!(out, "\n{}", text.trim_end()).context("cannot print the tables")?;
        }
        Ok(())
    }

    /// Puts the tables and the plot into the documentation.
    pub(super) fn write(&self) -> anyhow::Result<()> {
        let page = documentation("speed.md");
        let mut text = std::fs::read_to_string(&page)
            .with_context(|| format!("cannot read {}", page.display()))?;
        for (name, body) in self.pieces() {
            let new = marked::replace(&text, name, &body)?;
            text = new.with_context(|| format!("docs/speed.md has no piece `{name}`"))?;
        }
        let plot = plot::svg(&self.rows)?;
        for (file, text) in [("speed.md", text), ("speed.svg", plot)] {
            let path = documentation(file);
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
            say::line(&format!("wrote docs/{file}"));
        }
        Ok(())
    }

    /// The generated pieces of docs/speed.md.
    fn pieces(&self) -> [(&'static str, String); 5] {
        [
            ("machine", self.machine_lines()),
            ("rates", self.rates()),
            ("memory", self.memory()),
            ("cold", self.cold()),
            ("times", self.times()),
        ]
    }

    fn machine_lines(&self) -> String {
        let versions = self.versions.iter();
        let versions: Vec<String> = versions
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        let mut text = format!(
            "{}; {}. Load average {} before, {} after. `{}`, the best of {} turns. \
             {}. Documents {}.",
            self.date,
            self.machine,
            self.load.0,
            self.load.1,
            self.command,
            self.rounds,
            versions.join(", "),
            self.source
        );
        for why in &self.left_out {
            write(&mut text, format_args!(" Left out: {why}."));
        }
        text
    }

    /// The servers that took part.
    fn kinds(&self) -> Vec<Kind> {
        self.memory.iter().map(|(kind, _)| *kind).collect()
    }

    fn rates(&self) -> String {
        let kinds = self.kinds();
        let mut text = "| requests a second | bytes |".to_owned();
        for kind in &kinds {
            write(&mut text, format_args!(" {} |", kind.name()));
        }
        text.push_str(" of nginx | times Verdaccio | goals |\n|---|---:|");
        text.push_str(&"---:|".repeat(kinds.len()));
        text.push_str("---:|---:|---|\n");
        for row in &self.rows {
            let bytes = row.outcome(Kind::Tenure).map_or(0, |o| o.bytes);
            let line = format_args!("| {} | {} |", row.scenario.name(), thousands(bytes as u64));
            write(&mut text, line);
            for &kind in &kinds {
                let rate = row.rate(kind).map_or("failed".to_owned(), rounded);
                write(&mut text, format_args!(" {rate} |"));
            }
            let shown = |kind, decimals: usize| {
                let ratio = row.ratio(kind);
                ratio.map_or_else(String::new, |ratio| format!("{ratio:.decimals$}"))
            };
            let (nginx, verdaccio) = (shown(Kind::Nginx, 2), shown(Kind::Verdaccio, 0));
            let goals = row.goals();
            let line = format_args!(" {nginx} | {verdaccio} | {goals} |\n");
            write(&mut text, line);
        }
        text
    }

    fn times(&self) -> String {
        let mut text =
            "| | server | bytes | half within | 99 of 100 within | processor for one |\n|---|---|---:|---:|---:|---:|\n"
                .to_owned();
        for row in &self.rows {
            for (kind, outcome) in &row.outcomes {
                let start = format!("| {} | {} |", row.scenario.name(), kind.name());
                let rest = match &outcome.result {
                    Ok(measured) => {
                        let milliseconds = |time: std::time::Duration| {
                            format!("{:.3} ms", time.as_secs_f64() * 1e3)
                        };
                        format!(
                            " {} | {} | {} | {} |",
                            thousands(outcome.bytes as u64),
                            milliseconds(measured.median),
                            milliseconds(measured.p99),
                            milliseconds(measured.processor)
                        )
                    }
                    Err(why) => format!(" | failed: {} | |", why.replace(['|', '\n'], " ")),
                };
                write(&mut text, format_args!("{start}{rest}\n"));
            }
        }
        text
    }

    fn memory(&self) -> String {
        let mut text =
            "| resident memory | after the run | at most | goal |\n|---|---:|---:|---|\n"
                .to_owned();
        for (kind, memory) in &self.memory {
            let goal = match kind {
                Kind::Tenure => met(memory.now < RESIDENT),
                _ => "",
            };
            let line = format_args!(
                "| {} | {} | {} | {goal} |\n",
                kind.name(),
                megabytes(memory.now),
                megabytes(memory.most)
            );
            write(&mut text, line);
        }
        text
    }

    fn cold(&self) -> String {
        let mut text = "| upstream | asked for at | time | more than the upstream's own | memory at most | goal |\n\
             |---|---|---:|---:|---:|---|\n"
            .to_owned();
        for cold in &self.cold {
            let pace = cold.pace.map_or_else(
                || "as fast as it can".to_owned(),
                |(delay, width)| format!("{delay} ms, {width} Mbit/s"),
            );
            let (plain, wire) = (cold.bytes.0 as u64, cold.bytes.1 as u64);
            write(
                &mut text,
                format_args!(
                    "| {pace} | the upstream ({} bytes, {} on the wire) | {:.1} ms | | | |\n",
                    thousands(plain),
                    thousands(wire),
                    cold.direct * 1e3
                ),
            );
            for proxied in &cold.proxies {
                write(
                    &mut text,
                    format_args!("| {pace} | {}", cold_line(proxied, cold)),
                );
            }
        }
        text
    }
}

fn cold_line(proxied: &Proxied, cold: &Cold) -> String {
    let name = proxied.kind.name();
    let most = megabytes(proxied.memory.most);
    match &proxied.seconds {
        Err(why) => format!(
            "{name} | failed: {} | | | |\n",
            why.replace(['|', '\n'], " ")
        ),
        Ok(seconds) => {
            let more = seconds / cold.direct - 1.0;
            // On bare loopback the upstream's own time is next to nothing.
            let goal = match (proxied.kind, cold.pace) {
                (Kind::Tenure, Some(_)) => met(more <= COLD),
                _ => "",
            };
            let (time, more) = (seconds * 1e3, more * 100.0);
            format!("{name} | {time:.1} ms | {more:+.0} % | {most} | {goal} |\n")
        }
    }
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// A rate with as many digits as mean something.
fn rounded(rate: f64) -> String {
    if rate < 100.0 {
        return format!("{rate:.1}");
    }
    thousands(rate.round() as u64)
}

fn write(text: &mut String, what: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_for_people() {
        assert_eq!(rounded(12.34), "12.3");
        assert_eq!(rounded(25_323.4), "25,323");
        assert_eq!(megabytes(149_600_000), "150 MB");
    }
}
