//! The little that is asked of git.

use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tenure_upstream::Environment;

/// An installed git, in one folder.
pub(crate) struct Git {
    program: PathBuf,
    folder: PathBuf,
}

impl Git {
    /// The git in `PATH`.
    pub(crate) fn new(env: &Environment, folder: &Path) -> anyhow::Result<Self> {
        let program = env
            .find_program("git")
            .context("git is not in PATH; install it, or leave out what needs it")?;
        Ok(Self {
            program,
            folder: folder.to_owned(),
        })
    }

    /// The commit that a revision names.
    pub(crate) fn commit(&self, revision: &str) -> anyhow::Result<String> {
        if revision.starts_with('-') {
            bail!("`{revision}` is not a git revision");
        }
        let wanted = format!("{revision}^{{commit}}");
        let output = self.run(&["rev-parse", "--verify", "--quiet", &wanted])?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        if !self.run(&["rev-parse", "--git-dir"])?.status.success() {
            bail!(
                "`--base {revision}` needs a git repository, and `{}` is in none",
                self.folder.display()
            );
        }
        bail!(
            "`{revision}` names no commit of the repository of `{}`; fetch it first",
            self.folder.display()
        )
    }

    /// The bytes of a file of this folder at a commit; `None` if it was not
    /// there.
    pub(crate) fn show(&self, commit: &str, file: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let output = self.run(&["show", &format!("{commit}:./{file}")])?;
        Ok(output.status.success().then_some(output.stdout))
    }

    /// A setting, if it is set.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        let output = self.run(&["config", "--get", key]).ok()?;
        let value = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.success() && !value.is_empty()).then_some(value)
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        Command::new(&self.program)
            .arg("-C")
            .arg(&self.folder)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run `{}`", self.program.display()))
    }
}
