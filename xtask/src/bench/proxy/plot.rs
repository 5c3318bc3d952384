//! docs/speed.svg: requests a second, a group of bars a scenario, on a scale
//! of powers of ten, since the fastest and the slowest lie that far apart.

use super::report::Row;
use super::server::Kind;
use std::fmt::Write as _;

/// The names of scenarios, the bars, and what stands behind the longest.
const WIDTHS: (f64, f64, f64) = (200.0, 520.0, 90.0);
const BAR: f64 = 11.0;
const GAP: f64 = 12.0;
const HEAD: f64 = 62.0;
const FOOT: f64 = 14.0;

/// Colours that can be told apart on white and on black, and by people who
/// see few colours; text follows the reader's scheme.
const STYLE: &str = "text { font: 11px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 } .small { font-size: 10px } .grid { stroke: #8b949e; stroke-opacity: .35 }
.nginx { fill: #8b949e } .tenure { fill: #1f77b4 } .nora { fill: #b07aa1 } .verdaccio { fill: #e07b00 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .tenure { fill: #58a6ff } .nora { fill: #d2a8ff } }";

/// The picture of the rates.
pub(super) fn svg(rows: &[Row]) -> Result<String, std::fmt::Error> {
    let kinds: Vec<Kind> = rows
        .first()
        .map(|row| row.outcomes.iter().map(|(kind, _)| *kind).collect())
        .unwrap_or_default();
    let group = BAR * kinds.len() as f64 + GAP;
    let axis = Axis::of(rows, &kinds);
    let width = WIDTHS.0 + WIDTHS.1 + WIDTHS.2;
    let height = HEAD + group * rows.len() as f64 + FOOT;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>Requests per second by server and scenario</title>\n<style>\n{STYLE}\n</style>\n\
         <text x=\"8\" y=\"18\" class=\"title\">Requests a second, warm cache (each line is ten times the one before)</text>\n"
    );
    legend(&mut out, &kinds)?;
    grid(&mut out, axis, height)?;
    for (at, row) in rows.iter().enumerate() {
        let top = HEAD + group * at as f64;
        let middle = top + (group - GAP) / 2.0 + 4.0;
        writeln!(
            out,
            "<text x=\"{}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>",
            WIDTHS.0 - 8.0,
            row.scenario.name()
        )?;
        for (place, &kind) in kinds.iter().enumerate() {
            bar(&mut out, row, kind, axis, top + BAR * place as f64)?;
        }
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn class(kind: Kind) -> String {
    kind.name().to_lowercase()
}

/// The powers of ten at both ends.
#[derive(Clone, Copy)]
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    fn of(rows: &[Row], kinds: &[Kind]) -> Self {
        let rates = rows
            .iter()
            .flat_map(|row| kinds.iter().filter_map(|kind| row.rate(*kind)))
            .filter(|rate| *rate > 0.0)
            .map(f64::log10);
        let low = rates.clone().fold(f64::INFINITY, f64::min).floor();
        let high = rates.fold(f64::NEG_INFINITY, f64::max).ceil();
        // Without any rate there is still a picture.
        let low = if low.is_finite() { low } else { 0.0 };
        Self {
            low,
            high: high.max(low + 1.0),
        }
    }

    fn length(self, rate: f64) -> f64 {
        ((rate.log10() - self.low) / (self.high - self.low)).max(0.0) * WIDTHS.1
    }
}

fn legend(out: &mut String, kinds: &[Kind]) -> std::fmt::Result {
    for (at, &kind) in kinds.iter().enumerate() {
        let x = WIDTHS.0 + 110.0 * at as f64;
        writeln!(
            out,
            "<rect class=\"{}\" x=\"{x}\" y=\"28\" width=\"10\" height=\"10\"/>\
             <text x=\"{}\" y=\"37\">{}</text>",
            class(kind),
            x + 15.0,
            kind.name()
        )?;
    }
    Ok(())
}

fn grid(out: &mut String, axis: Axis, height: f64) -> std::fmt::Result {
    for power in axis.low as i32..=axis.high as i32 {
        let rate = 10f64.powi(power);
        let x = WIDTHS.0 + axis.length(rate);
        writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{}\"/>\
             <text class=\"small\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{rate}</text>",
            HEAD - 4.0,
            height - FOOT,
            HEAD - 8.0
        )?;
    }
    Ok(())
}

/// A server's bar, or why there is none.
fn bar(out: &mut String, row: &Row, kind: Kind, axis: Axis, top: f64) -> std::fmt::Result {
    let (left, below) = (WIDTHS.0, top + BAR - 2.0);
    let Some(rate) = row.rate(kind) else {
        let name = kind.name();
        return writeln!(
            out,
            "<text class=\"small\" x=\"{}\" y=\"{below:.1}\">{name}: no answer of this kind</text>",
            left + 4.0
        );
    };
    let length = axis.length(rate);
    let decimals = usize::from(rate < 100.0);
    writeln!(
        out,
        "<rect class=\"{}\" x=\"{left}\" y=\"{top:.1}\" width=\"{length:.1}\" height=\"{}\"/>\
         <text class=\"small\" x=\"{:.1}\" y=\"{below:.1}\">{rate:.decimals$}</text>",
        class(kind),
        BAR - 1.0,
        left + length + 4.0
    )
}
