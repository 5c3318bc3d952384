//! The test runner: cargo-nextest, or cargo's own where that cannot be had.

use super::tools::Environment;
use crate::{process, say, workspace};
use std::process::Command;

fn has_nextest() -> bool {
    process::answer(workspace::cargo(), &["nextest", "--version"]).is_some()
}

/// Installs cargo-nextest if it is missing. The tests can do without.
pub(super) fn install() {
    if has_nextest() {
        return;
    }
    let installed = process::run(
        Command::new(workspace::cargo())
            .args(["install", "cargo-nextest", "--locked"])
            .current_dir(workspace::root()),
    );
    if let Err(error) = installed {
        say::line(&format!("going on with `cargo test`: {error:#}"));
    }
}

/// Builds the tests and the programs that they start.
pub(super) fn build(environment: &Environment) -> anyhow::Result<()> {
    let mut command = Command::new(workspace::cargo());
    command.args(["test", "--workspace", "--no-run", "--quiet"]);
    process::run(environment.give(command.current_dir(workspace::root())))
}

/// Runs the examples in documentation, which nextest does not know.
pub(super) fn examples(environment: &Environment) -> anyhow::Result<()> {
    let mut command = Command::new(workspace::cargo());
    command.args(["test", "--workspace", "--doc", "--quiet"]);
    process::run(environment.give(command.current_dir(workspace::root())))
}

/// Runs the tests whose names contain one of `filters`, all if there are none.
pub(super) fn test(environment: &Environment, filters: &[String]) -> anyhow::Result<()> {
    let nextest = has_nextest();
    let mut command = Command::new(workspace::cargo());
    if nextest {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        command.args(filters);
    } else {
        command.args(["test", "--workspace", "--no-fail-fast"]);
        // cargo takes one filter before `--` and any number after it.
        command.arg("--").args(filters);
    }
    process::run(environment.give(command.current_dir(workspace::root())))
}
