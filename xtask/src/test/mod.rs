//! `cargo xtask test`: everything that must hold before a change lands, on a
//! Debian machine that has nothing but a Rust toolchain and a C compiler.
//!
//! The test runner comes last, so that the run closes with its summary.

mod checks;
pub(crate) mod clients;
mod corpus;
pub(crate) mod machine;
pub(crate) mod packages;
mod postgres;
pub(crate) mod python;
mod room;
mod runner;
pub(crate) mod tools;

use crate::steps::{Steps, announce};
use crate::{docs, say};
use clap::Args;

/// Check everything and run all tests.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only run the tests: install nothing, and leave out the checks
    #[arg(long)]
    fast: bool,

    /// Only run the tests whose names contain one of these
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    room::warn();
    if !arguments.fast {
        install(&mut steps)?;
    }
    let environment = tools::environment()?;
    if !arguments.fast {
        check(&mut steps, &environment)?;
    }
    corpus::say_if_absent();
    if !arguments.fast {
        announce("times so far");
        say::line(&steps.summary());
    }
    announce("tests");
    runner::test(&environment, &arguments.filters)
}

fn install(steps: &mut Steps) -> anyhow::Result<()> {
    steps.run("programs that the tests need", machine::install)?;
    steps.run("packages that the tests need", tools::install)?;
    steps.run("the test runner", || {
        runner::install();
        Ok(())
    })
}

/// The checks, the quickest first.
fn check(steps: &mut Steps, environment: &tools::Environment) -> anyhow::Result<()> {
    steps.run("format", checks::format)?;
    steps.run("tidy", checks::tidy)?;
    steps.run("dependencies", checks::dependencies)?;
    steps.run("clippy", checks::clippy)?;
    steps.run("documentation of the code", checks::documentation)?;
    steps.run("examples in the documentation", || {
        runner::examples(environment)
    })?;
    steps.run("build of the tests", || runner::build(environment))?;
    steps.run("generated documentation", docs::check)
}
