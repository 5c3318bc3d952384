//! A project in a temporary folder, npm and `tenure` in it.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tenure_e2e::{process, program};
use tenure_testkit::missing;

/// A project of one who has no settings of their own.
pub(crate) struct Project {
    home: TempDir,
    keeps_environment: bool,
}

/// What a run said.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Everything, for the message of a failed test.
    pub(crate) fn shown(&self) -> String {
        let Self { status, out, err } = self;
        format!("status {status:?}\n--- out\n{out}\n--- err\n{err}")
    }
}

impl Project {
    /// A project that depends on `dependencies` and whose `.npmrc` names the
    /// registry.
    pub(crate) fn new(registry: &str, dependencies: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let project = Self {
            home,
            keeps_environment: false,
        };
        std::fs::create_dir(project.folder()).unwrap();
        let wanted: Value = dependencies
            .iter()
            .map(|(name, range)| ((*name).to_owned(), json!(range)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let manifest = json!({ "name": "project", "version": "1.0.0", "dependencies": wanted });
        project.write("package.json", &format!("{manifest:#}\n"));
        project.write(".npmrc", &format!("registry={registry}\n"));
        project
    }

    /// Runs programs in the environment of the test run, which may say how to
    /// get at the network and whom to believe there.
    pub(crate) fn keep_environment(mut self) -> Self {
        self.keeps_environment = true;
        self
    }

    /// Where it lies; a folder beside it is its own, too.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("project")
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).unwrap();
    }

    /// Whether the project has such a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder().join(name).is_file()
    }

    /// `npm install`, nothing else. `None`, said on standard error, where npm
    /// is missing; in CI that fails.
    pub(crate) fn npm_install(&self) -> Option<Run> {
        let Some(npm) = process().find_program("npm") else {
            missing("npm is not installed; `cargo xtask test` installs it");
            return None;
        };
        let quiet = ["--fund=false", "--audit=false", "--update-notifier=false"];
        Some(self.run(&npm, &[&["install"], quiet.as_slice()].concat()))
    }

    /// The version of a package that was installed.
    pub(crate) fn installed(&self, package: &str) -> String {
        let file = self.folder().join("package-lock.json");
        let lockfile: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let version = &lockfile["packages"][format!("node_modules/{package}")]["version"];
        version
            .as_str()
            .unwrap_or_else(|| panic!("{package} is not locked"))
            .to_owned()
    }

    /// Runs the built program.
    pub(crate) fn tenure(&self, arguments: &[&str]) -> Run {
        self.run(&program(), arguments)
    }

    /// Unless it was said otherwise, only the path is kept of the environment.
    fn run(&self, program: &Path, arguments: &[&str]) -> Run {
        let mut command = Command::new(program);
        if !self.keeps_environment {
            let path = process().os_variable("PATH").unwrap_or_default().to_owned();
            command
                .env_clear()
                .env("PATH", path)
                .env("HOME", self.home.path());
        }
        let output = command
            .args(arguments)
            .current_dir(self.folder())
            .env("TENURE_CACHE", self.home.path().join("tenure"))
            .env("npm_config_cache", self.home.path().join("npm"))
            .env("npm_config_globalconfig", self.home.path().join("no-npmrc"))
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap_or_else(|error| panic!("`{}` cannot be run: {error}", program.display()));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run {
            status: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}
