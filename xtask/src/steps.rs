//! The steps of a task, announced as they begin, timed when they end.

use crate::say;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The steps so far.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs a step.
    pub(crate) fn run(
        &mut self,
        name: &str,
        step: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        announce(name);
        let started = Instant::now();
        step()?;
        self.done.push((name.to_owned(), started.elapsed()));
        Ok(())
    }

    /// Says how long each step took.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        for (name, took) in &self.done {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{:>8.1} s  {name}", took.as_secs_f64());
        }
        text.trim_end().to_owned()
    }
}

/// Says that a step begins.
pub(crate) fn announce(name: &str) {
    say::line(&format!("\n==> {name}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_ends_the_task_and_is_not_counted() {
        let mut steps = Steps::default();
        steps.run("one", || Ok(())).unwrap();
        assert!(steps.run("two", || anyhow::bail!("no")).is_err());
        assert!(steps.summary().ends_with(" s  one"));
    }
}
