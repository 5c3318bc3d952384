//! Somebody with one client, one project and nobody's settings.

use crate::client::Client;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tenure_e2e::process;
use tenure_testkit::missing;

pub(crate) struct Home {
    client: &'static Client,
    program: PathBuf,
    folder: TempDir,
}

/// What a run said.
pub(crate) struct Run {
    /// What was typed.
    pub(crate) typed: String,
    pub(crate) status: Option<i32>,
    /// Both outputs, one after the other, without colours.
    pub(crate) text: String,
}

impl Home {
    /// `None`, said on standard error, where the client is missing; in CI that
    /// fails.
    pub(crate) fn of(client: &'static Client) -> Option<Self> {
        let program = (client.ecosystem.program)(client, &tools());
        let runs = |name: &str| Command::new(name).arg("--version").output().is_ok();
        if !program.is_file() || !client.ecosystem.run_by.is_none_or(runs) {
            missing(&format!(
                "{} is not installed; `cargo xtask test` installs it",
                client.id
            ));
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let home = Self {
            client,
            program,
            folder,
        };
        fs::create_dir_all(home.project()).unwrap();
        for (file, text) in client.ecosystem.project {
            home.write(file, text);
        }
        if let Some(arguments) = client.ecosystem.prepared_by {
            let python = home.program.with_file_name("python");
            let run = home.run_program(&python, arguments);
            assert_eq!(run.status, Some(0), "{}", run.shown());
        }
        Some(home)
    }

    pub(crate) fn client(&self) -> &'static Client {
        self.client
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.project().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        let file = self.project().join(name);
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// Makes the project use a registry.
    pub(crate) fn uses(&self, registry: &str) {
        for (file, text) in self.client.settings {
            self.write(file, &text.replace("REGISTRY", registry));
        }
    }

    /// Adds a package, and has it installed.
    pub(crate) fn adds(&self, package: &str) -> Run {
        let package: Vec<&str> = package.split(' ').collect();
        let added = self.run(&[self.client.add, &package].concat());
        match self.client.then {
            Some(then) if added.status == Some(0) => added.followed_by(&self.run(then)),
            _ => added,
        }
    }

    /// The same, where there is a lockfile.
    pub(crate) fn adds_to_locked(&self, package: &str) -> Run {
        let added = match self.client.add_to_locked {
            Some(add) => self.run(&[add, &[package]].concat()),
            None => self.adds(package),
        };
        match self.client.then_locked {
            Some(then) if added.status == Some(0) => added.followed_by(&self.run(then)),
            _ => added,
        }
    }

    /// Writes the lockfile, if the client does not.
    pub(crate) fn writes_lockfile(&self) {
        if let Some(text) = self.client.written {
            self.write(self.client.lockfile, text);
        }
        if let Some(freeze) = self.client.freeze {
            let printed = self.run(freeze);
            assert_eq!(printed.status, Some(0), "{}", printed.shown());
            self.write(self.client.lockfile, &printed.text);
        }
    }

    /// Installs what is in the lockfile.
    pub(crate) fn installs_frozen(&self) -> Run {
        self.run(self.client.frozen)
    }

    /// The project of another one's, whose registry lay at `there`, cloned by
    /// somebody whose registry lies at `here`.
    pub(crate) fn clone_of(other: &Self, there: &str, here: &str) -> Option<Self> {
        let clone = Self::of(other.client)?;
        clone.uses(here);
        let project = other.client.ecosystem.project.first();
        let project = project.map(|(name, _)| *name);
        for name in project.into_iter().chain([other.client.lockfile]) {
            clone.write(name, &other.read(name).replace(there, here));
        }
        if let Some(arguments) = other.client.once_moved {
            let run = clone.run(arguments);
            assert_eq!(run.status, Some(0), "{}", run.shown());
        }
        Some(clone)
    }

    /// The installed version of a package.
    pub(crate) fn installed(&self, package: &str) -> Option<String> {
        (self.client.installed)(&self.project(), package)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the client.
    fn run(&self, arguments: &[&str]) -> Run {
        self.run_program(&self.program, arguments)
    }

    /// Runs a program; of the environment only the path is kept.
    fn run_program(&self, program: &Path, arguments: &[&str]) -> Run {
        let project = self.project().display().to_string();
        let variables = self.client.ecosystem.variables.iter();
        let own = self
            .client
            .ecosystem
            .run_by
            .filter(|_| *program == self.program);
        let mut command = Command::new(own.map_or(program, Path::new));
        let output = command
            .args(own.map(|_| program))
            .args(arguments)
            .current_dir(self.project())
            .env_clear()
            .env("PATH", self.search_path())
            .env("HOME", self.path())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            // Where root runs it, yarn 1 would use a folder of the system's.
            .env("YARN_CACHE_FOLDER", self.path().join("yarn-cache"))
            // Nothing but the registry is to be talked to.
            .env("YARN_ENABLE_TELEMETRY", "0")
            .env("DO_NOT_TRACK", "1")
            .envs(variables.map(|(name, value)| (name, value.replace("PROJECT", &project))))
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("`{}`: {error}", self.program.display()));
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        Run {
            typed: format!("{} {}", self.client.program, arguments.join(" ")),
            status: output.status.code(),
            text: anstream::adapter::strip_str(&text).to_string(),
        }
    }

    /// Clients call themselves by name.
    fn search_path(&self) -> OsString {
        let process = process();
        let path = process.os_variable("PATH").unwrap_or_default();
        let own = self.program.parent().map(Path::to_owned);
        std::env::join_paths(own.into_iter().chain(std::env::split_paths(path))).unwrap()
    }
}

impl Run {
    fn followed_by(self, next: &Self) -> Self {
        Self {
            typed: format!("{} && {}", self.typed, next.typed),
            status: next.status,
            text: self.text + &next.text,
        }
    }

    /// Everything, for the message of a failed test.
    pub(crate) fn shown(&self) -> String {
        let Self {
            typed,
            status,
            text,
        } = self;
        format!("{typed}\nstatus {status:?}\n{text}")
    }
}

/// Where `cargo xtask test` installs what tests need.
fn tools() -> PathBuf {
    let tools = tenure_testkit::oracle::tools();
    // Clients are run elsewhere.
    tools.canonicalize().unwrap_or(tools)
}
