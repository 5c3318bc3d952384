//! Runs the walk-throughs in `examples/`: every `$` line of a README, in a copy
//! of its folder, and compares what it prints with what the README shows.
//!
//! `UPDATE_EXAMPLES=1` writes the README anew.

use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn event_stream() {
    walk_through("event-stream");
}

#[expect(
    clippy::disallowed_methods,
    reason = "how a test is told to write its expectation"
)]
fn walk_through(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name);
    let work = tempfile::tempdir().expect("a temporary folder");
    copy(&folder, work.path());
    let readme = folder.join("README.md");
    let shown = std::fs::read_to_string(&readme).expect("a README");
    let fresh = replay(&shown, work.path());
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(&readme, fresh).expect("the README can be written");
    } else {
        const ADVICE: &str = "run with UPDATE_EXAMPLES=1 if the new output is right";
        for (number, (shown, fresh)) in shown.lines().zip(fresh.lines()).enumerate() {
            assert_eq!(shown, fresh, "line {}; {ADVICE}", number + 1);
        }
        assert_eq!(shown.lines().count(), fresh.lines().count(), "{ADVICE}");
    }
}

/// The README with the output of its commands as it is now.
fn replay(readme: &str, work: &Path) -> String {
    let mut fresh = String::new();
    let mut in_console = false;
    for line in readme.lines() {
        match line {
            "```console" => in_console = true,
            "```" => in_console = false,
            _ => {}
        }
        let command = line.strip_prefix("$ ").filter(|_| in_console);
        if command.is_some() || !in_console || line == "```console" {
            fresh.push_str(line);
            fresh.push('\n');
        }
        if let Some(command) = command {
            fresh.push_str(&run(command, work));
        }
    }
    fresh
}

fn run(command: &str, work: &Path) -> String {
    let words = shell_words(command);
    let (program, arguments) = words.split_first().expect("a command");
    let program = match program.as_str() {
        "tenure" => PathBuf::from(env!("CARGO_BIN_EXE_tenure")),
        other => PathBuf::from(other),
    };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(work)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "80")
        .env("LANG", "C.UTF-8")
        .env("TERM", "xterm")
        .env("TENURE_CACHE", work.join(".cache"))
        .output()
        .expect("the command runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{command}\n{errors}"
    );
    let lines = String::from_utf8_lossy(&output.stdout);
    lines
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// Splits at spaces outside double quotes.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("one word at least").push(c),
        }
    }
    words
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            std::fs::create_dir(&target).expect("a new folder");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
