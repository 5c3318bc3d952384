//! A machine for the tests of what clients are configured for.

use crate::configured::Configured;
use crate::npm_config::RegistryOptions;
use crate::{Environment, Upstream, UpstreamError};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tenure_testkit::folder_with;

/// A machine with a home and a project below it.
pub(crate) struct Machine {
    folder: TempDir,
    env: Environment,
    project: PathBuf,
    load: fn(RegistryOptions) -> Configured,
}

impl Machine {
    /// A machine with these files, where somebody stands in `project`. `load`
    /// reads what is configured.
    pub(crate) fn new(
        files: &[(&str, &str)],
        project: &str,
        load: fn(RegistryOptions) -> Configured,
    ) -> Self {
        let folder = folder_with(files);
        let project = folder.path().join(project);
        let env = Environment::empty(&project).with_home(folder.path());
        Self {
            folder,
            env,
            project,
            load,
        }
    }

    /// The path of its home.
    pub(crate) fn home(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.env = self.env.with_variable(name, value);
        self
    }

    pub(crate) fn configured(&self) -> Configured {
        self.configured_in(self.env.clone())
    }

    fn configured_in(&self, env: Environment) -> Configured {
        (self.load)(RegistryOptions {
            env,
            project: self.project.clone(),
            flag: None,
            configured: None,
            lockfile: None,
            cache_dir: None,
            now: "2026-11-22".parse().unwrap(),
        })
    }

    /// The default registry, and where it is from; or why there is none.
    pub(crate) fn default(&self) -> String {
        said(self.configured().default_upstream().cloned())
    }

    /// The same while a variable is set.
    pub(crate) fn default_with(&self, name: &str, value: &str) -> String {
        let env = self.env.clone().with_variable(name, value);
        said(self.configured_in(env).default_upstream().cloned())
    }

    /// The registry of what a lockfile takes from `locked`.
    pub(crate) fn of(&self, locked: &str) -> String {
        said(self.configured().of(Some(locked)))
    }
}

fn said(found: Result<Upstream, UpstreamError>) -> String {
    match found {
        Ok(upstream) => format!("{} from {}", upstream.url(), upstream.place()),
        Err(error) => error.to_string(),
    }
}
