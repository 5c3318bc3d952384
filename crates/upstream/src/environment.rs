//! What may be read from the process environment, read once and passed in.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A snapshot of the process environment: variables, home folder, current
/// folder. Everything that looks at the environment looks here, so a test can
/// say what it sees.
///
/// `Debug` lists the names of the variables only, for values may be secret.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    home: Option<PathBuf>,
    current_dir: PathBuf,
}

impl Environment {
    /// What this process sees now.
    pub fn from_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            home: std::env::home_dir().filter(|home| home.is_absolute()),
            // Without a current folder relative paths fail where they are used.
            current_dir: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// An environment without any variable and without a home folder.
    pub fn empty(current_dir: impl Into<PathBuf>) -> Self {
        Self {
            current_dir: current_dir.into(),
            ..Self::default()
        }
    }

    /// Sets a variable.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.insert(name.into(), value.as_ref().into());
        self
    }

    /// Sets the home folder, and the variable `HOME` with it.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        let home = home.into();
        self.variables.insert("HOME".into(), home.clone().into());
        self.home = Some(home);
        self
    }

    /// The value of a variable; `None` if it is unset, empty or no Unicode.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.os_variable(name)?.to_str()
    }

    /// The path in a variable; `None` if it is unset or empty.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.os_variable(name).map(PathBuf::from)
    }

    /// The value of a variable; `None` if it is unset or empty.
    pub fn os_variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value)
    }

    /// All variables, by name.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The user's home folder.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The folder that relative paths start from.
    pub fn current_dir(&self) -> &Path {
        &self.current_dir
    }

    /// Where this user keeps Tenure's cache: `TENURE_CACHE`, else `tenure`
    /// below `XDG_CACHE_HOME`, else `.cache/tenure` in the home folder.
    pub fn cache_dir(&self) -> Option<PathBuf> {
        // A relative XDG path is to be ignored, says its specification.
        let xdg = || {
            self.path("XDG_CACHE_HOME")
                .filter(|path| path.is_absolute())
                .map(|path| path.join("tenure"))
        };
        self.path("TENURE_CACHE")
            .map(|path| self.current_dir.join(path))
            .or_else(xdg)
            .or_else(|| self.home().map(|home| home.join(".cache/tenure")))
    }

    /// Where this user keeps Tenure's data: `TENURE_DATA`, else `tenure` below
    /// `XDG_DATA_HOME`, else `.local/share/tenure` in the home folder.
    pub fn data_dir(&self) -> Option<PathBuf> {
        let xdg = || {
            self.path("XDG_DATA_HOME")
                .filter(|path| path.is_absolute())
                .map(|path| path.join("tenure"))
        };
        self.path("TENURE_DATA")
            .map(|path| self.current_dir.join(path))
            .or_else(xdg)
            .or_else(|| self.home().map(|home| home.join(".local/share/tenure")))
    }

    /// The first executable file of that name in `PATH`.
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        let suffixes: &[&str] = if cfg!(windows) {
            &[".exe", ".cmd", ".bat"]
        } else {
            &[""]
        };
        std::env::split_paths(self.os_variable("PATH")?)
            // An entry such as `.` would run what the project brought along.
            .filter(|folder| folder.is_absolute())
            .flat_map(|folder| {
                suffixes
                    .iter()
                    .map(move |suffix| folder.join(format!("{name}{suffix}")))
            })
            .find(|file| is_executable(file))
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .field("current_dir", &self.current_dir)
            .finish()
    }
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cache_folder_prefers_the_most_explicit_place() {
        let env = Environment::empty("/project").with_home("/home/ada");
        assert_eq!(env.cache_dir(), Some("/home/ada/.cache/tenure".into()));
        let env = env.with_variable("XDG_CACHE_HOME", "relative");
        assert_eq!(env.cache_dir(), Some("/home/ada/.cache/tenure".into()));
        let env = env.with_variable("XDG_CACHE_HOME", "/var/cache/ada");
        assert_eq!(env.cache_dir(), Some("/var/cache/ada/tenure".into()));
        let env = env.with_variable("TENURE_CACHE", "here");
        assert_eq!(env.cache_dir(), Some("/project/here".into()));
        assert_eq!(Environment::empty("/project").cache_dir(), None);
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let env = Environment::empty("/").with_variable("X", "");
        assert_eq!(env.variable("X"), None);
    }

    #[test]
    fn debug_keeps_values_to_itself() {
        let env = Environment::empty("/").with_variable("NPM_TOKEN", "hunter2");
        let shown = format!("{env:?}");
        assert!(
            shown.contains("NPM_TOKEN") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
