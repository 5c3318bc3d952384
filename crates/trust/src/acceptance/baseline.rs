//! `tenure.lock`: the hands a project has accepted, trust on first use.

use super::date;
use crate::change::{Change, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tenure_domain::{History, PackageId, Party, Time};

/// The contents of a `tenure.lock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// What was accepted of each package.
    #[serde(default)]
    pub packages: BTreeMap<PackageId, BaselineEntry>,
}

/// What was accepted of one package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// Everything up to this release, by its date, is accepted.
    pub through: String,
    /// Who held it then, and who was accepted since. Empty where the registry
    /// did not say.
    pub hands: Vec<Party>,
    /// When the entry was written.
    #[serde(with = "date")]
    pub on: Time,
}

/// Why a `tenure.lock` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Not TOML, or not a baseline. The message shows the line.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// Written by a newer version of the program.
    #[error("it has version {0}, this program reads version {FORMAT}; use a newer tenure")]
    Version(u32),
}

const FORMAT: u32 = 1;
const HEADER: &str = "\
# The hands that this project has accepted. Written by `tenure init` and
# `tenure accept`; commit it beside the lockfile.
";

impl Default for Baseline {
    fn default() -> Self {
        Self {
            version: FORMAT,
            packages: BTreeMap::new(),
        }
    }
}

impl Baseline {
    /// Reads a `tenure.lock`.
    ///
    /// # Errors
    /// When it is malformed or from a newer version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = toml::from_str(text)?;
        if baseline.version != FORMAT {
            return Err(BaselineError::Version(baseline.version));
        }
        Ok(baseline)
    }

    /// The file's text: sorted, so that two branches merge.
    pub fn to_text(&self) -> String {
        // Strings, dates and one number cannot fail to serialise.
        let body = toml::to_string(self).unwrap_or_default();
        format!("{HEADER}{body}")
    }

    /// Whether a change is part of what was accepted: it shows at a release up
    /// to the one that the entry names.
    pub fn includes(&self, history: &History, change: &Change) -> bool {
        let Some(entry) = self.packages.get(history.package()) else {
            return false;
        };
        let through = history
            .position(&entry.through)
            .and_then(|index| history.releases()[index].published)
            .unwrap_or(entry.on);
        change.at <= through
    }

    /// Whether a later change is only that accepted hands publish.
    pub fn names_hands(&self, package: &PackageId, change: &Change) -> bool {
        self.packages
            .get(package)
            .is_some_and(|entry| entry.accepts_hands(change))
    }

    /// Whether `party` is among the accepted hands of a package.
    pub fn knows(&self, package: &PackageId, party: &Party) -> bool {
        self.packages
            .get(package)
            .is_some_and(|entry| entry.names(party))
    }
}

impl BaselineEntry {
    /// Whether the change is only that accepted hands publish. An old hand that
    /// returns after years is looked at again.
    fn accepts_hands(&self, change: &Change) -> bool {
        let first_release = change.kind.is_of_hands() && change.kind != Kind::ReturningPublisher;
        first_release && self.names(&change.to)
    }

    /// A workflow without its id could be anybody's.
    fn names(&self, party: &Party) -> bool {
        let identified = !matches!(party, Party::Workflow { config: None, .. });
        identified && self.hands.contains(party)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_it_reads() {
        let mut baseline = Baseline::default();
        baseline.packages.insert(
            "pkg:npm/chalk".parse().unwrap(),
            BaselineEntry {
                through: "5.6.2".into(),
                hands: vec!["npm:sindresorhus".parse().unwrap()],
                on: "2026-11-22".parse().unwrap(),
            },
        );
        let text = baseline.to_text();
        insta::assert_snapshot!(text);
        assert_eq!(Baseline::parse(&text).unwrap(), baseline);
    }

    #[test]
    fn a_newer_file_is_refused_with_advice() {
        let error = Baseline::parse("version = 2\n").unwrap_err().to_string();
        assert_eq!(
            error,
            "it has version 2, this program reads version 1; use a newer tenure"
        );
    }
}
