use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// Where a setting was found; displays as people would say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The flag `--upstream`.
    Flag,
    /// The project's `tenure.toml`.
    ProjectConfig,
    /// A variable of the environment, by its name as it was written.
    Variable(String),
    /// A file, by a name short enough to read.
    File {
        /// Relative to the project, or with `~` for the home folder.
        name: String,
        /// Counted from 1, where the format lets us know.
        line: Option<u32>,
    },
    /// The answer of an installed client to this command.
    Command(String),
    /// The addresses in the lockfile.
    Lockfile,
}

impl Place {
    /// A place in `path`, named relative to `root` or to `home` where it lies
    /// below one of them.
    pub(crate) fn file(path: &Path, root: &Path, home: Option<&Path>, line: Option<u32>) -> Self {
        Self::File {
            name: short_name(path, root, home),
            line,
        }
    }
}

/// `path` as people would write it who stand in `root`.
pub(crate) fn short_name(path: &Path, root: &Path, home: Option<&Path>) -> String {
    if let Ok(rest) = path.strip_prefix(root) {
        return rest.display().to_string();
    }
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("the flag `--upstream`"),
            Self::ProjectConfig => f.write_str("`tenure.toml`"),
            Self::Variable(name) => write!(f, "the variable `{name}`"),
            Self::File { name, line: None } => write!(f, "`{name}`"),
            Self::File {
                name,
                line: Some(line),
            } => write!(f, "`{name}` line {line}"),
            Self::Command(command) => write!(f, "`{command}`"),
            Self::Lockfile => f.write_str("the addresses in the lockfile"),
        }
    }
}
