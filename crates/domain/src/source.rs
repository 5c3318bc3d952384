use crate::Time;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where facts were read, so that every fact can be traced back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The address or the file name of the document.
    pub from: String,
    /// When the document was seen or, for a recorded one, when it says it was
    /// last changed.
    pub seen: Option<Time>,
    /// SHA-256 of the document's bytes, in lower-case hex.
    pub sha256: String,
    /// What kind of document it was.
    pub kind: DocumentKind,
}

/// Kinds of document that facts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// npm's full packument: with publishers and dates.
    FullPackument,
    /// npm's abbreviated packument: without publishers and dates.
    AbbreviatedPackument,
    /// A line of a recorded timeline, as `tenure replay` reads it.
    Timeline,
    /// The file of a crate in a cargo index: with dates, without publishers.
    CargoIndex,
    /// The same, with what the registry's API says of publishers and owners.
    CargoApi,
    /// The rows of a crate in a dump of the registry's database.
    CargoDump,
    /// A project's page of a Python index: dates only in newer forms, without
    /// publishers.
    SimplePage,
    /// The same, with what the registry's API says of owners, or attestations
    /// of publishers.
    PypiApi,
    /// The registration of a package in a NuGet feed: with dates, without
    /// publishers and owners.
    NugetRegistration,
    /// The same, with the owners that search names now, or that signatures in
    /// packages name for their version.
    NugetOwners,
}

/// A fact that a verdict needed and that no document gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The package's document could not be had at all.
    Package,
    /// The document does not list this version.
    Release,
    /// This release's manifest: the registry gives its date and no longer
    /// offers it.
    RemovedRelease,
    /// Who published this release.
    Publisher,
    /// When this release was published.
    PublishTime,
    /// Who published any of the releases before.
    EarlierPublishers,
    /// The locked file does not come from the registry that was asked.
    OtherOrigin,
}

impl Missing {
    /// A short phrase for people: what is missing.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Package => "the registry's document of this package",
            Self::Release => "this version in the registry's document",
            Self::RemovedRelease => "this release (the registry removed it)",
            Self::Publisher => "who published this release",
            Self::PublishTime => "when this release was published",
            Self::EarlierPublishers => "who published the earlier releases",
            Self::OtherOrigin => "a registry's record of it: the lockfile takes it from elsewhere",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phrase())
    }
}
