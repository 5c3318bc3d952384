//! A project in a temporary folder, and the binary in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tenure_upstream::Environment;

/// A copy of the fixtures: `project/` and, beside it, `facts/`.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Recorded facts, judged at a moment that does not move.
pub(crate) const FACTS: [&str; 4] = ["--facts", "../facts", "--as-of", "2020-06-01"];

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        for part in ["project", "facts"] {
            copy(&fixtures.join(part), &folder.path().join(part));
        }
        Self { folder }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.root().join(name), text).expect("a readable, writable folder");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root().join(name)).expect("a readable, writable folder")
    }

    /// The binary, in an environment of which only `PATH` is kept.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let process = Environment::from_process();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
        command
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .env("PATH", process.os_variable("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs `tenure` as given.
    pub(crate) fn tenure(&self, arguments: &[&str]) -> Run {
        run(self.command(arguments))
    }

    /// Runs `tenure` on the recorded facts.
    pub(crate) fn judge(&self, arguments: &[&str]) -> Run {
        self.tenure(&[arguments, &FACTS].concat())
    }

    /// Runs git, and expects it to succeed.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let mut command = self.command(&[]);
        let environment: Vec<_> = command
            .get_envs()
            .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
            .collect();
        command = Command::new("git");
        command
            .env_clear()
            .envs(environment)
            .current_dir(self.root())
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@mail.example"])
            .args(arguments);
        let done = run(command);
        assert_eq!(done.status, 0, "{arguments:?}: {}", done.err);
    }
}

pub(crate) fn run(mut command: Command) -> Run {
    let output = command.output().expect("a program that starts");
    Run {
        status: output.status.code().expect("an exit status"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

impl Run {
    /// Whether the answer has these words, wherever its lines are broken.
    pub(crate) fn said(&self, words: &str) -> bool {
        let text: Vec<&str> = self.out.split_whitespace().collect();
        text.join(" ").contains(words)
    }

    /// Everything, as it would be seen.
    pub(crate) fn shown(&self) -> String {
        let Self { status, out, err } = self;
        format!("{out}--- stderr\n{err}--- status {status}\n")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a readable, writable folder");
    for entry in fs::read_dir(from).expect("a readable, writable folder") {
        let entry = entry.expect("a readable, writable folder");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a readable, writable folder");
    }
}
