//! The results of `tenure replay`, and reading them.

use crate::{process, workspace};
use anyhow::{Context as _, ensure};
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Attacks that no rule can see are measured, but do not count.
const NOT_SEEN: &str = "account-taken-silent";

/// What one run of `tenure replay` printed.
pub(super) struct Replay(Value);

/// The runs that the documents are made from.
pub(super) struct Replays {
    pub(super) whole: Replay,
    pub(super) halves: [Replay; 2],
    pub(super) crates: Crates,
}

/// Crates, without and with the repositories that they declare.
pub(super) struct Crates {
    pub(super) unlinked: Replay,
    pub(super) linked: Replay,
}

/// Which the recording does not say.
const REPOSITORIES: &str = "crates/cli/tests/fixtures/replay/repositories.tsv";

impl Replays {
    /// Runs the program over the corpus.
    pub(super) fn run(program: &Path, corpus: &Path) -> anyhow::Result<Self> {
        let run = |more: &[&str]| Replay::run(program, corpus, more);
        Ok(Self {
            whole: run(&["--compare", "--sweep"])?,
            halves: [run(&["--half", "1/2"])?, run(&["--half", "2/2"])?],
            crates: Crates::run(program, corpus)?,
        })
    }

    /// The whole, then each half.
    pub(super) fn all(&self) -> [&Replay; 3] {
        let [one, other] = &self.halves;
        [&self.whole, one, other]
    }
}

impl Crates {
    fn run(program: &Path, corpus: &Path) -> anyhow::Result<Self> {
        let recorded = corpus.join("crates/cargo_vet_publishers.jsonl");
        let declared = workspace::root().join(REPOSITORIES);
        let replay = || {
            let mut command = Command::new(program);
            command.args(["replay", "--format", "json", "--histories"]);
            command.arg(&recorded);
            command
        };
        Ok(Self {
            unlinked: Replay::printed(&mut replay())?,
            linked: Replay::printed(replay().arg("--repositories").arg(declared))?,
        })
    }
}

impl Replay {
    fn run(program: &Path, corpus: &Path, more: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["replay", "--inject", "1", "--format", "json"]);
        command.arg("--histories");
        command
            .args(["timelines.jsonl.gz", "transcribed.tar.gz"].map(|f| corpus.join("npm").join(f)));
        command.arg("--incidents");
        command.arg(corpus.join("incidents/incidents.jsonl"));
        Self::printed(command.args(more))
    }

    fn printed(command: &mut Command) -> anyhow::Result<Self> {
        printed(command).map(Self)
    }

    /// A number, by its JSON pointer.
    pub(super) fn number(&self, pointer: &str) -> anyhow::Result<f64> {
        number(&self.0, pointer)
    }

    /// Counts by name, by their key.
    pub(super) fn counts(&self, key: &str) -> anyhow::Result<BTreeMap<String, u64>> {
        let counts = BTreeMap::deserialize(&self.0[key]);
        counts.with_context(|| format!("`tenure replay` has no counts `{key}`"))
    }

    /// A list, by its key.
    pub(super) fn list(&self, key: &str) -> anyhow::Result<&[Value]> {
        let list = self.0[key].as_array();
        Ok(list.with_context(|| format!("`tenure replay` has no list `{key}`"))?)
    }

    /// The attack models, those that count first.
    pub(super) fn models(&self) -> anyhow::Result<Vec<&str>> {
        let injected = self.0["injected"].as_object();
        let injected = injected.context("`tenure replay` injected nothing")?;
        let (mut models, silent): (Vec<&str>, Vec<&str>) = injected
            .keys()
            .map(String::as_str)
            .partition(|model| *model != NOT_SEEN);
        ensure!(!models.is_empty(), "`tenure replay` injected nothing");
        models.extend(silent);
        Ok(models)
    }
}

/// What a run of `tenure replay` printed.
pub(super) fn printed(command: &mut Command) -> anyhow::Result<Value> {
    let printed = process::output(command)?;
    serde_json::from_str(&printed).context("`tenure replay` printed no JSON")
}

/// A number within a value.
pub(super) fn number(value: &Value, pointer: &str) -> anyhow::Result<f64> {
    let number = value.pointer(pointer).and_then(Value::as_f64);
    number.with_context(|| format!("`tenure replay` has no number at `{pointer}`"))
}

/// A text within a value, empty if there is none.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The recall of the weakest model that counts, at a point of the sweep.
pub(super) fn weakest(point: &Value) -> anyhow::Result<f64> {
    let held = point["held_percent"].as_object();
    let held = held.context("a point of the sweep has no `held_percent`")?;
    let counting = held.iter().filter(|(model, _)| *model != NOT_SEEN);
    let percents = counting.filter_map(|(_, percent)| percent.as_f64());
    percents
        .reduce(f64::min)
        .context("a point of the sweep has no recall")
}

/// A number with commas between thousands and so many decimals.
pub(super) fn shown(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut shown = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && digit != '-' && (whole.len() - at).is_multiple_of(3) && !shown.ends_with('-') {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_numbers() {
        assert_eq!(shown(1_234_567.0, 0), "1,234,567");
        assert_eq!(shown(999.96, 1), "1,000.0");
        assert_eq!(shown(5.94, 1), "5.9");
    }

    #[test]
    fn the_silent_model_does_not_count() {
        let point = serde_json::json!({
            "held_percent": { "stranger-joins": 99.0, "dormant-returns": 80.5, "account-taken-silent": 3.0 }
        });
        assert!((weakest(&point).unwrap() - 80.5).abs() < f64::EPSILON);
    }
}
