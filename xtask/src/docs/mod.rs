//! `cargo xtask docs`: the parts of the documentation that are made from data.

mod changes;
mod clients;
pub(crate) mod marked;
mod plot;
mod replay;
mod tables;
mod transfers;
mod vouching;

use crate::{process, say, workspace};
use anyhow::{Context as _, bail};
use clap::Args;
use replay::Replays;
use std::path::PathBuf;
use std::process::Command;

const CALIBRATION: &str = "docs/calibration.md";
const PLOT: &str = "docs/calibration.svg";
const README: &str = "README.md";

/// Write what is generated in the documentation.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if something is out of date
    #[arg(long)]
    check: bool,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for (path, text) in documents()? {
        let file = workspace::root().join(&path);
        let old = std::fs::read_to_string(&file).unwrap_or_default();
        if old == text {
            continue;
        }
        if !arguments.check {
            std::fs::write(&file, text)
                .with_context(|| format!("cannot write {}", file.display()))?;
            say::line(&format!("wrote {path}"));
        }
        stale.push(path);
    }
    if arguments.check && !stale.is_empty() {
        bail!(
            "out of date: {}; `cargo xtask docs` writes them anew",
            stale.join(", ")
        );
    }
    Ok(())
}

/// Fails if something is out of date.
pub(crate) fn check() -> anyhow::Result<()> {
    run(&Arguments { check: true })
}

/// Every document with generated parts, as it should be.
fn documents() -> anyhow::Result<Vec<(String, String)>> {
    let observed = [
        ("clients", clients::table()?),
        ("printed", clients::printed()?),
    ];
    let mut documents = vec![
        filled(changes::LIST, &[("changes", changes::list()?)])?,
        filled(clients::PAGE, &observed)?,
    ];
    match workspace::corpus() {
        Ok(corpus) => {
            let program = program()?;
            let replays = Replays::run(&program, &corpus)?;
            documents.extend(calibrated(&replays)?);
            let web = vouching::table(&program, &corpus)?;
            documents.push(filled(vouching::PAGE, &[("web", web)])?);
            let custody = transfers::table(&program, &corpus)?;
            documents.push(filled(transfers::PAGE, &[("custody", custody)])?);
        }
        Err(place) => say::line(&format!(
            "left out: {CALIBRATION}, {}, {} and the numbers in {README}, for want of a corpus at {}",
            vouching::PAGE,
            transfers::PAGE,
            place.display()
        )),
    }
    Ok(documents)
}

/// The documents that are made from the corpus.
fn calibrated(replays: &Replays) -> anyhow::Result<Vec<(String, String)>> {
    let whole = &replays.whole;
    let pieces = [
        ("headline", tables::headline(whole)?),
        ("compare", tables::compare(whole)?),
        ("halves", tables::halves(replays)?),
        ("incidents", tables::incidents(whole)?),
        ("sweep", tables::sweep(whole)?),
        ("crates", tables::crates(&replays.crates)?),
    ];
    Ok(vec![
        filled(CALIBRATION, &pieces)?,
        (PLOT.to_owned(), plot::svg(whole.list("sweep")?)?),
        filled(README, &[("numbers", tables::numbers(whole)?)])?,
    ])
}

/// A document with its generated pieces put in. One that lacks a marker is
/// said, and left as it is there.
fn filled(path: &str, pieces: &[(&str, String)]) -> anyhow::Result<(String, String)> {
    let file = workspace::root().join(path);
    let mut text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    for (name, body) in pieces {
        match marked::replace(&text, name, body).with_context(|| path.to_owned())? {
            Some(new) => text = new,
            None => say::line(&format!("{path} has no piece `{name}`")),
        }
    }
    Ok((path.to_owned(), text))
}

/// The program, built as the tests build it, so that a run of the tests builds
/// it once.
fn program() -> anyhow::Result<PathBuf> {
    let mut build = Command::new(workspace::cargo());
    build.args(["build", "--quiet", "--workspace", "--bin=tenure"]);
    process::run(build.current_dir(workspace::root()))?;
    Ok(workspace::target()?.join("debug/tenure"))
}
