//! `cargo xtask bench`: all benchmarks in release, and one table; and
//! `cargo xtask bench proxy`, `cargo` and `pypi`: the server beside others; and
//! `cargo xtask bench reach`.

mod cargo;
mod http;
mod load;
mod machine;
mod made;
mod numbers;
mod proxy;
mod pypi;
mod race;
mod reach;
mod results;

use crate::{process, say, workspace};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Run the benchmarks and print one table of medians.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,

    /// Only those with this in their name, such as `packument`, `cache` or `check`
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Task {
    Proxy(proxy::Arguments),
    Cargo(cargo::Arguments),
    Pypi(pypi::Arguments),
    Reach(reach::Arguments),
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.task {
        Some(Task::Proxy(arguments)) => return proxy::run(arguments),
        Some(Task::Cargo(arguments)) => return cargo::run(arguments),
        Some(Task::Pypi(arguments)) => return pypi::run(arguments),
        Some(Task::Reach(arguments)) => return reach::run(arguments),
        None => {}
    }
    let targets = targets(arguments.name.as_deref())?;
    // Results of earlier runs would stand in the table as if they were of this.
    let results = workspace::root().join("target/xtask-bench");
    if results.exists() {
        std::fs::remove_dir_all(&results)
            .with_context(|| format!("cannot empty {}", results.display()))?;
    }
    std::fs::create_dir_all(&results)
        .with_context(|| format!("cannot create {}", results.display()))?;
    let mut command = Command::new(workspace::cargo());
    command.args(["bench", "--workspace"]);
    command.args(targets.iter().map(|name| format!("--bench={name}")));
    command.env("CRITERION_HOME", &results);
    if let Some(packument) = packument(&results) {
        command.env("TENURE_BENCH_PACKUMENT", packument);
    }
    process::run(command.current_dir(workspace::root()))?;
    let table = results::table(&results::read(&results)?);
    write!(std::io::stdout(), "\n{table}").context("cannot print the table")
}

/// The benchmarks of the workspace whose names contain `wanted`.
fn targets(wanted: Option<&str>) -> anyhow::Result<Vec<String>> {
    let metadata = workspace::metadata()?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let benches = targets.filter(|target| target["kind"][0] == "bench");
    let all: Vec<String> = benches
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    let chosen = all
        .iter()
        .filter(|name| wanted.is_none_or(|part| name.contains(part)));
    let chosen: Vec<String> = chosen.cloned().collect();
    if chosen.is_empty() {
        bail!("no such benchmark; there are: {}", all.join(", "));
    }
    Ok(chosen)
}

/// The largest recorded packument, unless another one is given already.
fn packument(folder: &Path) -> Option<PathBuf> {
    if let Some(given) = workspace::variable("TENURE_BENCH_PACKUMENT") {
        return Some(given.into());
    }
    let Ok(corpus) = workspace::corpus() else {
        say::line("no corpus: packuments are measured on a generated one only");
        return None;
    };
    let archive = corpus.join("npm/packuments.tar.gz");
    let unpacked = folder.join("packuments");
    std::fs::create_dir(&unpacked).ok()?;
    let tar = Command::new("tar")
        .arg("--extract")
        .arg("--file")
        .arg(archive)
        .arg("--directory")
        .arg(&unpacked)
        .arg("--transform=s,.*/,,")
        .status();
    tar.ok().filter(std::process::ExitStatus::success)?;
    let files = std::fs::read_dir(&unpacked).ok()?.filter_map(Result::ok);
    let sizes = files.filter_map(|file| Some((file.metadata().ok()?.len(), file.path())));
    Some(sizes.max()?.1)
}
