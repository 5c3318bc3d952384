//! What criterion measured.

use anyhow::Context as _;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// What the reading of packuments is measured against, in the same run.
const BASELINE: &str = "serde_json to IgnoredAny";

/// The reading that has a limit.
const READING: &str = "facts";

/// The most that reading may take, in times of the baseline.
const MOST_TIMES: f64 = 1.5;

/// The most that a check of 1,500 packages with a warm cache may take.
const MOST_NANOS: f64 = 150e6;

/// One benchmark.
#[derive(Debug)]
pub(super) struct Measured {
    group: String,
    function: String,
    /// The median, in nanoseconds.
    median: f64,
    /// Bytes an iteration, where that was said.
    bytes: Option<f64>,
}

/// Everything that was measured, below criterion's folder.
pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<Measured>> {
    let mut results = Vec::new();
    collect(folder, &mut results)?;
    results.sort_by(|one, other| (&one.group, &one.function).cmp(&(&other.group, &other.function)));
    Ok(results)
}

fn collect(folder: &Path, results: &mut Vec<Measured>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name == "new") {
            results.push(result(&path).with_context(|| path.display().to_string())?);
        } else if path.is_dir() {
            collect(&path, results)?;
        }
    }
    Ok(())
}

fn result(folder: &Path) -> anyhow::Result<Measured> {
    let read = |name: &str| -> anyhow::Result<Value> {
        Ok(serde_json::from_slice(&std::fs::read(folder.join(name))?)?)
    };
    let (benchmark, estimates) = (read("benchmark.json")?, read("estimates.json")?);
    let text = |key: &str| benchmark[key].as_str().unwrap_or_default().to_owned();
    Ok(Measured {
        group: text("group_id"),
        function: text("function_id"),
        median: estimates["median"]["point_estimate"]
            .as_f64()
            .context("criterion's estimate has no median")?,
        bytes: benchmark["throughput"]["Bytes"].as_f64(),
    })
}

/// The table, in Markdown.
pub(super) fn table(results: &[Measured]) -> String {
    let mut table =
        "| benchmark | median | throughput | what matters |\n|---|---:|---:|---|\n".to_owned();
    for result in results {
        let throughput = result.bytes.map_or_else(String::new, |bytes| {
            format!("{:.0} MB/s", bytes / result.median * 1e3)
        });
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {}: {} | {} | {throughput} | {} |",
            result.group,
            result.function,
            time(result.median),
            remark(result, results)
        );
    }
    table
}

/// How it stands to a goal, where there is one.
fn remark(result: &Measured, all: &[Measured]) -> String {
    let mut same = all.iter().filter(|other| other.group == result.group);
    let baseline = same.find(|other| other.function == BASELINE);
    if let Some(baseline) = baseline.filter(|_| result.function != BASELINE) {
        let times = result.median / baseline.median;
        // The digest is not part of reading; the baseline computes none.
        if result.function != READING {
            return format!("{times:.2} times {BASELINE}");
        }
        let met = met(times <= MOST_TIMES);
        return format!("{times:.2} times {BASELINE}; at most {MOST_TIMES}: {met}");
    }
    if result.group == "check" {
        let met = met(result.median <= MOST_NANOS);
        return format!("at most {}: {met}", time(MOST_NANOS));
    }
    String::new()
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

/// Nanoseconds in a unit that people read.
fn time(nanos: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    let unit = units.into_iter().find(|(size, _)| nanos >= *size);
    let (size, name) = unit.unwrap_or((1.0, "ns"));
    let value = nanos / size;
    let decimals = if value < 10.0 {
        2
    } else {
        usize::from(value < 100.0)
    };
    format!("{value:.decimals$} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(group: &str, function: &str, median: f64) -> Measured {
        Measured {
            group: group.to_owned(),
            function: function.to_owned(),
            median,
            bytes: None,
        }
    }

    #[test]
    fn says_the_ratio_and_whether_the_goal_is_met() {
        let all = [
            measured("packument/x", "facts", 1.4e6),
            measured("packument/x", BASELINE, 1e6),
            measured("check", "1500 packages", 2e8),
        ];
        assert!(remark(&all[0], &all).starts_with("1.40 times"));
        assert!(remark(&all[0], &all).ends_with(": met"));
        assert_eq!(remark(&all[1], &all), "");
        assert_eq!(remark(&all[2], &all), "at most 150 ms: **missed**");
    }

    #[test]
    fn shows_times() {
        assert_eq!(time(1_234.0), "1.23 µs");
        assert_eq!(time(150e6), "150 ms");
        assert_eq!(time(12.34e9), "12.3 s");
    }
}
