//! The picture of a package's tenures: who published when, on one axis of time.

mod axis;

use super::style::{Look, faint, short};
use axis::Axis;
use owo_colors::{AnsiColors, OwoColorize as _};
use std::collections::HashMap;
use std::fmt::Write as _;
use tenure_domain::{History, Party, Time};
use tenure_trust::people::People;
use tenure_trust::tenures::Tenure;

/// What is drawn.
pub(crate) struct Picture<'a> {
    /// The package's history.
    pub(crate) history: &'a History,
    /// Who is known under several ids.
    pub(crate) people: &'a People,
    /// Its tenures, oldest first.
    pub(crate) tenures: &'a [Tenure],
    /// When changes showed, and whether each still counts.
    pub(crate) changes: &'a [(Time, bool)],
    /// A release to point at.
    pub(crate) mark: Option<Time>,
    /// The right end.
    pub(crate) now: Time,
}

/// More rows than this are no picture any more.
const MOST_ROWS: usize = 10;
const WIDEST_LABEL: usize = 20;
const COLOURS: [AnsiColors; 5] = [
    AnsiColors::Cyan,
    AnsiColors::Green,
    AnsiColors::Yellow,
    AnsiColors::Blue,
    AnsiColors::Magenta,
];

/// The moments at which one person, or several, published.
struct Row {
    label: String,
    times: Vec<Time>,
}

impl Picture<'_> {
    /// The lines of the picture; `None` if no release has a date.
    pub(crate) fn draw(&self, look: Look) -> Option<String> {
        let first = self.history.releases().iter().find_map(|r| r.published)?;
        let rows = self.rows();
        let label = rows
            .iter()
            .map(|row| row.label.chars().count())
            .chain([7])
            .max()?
            .min(WIDEST_LABEL);
        let axis = Axis::new(first, self.now, look.width.saturating_sub(label + 4));
        let glyphs = Glyphs::of(look);
        let mut out = String::new();
        let mut line = |label_text: &str, drawn: &str| {
            let text = format!("  {label_text} {drawn}");
            // Writing to a text cannot fail.
            let _ = writeln!(out, "{}", text.trim_end());
        };
        let blank = " ".repeat(label);
        line(&blank, &faint(axis.labels()));
        line(&blank, &faint(axis.rule(glyphs.rule, glyphs.tick)));
        line(
            &format!("{:>label$}", "tenure"),
            &self.tenure_row(&axis, &glyphs),
        );
        let busiest = rows
            .iter()
            .flat_map(|row| axis.counts(&row.times))
            .max()
            .unwrap_or(1);
        for (at, row) in rows.iter().enumerate() {
            let colour = COLOURS[at % COLOURS.len()];
            let name: String = row.label.chars().take(label).collect();
            let drawn = bars(&axis.counts(&row.times), busiest, &glyphs);
            line(
                &format!("{name:>label$}").color(colour).to_string(),
                &drawn.trim_end().color(colour).to_string(),
            );
        }
        if !self.changes.is_empty() {
            line(
                &format!("{:>label$}", "changes"),
                &self.change_row(&axis, &glyphs),
            );
        }
        if let Some(at) = self.mark {
            line(&blank, &pointer(axis.column(at), axis.width(), glyphs.mark));
        }
        Some(out)
    }

    /// One row per person in the order of first releases; those with few
    /// releases share the last one.
    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut place: HashMap<Option<&Party>, usize> = HashMap::new();
        for release in self.history.releases() {
            let Some(at) = release.published else {
                continue;
            };
            let party = self.history.publisher(release);
            let person = party.map(|party| self.people.canonical(party));
            let row = *place.entry(person).or_insert_with(|| {
                let label = person.map_or_else(|| "not known".to_owned(), short);
                let times = Vec::new();
                rows.push(Row { label, times });
                rows.len() - 1
            });
            rows[row].times.push(at);
        }
        merge_small(rows)
    }

    fn tenure_row(&self, axis: &Axis, glyphs: &Glyphs) -> String {
        let starts: Vec<usize> = self
            .tenures
            .iter()
            .map(|tenure| tenure.from.map_or(0, |from| axis.column(from)))
            .collect();
        let mut cells: Vec<char> = vec![glyphs.held; axis.width()];
        for (number, start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(axis.width());
            let label = (number + 1).to_string();
            cells[*start] = glyphs.begins;
            if end >= start + label.len() + 2 {
                let middle = start + (end - start + 1 - label.len()) / 2;
                for (at, digit) in label.chars().enumerate() {
                    cells[middle + at] = digit;
                }
            }
        }
        cells.into_iter().collect()
    }

    /// A mark for each change; one that still counts covers one that does not.
    fn change_row(&self, axis: &Axis, glyphs: &Glyphs) -> String {
        let mut cells: Vec<Option<bool>> = vec![None; axis.width()];
        for (at, counts) in self.changes {
            let cell = &mut cells[axis.column(*at)];
            *cell = Some(cell.unwrap_or(false) || *counts);
        }
        let shown = cells.into_iter().map(|cell| match cell {
            None => " ".to_owned(),
            Some(true) => glyphs.counts.magenta().bold().to_string(),
            Some(false) => glyphs.settled.to_string(),
        });
        shown.collect()
    }
}

/// A mark below a column, with its words on the side where there is room.
fn pointer(column: usize, width: usize, mark: char) -> String {
    let words = "this release";
    if column + words.len() + 2 <= width {
        return format!("{}{mark} {words}", " ".repeat(column));
    }
    let before = column.saturating_sub(words.len() + 1);
    format!("{}{words} {mark}", " ".repeat(before))
}

fn merge_small(mut rows: Vec<Row>) -> Vec<Row> {
    if rows.len() <= MOST_ROWS {
        return rows;
    }
    let mut sizes: Vec<usize> = rows.iter().map(|row| row.times.len()).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let least = sizes[MOST_ROWS - 1];
    let mut others = Row {
        label: String::new(),
        times: Vec::new(),
    };
    let mut kept = 0;
    let mut merged = 0;
    rows.retain(|row| {
        if row.times.len() >= least && kept < MOST_ROWS - 1 {
            kept += 1;
            return true;
        }
        merged += 1;
        others.times.extend(&row.times);
        false
    });
    others.times.sort_unstable();
    others.label = format!("{merged} others");
    rows.push(others);
    rows
}

/// One character per column: how many releases, and where there were none
/// between the first and the last.
fn bars(counts: &[usize], busiest: usize, glyphs: &Glyphs) -> String {
    let first = counts.iter().position(|count| *count > 0);
    let last = counts.iter().rposition(|count| *count > 0);
    let (Some(first), Some(last)) = (first, last) else {
        return String::new();
    };
    let steps = glyphs.levels.len();
    let cell = |(at, count): (usize, &usize)| match *count {
        0 if at > first && at < last => glyphs.quiet,
        0 => ' ',
        count => {
            // By the root, so that one busy month does not flatten the rest.
            let share = (count as f64 / busiest as f64).sqrt();
            glyphs.levels[((share * steps as f64).ceil() as usize).clamp(1, steps) - 1]
        }
    };
    counts.iter().enumerate().map(cell).collect()
}

/// The characters to draw with.
struct Glyphs {
    levels: &'static [char],
    quiet: char,
    rule: char,
    tick: char,
    held: char,
    begins: char,
    counts: char,
    settled: char,
    mark: char,
}

impl Glyphs {
    fn of(look: Look) -> Self {
        if look.unicode {
            Self {
                levels: &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
                quiet: '·',
                rule: '─',
                tick: '┬',
                held: '━',
                begins: '┣',
                counts: '◆',
                settled: '◇',
                mark: '▲',
            }
        } else {
            Self {
                levels: &['.', ':', '+', '#'],
                quiet: '-',
                rule: '-',
                tick: '+',
                held: '=',
                begins: '|',
                counts: '*',
                settled: 'o',
                mark: '^',
            }
        }
    }
}

#[cfg(test)]
mod tests;
