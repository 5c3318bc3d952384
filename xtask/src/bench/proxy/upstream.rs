//! The registry that is proxied: `fake-npm` of `crates/testkit`, a process of
//! its own.

use crate::running::{Running, free_port};
use crate::{process, workspace};
use std::path::Path;
use std::process::Command;

/// A registry elsewhere, as it is seen from an office: 50 ms until it begins
/// to answer, and a line of 100 Mbit/s.
pub(super) const PACE: (u32, u32) = (50, 100);

/// A registry that runs.
#[derive(Debug)]
pub(super) struct Upstream {
    /// Its address, with a slash at the end.
    pub(super) url: String,
    _running: Running,
}

impl Upstream {
    /// Serves the documents in `folders`, at a pace if one is given.
    pub(super) fn start(
        folders: &[&Path],
        pace: Option<(u32, u32)>,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut build = Command::new(workspace::cargo());
        build.args(["build", "--quiet", "--release", "--package=tenure-testkit"]);
        process::run(build.arg("--bin=fake-npm").current_dir(workspace::root()))?;
        let port = free_port()?;
        let mut command = Command::new(workspace::target()?.join("release/fake-npm"));
        command.args(["--port", &port.to_string()]);
        if let Some((milliseconds, megabits)) = pace {
            command.args(["--pace", &format!("{milliseconds},{megabits}")]);
        }
        let running = Running::start(command.args(folders), log.to_owned(), port)?;
        let url = format!("http://127.0.0.1:{port}/");
        running.wait_until_said(&url)?;
        Ok(Self {
            url,
            _running: running,
        })
    }
}
