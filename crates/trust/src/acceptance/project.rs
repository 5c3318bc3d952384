//! `tenure.toml`: a project's decisions and settings.

use super::{Accept, Block, Decisions, Follow, SamePerson, Trust, Vouches};
use crate::identity::{IdentityRules, IdentityRulesError};
use crate::policy::{Policy, PolicyError};
use crate::web::{Rules, RulesError};
use serde::Deserialize;
use tenure_domain::{Ecosystem, Party};

/// The contents of a `tenure.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProjectFile {
    /// The policy; what it does not name is as in the defaults.
    pub policy: Policy,
    /// Where registries are.
    pub upstream: Upstreams,
    /// The settings of a server, or which server a project's decisions go to.
    /// Whoever uses them reads them.
    pub server: toml::Table,
    /// Whose vouches count.
    pub follow: Vec<Follow>,
    /// What it takes to be accepted because others vouch.
    pub vouching: Rules,
    /// More vouches than those of people who are followed.
    pub vouches: Vec<Vouches>,
    /// How links between keys and accounts are looked at.
    pub identity: IdentityRules,
    accept: Vec<Accept>,
    trust: Vec<Trust>,
    block: Vec<Block>,
    same_person: Vec<SamePerson>,
}

/// Registries by ecosystem, where the project names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upstreams {
    /// The npm registry's address.
    pub npm: Option<String>,
    /// The address of the cargo registry's index, with `sparse+` before it or
    /// without.
    pub cargo: Option<String>,
    /// The address of a Python index, the folder of its projects' pages.
    pub pypi: Option<String>,
    /// The service index of a NuGet feed.
    pub nuget: Option<String>,
}

impl Upstreams {
    /// The addresses that are given, by ecosystem.
    pub fn by_ecosystem(&self) -> impl Iterator<Item = (Ecosystem, &str)> {
        let all = [
            (Ecosystem::Npm, &self.npm),
            (Ecosystem::Cargo, &self.cargo),
            (Ecosystem::Pypi, &self.pypi),
            (Ecosystem::Nuget, &self.nuget),
        ];
        all.into_iter()
            .filter_map(|(ecosystem, address)| Some((ecosystem, address.as_deref()?)))
    }
}

/// Why a `tenure.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Not TOML, or not a project file. The message shows the line.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// Its policy makes no sense.
    #[error("[policy] {0}")]
    Policy(#[from] PolicyError),
    /// Its rules of vouching make no sense.
    #[error("[vouching] {0}")]
    Vouching(#[from] RulesError),
    /// Its rules of identity links make no sense.
    #[error("[identity] {0}")]
    Identity(#[from] IdentityRulesError),
    /// An entry of `[[block]]` names neither a package nor a person.
    #[error("[[block]] with reason `{0}` names neither a package nor a person")]
    EmptyBlock(String),
}

impl ProjectFile {
    /// The sources of vouches that it names.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let followed = self.follow.iter();
        let followed = followed.filter_map(|follow| follow.vouches.as_deref());
        followed.chain(self.vouches.iter().map(|vouches| &*vouches.from))
    }

    /// Reads a `tenure.toml`.
    ///
    /// # Errors
    /// When it is malformed; the message shows the line.
    pub fn parse(text: &str) -> Result<Self, ProjectError> {
        let file: Self = toml::from_str(text)?;
        file.policy.check()?;
        file.vouching.check()?;
        file.identity.check()?;
        match file
            .block
            .iter()
            .find(|block| block.package.is_none() && block.person.is_none())
        {
            Some(empty) => Err(ProjectError::EmptyBlock(empty.reason.clone())),
            None => Ok(file),
        }
    }

    /// Its decisions.
    pub fn decisions(&self) -> Decisions {
        Decisions {
            accept: self.accept.clone(),
            trust: self.trust.clone(),
            publishers: Vec::new(),
            vouched: Vec::new(),
            block: self.block.clone(),
        }
    }

    /// Groups of ids that are one person each.
    pub fn links(&self) -> Vec<Vec<Party>> {
        self.same_person
            .iter()
            .map(|group| group.ids.clone())
            .collect()
    }
}
