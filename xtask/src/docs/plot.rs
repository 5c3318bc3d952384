//! docs/calibration.svg: what each threshold's values cost and catch, a panel
//! a threshold, all on the same axes.

use super::replay::{number, shown, text, weakest};
use serde_json::Value;
use std::fmt::Write as _;

const COLUMNS: usize = 4;
/// A panel with its margins, and the plot within it.
const PANEL: (f64, f64) = (225.0, 195.0);
const PLOT: (f64, f64) = (165.0, 115.0);
const MARGIN: (f64, f64) = (48.0, 34.0);
/// What stands around the panels.
const HEAD: f64 = 34.0;

/// Grey and blue that can be read on white and on black; text follows the
/// reader's scheme.
const STYLE: &str = "text { font: 11px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 } .small { font-size: 10px } .default { font-weight: 700; fill: #b35900 }
.grid { stroke: #8b949e; stroke-opacity: .35 } .line { stroke: #1f77b4; fill: none; stroke-width: 2 }
.point { fill: #1f77b4 } .point.default { fill: #e07b00 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .default { fill: #ffa94d }
.line { stroke: #58a6ff } .point { fill: #58a6ff } }";

/// A value of a threshold.
struct Point {
    value: f64,
    waits: f64,
    recall: f64,
    is_default: bool,
}

/// The picture of a sweep.
pub(super) fn svg(sweep: &[Value]) -> anyhow::Result<String> {
    let panels = panels(sweep)?;
    let waits = panels
        .iter()
        .flat_map(|(_, points)| points)
        .map(|p| p.waits);
    // Whole tens, so that the axis has round numbers.
    let low = (waits.clone().fold(f64::INFINITY, f64::min) / 10.0).floor() * 10.0;
    let high = (waits.fold(0.0, f64::max) / 10.0).ceil() * 10.0;
    let axis = Axis {
        low,
        high: high.max(low + 10.0),
    };
    let rows = panels.len().div_ceil(COLUMNS);
    let (width, height) = (PANEL.0 * COLUMNS as f64, HEAD + PANEL.1 * rows as f64);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>Recall of the weakest attack against waits, by threshold</title>\n<style>\n{STYLE}\n</style>\n\
         <text x=\"8\" y=\"18\" class=\"title\">Held at T2 and above, weakest attack model (%), against waits per 1,000 package-years</text>\n"
    );
    for (at, (name, points)) in panels.iter().enumerate() {
        let (x, y) = (
            (at % COLUMNS) as f64 * PANEL.0,
            HEAD + (at / COLUMNS) as f64 * PANEL.1,
        );
        writeln!(
            out,
            "<g transform=\"translate({},{})\">",
            x + MARGIN.0,
            y + MARGIN.1
        )?;
        frame(&mut out, name, axis)?;
        line(&mut out, points, axis)?;
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn panels(sweep: &[Value]) -> anyhow::Result<Vec<(&str, Vec<Point>)>> {
    let mut panels: Vec<(&str, Vec<Point>)> = Vec::new();
    for point in sweep {
        let name = text(point, "threshold");
        if panels.last().is_none_or(|(last, _)| *last != name) {
            panels.push((name, Vec::new()));
        }
        if let Some((_, points)) = panels.last_mut() {
            points.push(Point {
                value: number(point, "/value")?,
                waits: number(point, "/waits_per_1000_package_years")?,
                recall: weakest(point)?,
                is_default: point["default"] == true,
            });
        }
    }
    Ok(panels)
}

/// The axis of waits.
#[derive(Clone, Copy)]
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    fn x(self, waits: f64) -> f64 {
        (waits - self.low) / (self.high - self.low) * PLOT.0
    }
}

fn y(recall: f64) -> f64 {
    PLOT.1 * (1.0 - recall / 100.0)
}

/// Title, grid and the numbers at the axes.
fn frame(out: &mut String, name: &str, axis: Axis) -> std::fmt::Result {
    writeln!(out, "<text x=\"0\" y=\"-20\" class=\"title\">{name}</text>")?;
    for recall in [0.0, 50.0, 100.0] {
        let y = y(recall);
        writeln!(
            out,
            "<line class=\"grid\" x1=\"0\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"small\" x=\"-6\" y=\"{:.1}\" text-anchor=\"end\">{recall:.0} %</text>",
            PLOT.0,
            y + 3.5
        )?;
    }
    for part in [0.0, 0.5, 1.0] {
        let waits = axis.low + part * (axis.high - axis.low);
        let x = axis.x(waits);
        writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{}\"/>\
             <text class=\"small\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{waits:.0}</text>",
            PLOT.1,
            PLOT.1 + 14.0
        )?;
    }
    writeln!(
        out,
        "<text class=\"small\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">waits per 1,000 package-years</text>",
        PLOT.0 / 2.0,
        PLOT.1 + 27.0
    )
}

/// The line through a threshold's values, the ends and the default named.
fn line(out: &mut String, points: &[Point], axis: Axis) -> std::fmt::Result {
    let places: Vec<String> = points
        .iter()
        .map(|p| format!("{:.1},{:.1}", axis.x(p.waits), y(p.recall)))
        .collect();
    writeln!(
        out,
        "<polyline class=\"line\" points=\"{}\"/>",
        places.join(" ")
    )?;
    // The default last, on top of the others.
    let (default, others): (Vec<&Point>, Vec<&Point>) = points.iter().partition(|p| p.is_default);
    for point in others {
        dot(out, point, axis, "point", 3.0)?;
    }
    let ends = [points.first(), points.last()];
    // Where all values cost the same, one name would stand on the other.
    let is_spread = |end: &&Point| {
        default
            .iter()
            .all(|p| (axis.x(p.waits) - axis.x(end.waits)).abs() > 8.0)
    };
    for end in ends
        .into_iter()
        .flatten()
        .filter(|end| !end.is_default)
        .filter(is_spread)
    {
        name(out, end, axis, (15.0, "small"))?;
    }
    for point in default {
        dot(out, point, axis, "point default", 4.5)?;
        name(out, point, axis, (-7.0, "small default"))?;
    }
    Ok(())
}

fn dot(out: &mut String, point: &Point, axis: Axis, class: &str, radius: f64) -> std::fmt::Result {
    let (x, y) = (axis.x(point.waits), y(point.recall));
    writeln!(
        out,
        "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"><title>{}: {} % held, {} waits</title></circle>",
        shown(point.value, 0),
        shown(point.recall, 1),
        shown(point.waits, 1)
    )
}

fn name(
    out: &mut String,
    point: &Point,
    axis: Axis,
    (below, class): (f64, &str),
) -> std::fmt::Result {
    writeln!(
        out,
        "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        axis.x(point.waits),
        y(point.recall) + below,
        shown(point.value, 0)
    )
}
