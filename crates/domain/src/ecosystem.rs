use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A family of registries that share a protocol and a name space; the names
/// are the package-url types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecosystem {
    /// npm and everything that speaks its registry protocol.
    Npm,
    /// Cargo's sparse registries.
    Cargo,
    /// The Python package index.
    Pypi,
    /// NuGet V3 feeds.
    Nuget,
}

impl Ecosystem {
    /// Every ecosystem, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::Npm, Self::Cargo, Self::Pypi, Self::Nuget];

    /// The package-url type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Cargo => "cargo",
            Self::Pypi => "pypi",
            Self::Nuget => "nuget",
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Ecosystem {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|ecosystem| ecosystem.as_str() == text)
            .ok_or_else(|| {
                format!("`{text}` is not an ecosystem; known are npm, cargo, pypi and nuget")
            })
    }
}
