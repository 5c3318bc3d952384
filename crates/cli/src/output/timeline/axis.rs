//! An axis of time: columns, ticks and their labels.

use tenure_domain::Time;

/// A span of time over so many columns.
pub(super) struct Axis {
    from: Time,
    to: Time,
    width: usize,
    /// Column and label of each tick.
    ticks: Vec<(usize, String)>,
}

/// Months between ticks, from fine to coarse.
const STEPS: [i32; 8] = [1, 3, 6, 12, 24, 60, 120, 240];
const GAP: usize = 2;

impl Axis {
    /// An axis of at least one column and one moment.
    pub(super) fn new(from: Time, to: Time, width: usize) -> Self {
        let mut axis = Self {
            from,
            to: to.max(from),
            width: width.max(1),
            ticks: Vec::new(),
        };
        axis.ticks = STEPS
            .iter()
            .map(|step| axis.ticks_every(*step))
            .find(|ticks| fits(ticks))
            .unwrap_or_default();
        axis
    }

    /// How many columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The column of a moment; those outside are brought to the ends.
    pub(super) fn column(&self, at: Time) -> usize {
        let span = self.to.since(self.from).0;
        let share = if span > 0.0 {
            at.since(self.from).0 / span
        } else {
            0.0
        };
        (share.clamp(0.0, 1.0) * (self.width - 1) as f64).round() as usize
    }

    /// How many of `times` fall into each column.
    pub(super) fn counts(&self, times: &[Time]) -> Vec<usize> {
        let mut counts = vec![0; self.width];
        for time in times {
            counts[self.column(*time)] += 1;
        }
        counts
    }

    /// The labels of the ticks.
    pub(super) fn labels(&self) -> String {
        let mut out = String::new();
        for (column, label) in &self.ticks {
            let missing = column.saturating_sub(out.chars().count());
            out.extend(std::iter::repeat_n(' ', missing));
            out.push_str(label);
        }
        out
    }

    /// The line with the ticks.
    pub(super) fn rule(&self, line: char, tick: char) -> String {
        let mut cells = vec![line; self.width];
        for (column, _) in &self.ticks {
            cells[*column] = tick;
        }
        cells.into_iter().collect()
    }

    /// A tick at the start of every so many months.
    fn ticks_every(&self, step: i32) -> Vec<(usize, String)> {
        let (first, last) = (month(self.from), month(self.to));
        let start = (first + step - 1).div_euclid(step) * step;
        (start..=last)
            .step_by(step.unsigned_abs() as usize)
            .filter_map(|month| {
                let (year, in_year) = (month.div_euclid(12), month.rem_euclid(12) + 1);
                let at: Time = format!("{year:04}-{in_year:02}-01").parse().ok()?;
                let label = if step >= 12 {
                    format!("{year}")
                } else {
                    format!("{year}-{in_year:02}")
                };
                let column = self.column(at);
                (at >= self.from && column + label.len() <= self.width).then_some((column, label))
            })
            .collect()
    }
}

/// Months since year 0.
fn month(at: Time) -> i32 {
    let date = at.date();
    let mut parts = date.rsplitn(3, '-').skip(1);
    let month: i32 = parts.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let year: i32 = parts.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    year * 12 + month - 1
}

fn fits(ticks: &[(usize, String)]) -> bool {
    ticks
        .windows(2)
        .all(|pair| pair[0].0 + pair[0].1.len() + GAP <= pair[1].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(from: &str, to: &str, width: usize) -> Axis {
        Axis::new(from.parse().unwrap(), to.parse().unwrap(), width)
    }

    #[test]
    fn years_on_a_long_axis_months_on_a_short_one() {
        let long = axis("2012-02-01", "2019-06-01", 60);
        assert_eq!(
            long.labels().split_whitespace().collect::<Vec<_>>(),
            ["2013", "2014", "2015", "2016", "2017", "2018", "2019"]
        );
        let short = axis("2018-02-01", "2018-06-15", 60);
        assert_eq!(short.labels().split_whitespace().count(), 5);
    }

    #[test]
    fn a_single_moment_is_no_problem() {
        let point = axis("2018-02-01", "2018-02-01", 10);
        assert_eq!(point.column("2018-02-01".parse().unwrap()), 0);
        assert_eq!(point.rule('-', '+').len(), 10);
        let narrow = axis("1970-01-01", "2026-01-01", 1);
        assert_eq!(narrow.counts(&["2026-01-01".parse().unwrap()]), [1]);
    }
}
