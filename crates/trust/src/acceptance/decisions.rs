//! Exceptions: keyed on a change or a person, with reason and expiry.

use super::following::Vouched;
use super::{date, lasts};
use crate::change::Change;
use crate::verdict::State;
use serde::{Deserialize, Serialize};
use tenure_domain::{PackageId, Party, Sameness, Time};

/// Somebody let one change through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The package.
    pub package: PackageId,
    /// Who held it before. Empty: whoever it was.
    #[serde(default)]
    pub from: Vec<Party>,
    /// Who took it over.
    pub to: Party,
    /// The version at which the change shows.
    pub since: String,
    /// Why it was let through.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When.
    #[serde(with = "date")]
    pub on: Time,
    /// The last day on which it counts.
    #[serde(with = "date")]
    pub until: Time,
}

/// Somebody trusts a person, whatever they publish.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// The person.
    pub person: Party,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Who decided.
    #[serde(default)]
    pub by: String,
    /// The last day on which it counts.
    #[serde(with = "date")]
    pub until: Time,
}

/// Something that must not be used: the record of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The package; with `person`, only what that person published in it.
    pub package: Option<PackageId>,
    /// The versions; empty means all.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The person.
    pub person: Option<Party>,
    /// Why.
    pub reason: String,
}

/// Somebody trusts what one person publishes of one package, as cargo-vet's
/// `[[trusted]]` says it.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustedPublisher {
    /// The package.
    pub package: PackageId,
    /// The person.
    pub person: Party,
    /// The first day of publication that it holds for.
    pub from: Time,
    /// The day of publication from which on it holds no more.
    pub to: Time,
}

/// Several ids that are one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamePerson {
    /// The ids.
    pub ids: Vec<Party>,
}

/// All decisions of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decisions {
    /// Changes let through.
    pub accept: Vec<Accept>,
    /// People trusted.
    pub trust: Vec<Trust>,
    /// People trusted with single packages.
    pub publishers: Vec<TrustedPublisher>,
    /// People accepted because those that the project follows vouch for them.
    pub vouched: Vec<Vouched>,
    /// What must not be used.
    pub block: Vec<Block>,
}

/// A decision that has no effect.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Stale {
    /// It ran out.
    Expired {
        /// What it was about.
        what: String,
        /// The last day on which it counted.
        until: Time,
    },
    /// No such change is in the package's history.
    Unmatched {
        /// What it was about.
        what: String,
    },
}

impl Accept {
    /// Whether it is about this change.
    pub fn matches(&self, package: &PackageId, change: &Change) -> bool {
        let from_fits =
            self.from.is_empty() || self.from.iter().any(|party| change.from.contains(party));
        self.package == *package && self.since == change.since && self.to == change.to && from_fits
    }

    fn what(&self) -> String {
        format!(
            "[[accept]] {} to {} since {}",
            self.package, self.to, self.since
        )
    }
}

impl Block {
    fn matches(&self, package: &PackageId, version: &str, publisher: Option<&Party>) -> bool {
        let package_fits = self
            .package
            .as_ref()
            .is_none_or(|blocked| blocked == package);
        let version_fits =
            self.versions.is_empty() || self.versions.iter().any(|blocked| blocked == version);
        let person_fits = self
            .person
            .as_ref()
            .is_none_or(|person| Some(person) == publisher);
        // An entry that names neither would block everything.
        (self.package.is_some() || self.person.is_some())
            && package_fits
            && version_fits
            && person_fits
    }
}

impl TrustedPublisher {
    fn matches(&self, package: &PackageId, change: &Change) -> bool {
        self.package == *package
            && self.person.sameness(&change.to) == Sameness::Same
            && (self.from..self.to).contains(&change.at)
    }
}

impl Decisions {
    /// How a decision settles a change, if one does.
    pub fn state(&self, package: &PackageId, change: &Change, now: Time) -> Option<State> {
        let accepted = self
            .accept
            .iter()
            .find(|accept| lasts(accept.until, now) && accept.matches(package, change));
        if let Some(accept) = accepted {
            return Some(State::Accepted {
                by: accept.by.clone(),
                reason: accept.reason.clone(),
            });
        }
        if !change.kind.is_of_hands() {
            return None;
        }
        let publisher = || {
            let mut publishers = self.publishers.iter();
            publishers.find(|publisher| publisher.matches(package, change))
        };
        let trusted = self.trusted(&change.to, now).map(|trust| &trust.person);
        let trusted = trusted.or_else(|| publisher().map(|publisher| &publisher.person));
        if let Some(person) = trusted {
            return Some(State::Trusted {
                person: person.clone(),
            });
        }
        let vouched = self.vouched_for(&change.to, (package, change.at), now)?;
        Some(State::Vouched {
            person: vouched.person.clone(),
            until: vouched.until,
            paths: vouched.paths.clone(),
        })
    }

    /// How the party is accepted because others vouch, if it is, in what it
    /// published of a package on a day.
    pub fn vouched_for(
        &self,
        party: &Party,
        published: (&PackageId, Time),
        now: Time,
    ) -> Option<&Vouched> {
        let mut vouched = self.vouched.iter();
        vouched.find(|vouched| vouched.is_for(party, published, now))
    }

    /// Whether somebody accepted this very change and the acceptance ran out.
    pub fn has_lapsed(&self, package: &PackageId, change: &Change, now: Time) -> bool {
        self.accept
            .iter()
            .any(|accept| !lasts(accept.until, now) && accept.matches(package, change))
    }

    /// Whether somebody trusts the party now.
    pub fn trusts(&self, party: &Party, now: Time) -> bool {
        self.trusted(party, now).is_some()
    }

    fn trusted(&self, party: &Party, now: Time) -> Option<&Trust> {
        let same = |trust: &&Trust| trust.person.sameness(party) == Sameness::Same;
        self.trust
            .iter()
            .filter(|trust| lasts(trust.until, now))
            .find(same)
    }

    /// The reason of a block that applies to a release.
    pub fn block(
        &self,
        package: &PackageId,
        version: &str,
        publisher: Option<&Party>,
    ) -> Option<&str> {
        let block = self
            .block
            .iter()
            .find(|block| block.matches(package, version, publisher))?;
        Some(&block.reason)
    }

    /// Decisions without effect. `changes_of` gives the changes of a package
    /// whose history was looked at, so that nothing is said of others.
    pub fn stale<'c>(
        &self,
        now: Time,
        changes_of: impl Fn(&PackageId) -> Option<&'c [Change]>,
    ) -> Vec<Stale> {
        let expired_trust = self
            .trust
            .iter()
            .filter(|trust| !lasts(trust.until, now))
            .map(|trust| Stale::Expired {
                what: format!("[[trust]] {}", trust.person),
                until: trust.until,
            });
        let stale_accept = self.accept.iter().filter_map(|accept| {
            if !lasts(accept.until, now) {
                return Some(Stale::Expired {
                    what: accept.what(),
                    until: accept.until,
                });
            }
            let changes = changes_of(&accept.package)?;
            let unmatched = !changes
                .iter()
                .any(|change| accept.matches(&accept.package, change));
            unmatched.then(|| Stale::Unmatched {
                what: accept.what(),
            })
        });
        expired_trust.chain(stale_accept).collect()
    }
}

impl Stale {
    /// As a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Expired { what, until } => format!("{what} ran out on {}", until.date()),
            Self::Unmatched { what } => {
                format!("{what} matches no change in the package's history")
            }
        }
    }
}
