//! The facts that make a change one, as data and as sentences.

use crate::standing::plural;
use serde::Serialize;
use tenure_domain::{Days, Ecosystem, Party, Time};

/// A fact about a change. Each is computed from fields of the registry's
/// document; [`Fact::fields`] names them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// One party had published everything until then.
    SoleHolder {
        /// Who.
        party: Party,
        /// How many releases.
        releases: usize,
    },
    /// The package had been silent.
    Silence {
        /// For how long.
        days: Days,
    },
    /// None of the earlier publishers is listed as an owner any more.
    EarlierHandsGone,
    /// The publisher was not listed as an owner at any earlier release.
    NotListedBefore,
    /// Who was an owner at earlier releases is not known: the registry tells
    /// the present ones alone.
    EarlierOwnersNotKnown,
    /// The publisher was listed as an owner already.
    ListedSince {
        /// Since when.
        since: Time,
    },
    /// The publisher was made an owner.
    MadeOwner {
        /// When.
        at: Time,
        /// By whom, if by somebody else, and that is known.
        by: Option<Party>,
    },
    /// The publisher's previous release here was long ago.
    AbsentFrom {
        /// How long ago.
        days: Days,
    },
    /// The publisher's previous release anywhere at hand was long ago.
    UnseenFor {
        /// How long ago.
        days: Days,
    },
    /// Others released while the publisher was away.
    OthersReleased {
        /// How many releases.
        releases: usize,
    },
    /// How the workflow's repository relates to the package's.
    Repository {
        /// The relation.
        relation: WorkflowRepository,
    },
    /// The workflow that published before.
    EarlierWorkflow {
        /// It.
        party: Party,
    },
    /// The releases before carried evidence, this one does not.
    AttestedRun {
        /// The release line.
        line: String,
        /// How many in a row.
        releases: usize,
    },
    /// The e-mail domain changed.
    ContactDomain {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// The declared repository changed.
    DeclaredRepository {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// Parties that are listed as owners and were not before.
    OwnersAdded {
        /// Who.
        parties: Vec<Party>,
    },
    /// Parties that were listed as owners and are not any more.
    OwnersRemoved {
        /// Who.
        parties: Vec<Party>,
    },
    /// The list of owners changed between two looks at it.
    OwnersSeen {
        /// When the earlier list was last seen.
        before: Time,
        /// When the later one was first seen.
        after: Time,
    },
}

/// How a workflow's repository relates to the one the package declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkflowRepository {
    /// The registry confirmed it with provenance, and it is the repository
    /// that earlier releases declared.
    Linked,
    /// It is another one than earlier releases declared.
    Another,
    /// The registry names it, and it is not the one that earlier releases
    /// declared.
    Elsewhere,
    /// What would tell is not in the document.
    NotKnown,
}

impl Fact {
    /// The fact as a short sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::SoleHolder { party, releases } => {
                format!("{party} alone had published all {releases} earlier releases")
            }
            Self::Silence { days } => format!("no release for {days} before"),
            Self::EarlierHandsGone => {
                "no earlier publisher is listed as an owner any more".to_owned()
            }
            Self::NotListedBefore => "was not listed as an owner before".to_owned(),
            Self::EarlierOwnersNotKnown => "who was an owner before is not known".to_owned(),
            Self::ListedSince { since } => format!("listed as an owner since {}", since.date()),
            Self::MadeOwner { at, by: Some(by) } => {
                format!("made an owner by {by} on {}", at.date())
            }
            Self::MadeOwner { at, by: None } => format!("an owner since {}", at.date()),
            Self::AbsentFrom { days } => format!("last release here {days} before"),
            Self::UnseenFor { days } => format!("last release anywhere at hand {days} before"),
            Self::OthersReleased { releases } => {
                format!(
                    "{} by others in between",
                    plural(*releases, "release", "releases")
                )
            }
            Self::Repository { relation } => relation.sentence().to_owned(),
            Self::EarlierWorkflow { party } => format!("{party} published before"),
            Self::AttestedRun { line, releases } => {
                format!(
                    "the {releases} releases of line {line} before carried provenance, this one does not"
                )
            }
            Self::ContactDomain { from, to } => {
                format!("e-mail domain changed from {from} to {to}")
            }
            Self::DeclaredRepository { from, to } => {
                format!("declared repository moved from {from} to {to}")
            }
            Self::OwnersAdded { parties } => format!("owners added: {}", list(parties)),
            Self::OwnersRemoved { parties } => format!("owners removed: {}", list(parties)),
            Self::OwnersSeen { before, after } => format!(
                "the earlier list was last seen on {}, the later one first on {}",
                before.date(),
                after.date()
            ),
        }
    }

    /// What of a registry's documents it was read from.
    pub fn fields(&self, ecosystem: Ecosystem) -> &'static str {
        let is_npm = ecosystem == Ecosystem::Npm;
        match self {
            Self::EarlierWorkflow { .. } if is_npm => "versions[*]._npmUser.trustedPublisher",
            Self::AttestedRun { .. } if is_npm => "versions[*].dist.attestations",
            Self::SoleHolder { .. }
            | Self::AbsentFrom { .. }
            | Self::OthersReleased { .. }
            | Self::EarlierWorkflow { .. } => publisher(ecosystem),
            Self::Silence { .. } | Self::UnseenFor { .. } => time(ecosystem),
            Self::EarlierHandsGone
            | Self::NotListedBefore
            | Self::ListedSince { .. }
            | Self::OwnersAdded { .. }
            | Self::OwnersRemoved { .. } => owners(ecosystem),
            Self::EarlierOwnersNotKnown => "the list of owners, which has the present ones alone",
            Self::MadeOwner { .. } => "crate_owners.created_at, crate_owners.created_by",
            Self::OwnersSeen { .. } => "the list of owners, looked at again and again",
            Self::Repository { .. } | Self::AttestedRun { .. } => evidence(ecosystem),
            Self::ContactDomain { .. } => "versions[*]._npmUser.email",
            Self::DeclaredRepository { .. } => repository(ecosystem),
        }
    }
}

/// Where registries say who published a release.
fn publisher(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => "versions[*]._npmUser, time",
        Ecosystem::Cargo => "versions[*].published_by, versions[*].trustpub_data",
        Ecosystem::Pypi => "the publishers in the files' provenance (PEP 740)",
        Ecosystem::Nuget => "the owners in the packages' repository signatures",
    }
}

/// Where they say when.
fn time(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => "time",
        Ecosystem::Cargo => "versions[*].created_at",
        Ecosystem::Pypi => "files[*].upload-time",
        Ecosystem::Nuget => "catalogEntry.published",
    }
}

/// Where they say who owned a package at a release.
fn owners(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => "versions[*].maintainers",
        Ecosystem::Cargo | Ecosystem::Pypi => "the list of owners, looked at again and again",
        Ecosystem::Nuget => "the owners in the packages' repository signatures",
    }
}

/// Where they say how a release was built.
fn evidence(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => "versions[*].dist.attestations, versions[*].repository",
        Ecosystem::Cargo => "versions[*].trustpub_data, crate.repository",
        Ecosystem::Pypi => "the files' provenance (PEP 740)",
        Ecosystem::Nuget => "the packages' signatures",
    }
}

/// Where they say which repository a package declares.
fn repository(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => "versions[*].repository",
        Ecosystem::Cargo => "crate.repository",
        Ecosystem::Pypi => "the files' metadata",
        Ecosystem::Nuget => "catalogEntry.projectUrl",
    }
}

impl WorkflowRepository {
    fn sentence(self) -> &'static str {
        match self {
            Self::Linked => {
                "it runs in the repository that the package already declared (the registry checked it)"
            }
            Self::Another => "the package's declared repository is another one than before",
            Self::Elsewhere => {
                "it runs in another repository than the one that the package declared"
            }
            Self::NotKnown => {
                "whether it runs in the package's own repository is not in the registry's document"
            }
        }
    }
}

fn list(parties: &[Party]) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = parties
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect();
    match parties.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
