//! Running a program that reads a text and prints one.

use anyhow::{Context as _, bail};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What a command prints that is given a text.
///
/// # Errors
/// When it cannot be started, or fails: what it said of that.
pub(super) fn run(command: &mut Command, text: &str) -> anyhow::Result<String> {
    let program = command.get_program().to_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{}`", program.display()))?;
    // A statement is far smaller than a pipe, so nobody waits for anybody; who
    // reads none may be gone already.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(text.as_bytes());
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}", said.trim());
    }
    String::from_utf8(output.stdout).context("it printed no text")
}
