//! The checks that are no tests.

use crate::{process, say, workspace};
use std::process::Command;

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(workspace::cargo());
    command.args(arguments).current_dir(workspace::root());
    command
}

pub(super) fn format() -> anyhow::Result<()> {
    process::run(&mut cargo(&["fmt", "--all", "--", "--check"]))
}

/// The rules about the text of the repository, which are tests of this crate.
pub(super) fn tidy() -> anyhow::Result<()> {
    let mut command = cargo(&["test", "--quiet", "--package=xtask", "--test=tidy"]);
    command.args(["--", "--nocapture"]);
    // Where a rule is checked is no news; what breaks it is.
    process::run(command.env("RUST_BACKTRACE", "0"))
}

pub(super) fn dependencies() -> anyhow::Result<()> {
    if process::find("cargo-deny").is_none() {
        say::line("skipped: cargo-deny is not installed");
        return Ok(());
    }
    process::run(&mut cargo(&[
        "deny",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

pub(super) fn clippy() -> anyhow::Result<()> {
    process::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny=warnings",
    ]))
}

pub(super) fn documentation() -> anyhow::Result<()> {
    let mut command = cargo(&["doc", "--workspace", "--no-deps"]);
    process::run(command.env("RUSTDOCFLAGS", "--deny=warnings"))
}
