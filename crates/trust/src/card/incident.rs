//! Releases of somebody that contain malicious code, as others say.
//!
//! That a release was published with an account does not say by whom: accounts
//! are taken over. So the words are about accounts, and nothing follows from an
//! incident but that the package's reach proves nothing.

use crate::judge::Case;
use serde::Serialize;
use std::collections::HashSet;
use tenure_domain::{Advisory, PackageId, Party, Release, Time};

/// An advisory, and the releases of a history that it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// The advisory.
    pub advisory: Advisory,
    /// The versions that it means, as the history has them.
    pub versions: Vec<Box<str>>,
}

/// Releases of a person that an advisory says to contain malicious code.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Incident {
    /// The advisory's id.
    pub advisory: String,
    /// Those of other advisories about the same thing.
    pub also: Vec<String>,
    /// When it was published.
    pub published: Time,
    /// What it says, in a line.
    pub summary: String,
    /// The package.
    pub package: PackageId,
    /// The versions that were published with one of the person's accounts.
    pub versions: Vec<String>,
    /// The document that says it.
    pub source: String,
}

/// What counts of the advisories about a package: what was published until a
/// moment and not taken back, whenever that was.
pub(super) struct Counting<'r> {
    reported: Vec<&'r Reported>,
    versions: HashSet<&'r str>,
}

impl<'r> Counting<'r> {
    pub(super) fn of(reported: &'r [Reported], now: Time) -> Self {
        let counts = |one: &&Reported| {
            let advisory = &one.advisory;
            advisory.withdrawn.is_none() && advisory.published <= now
        };
        let mut reported: Vec<&Reported> = reported.iter().filter(counts).collect();
        reported.sort_by_key(|one| (one.advisory.published, &one.advisory.id));
        let versions = reported.iter().flat_map(|one| &one.versions);
        Self {
            versions: versions.map(|version| &**version).collect(),
            reported,
        }
    }

    /// Whether a release is meant.
    pub(super) fn means(&self, release: &Release) -> bool {
        self.versions.contains(&*release.version)
    }

    /// The incidents of a person, the oldest first. What two advisories say of
    /// the same thing is one: each names the other, or one does.
    pub(super) fn incidents(
        &self,
        case: &Case<'_>,
        is_person: impl Fn(&Party) -> bool,
        now: Time,
    ) -> Vec<Incident> {
        let history = case.history();
        let own = |release: &&Release| {
            let is_own = history.publisher(release).is_some_and(&is_person);
            is_own && release.published.is_some_and(|at| at <= now)
        };
        let own: Vec<&Release> = history.releases().iter().filter(own).collect();
        let mut incidents: Vec<(Vec<&Advisory>, Incident)> = Vec::new();
        for one in &self.reported {
            let meant = own
                .iter()
                .filter(|release| one.versions.contains(&release.version));
            let meant: Vec<String> = meant.map(|release| release.version.to_string()).collect();
            if meant.is_empty() {
                continue;
            }
            let advisory = &one.advisory;
            let same = (incidents.iter_mut())
                .find(|(others, _)| others.iter().any(|other| is_same(other, advisory)));
            if let Some((others, incident)) = same {
                others.push(advisory);
                incident.add(advisory, &meant, &own);
            } else {
                let incident = incident(advisory, history.package(), meant);
                incidents.push((vec![advisory], incident));
            }
        }
        incidents
            .into_iter()
            .map(|(_, incident)| incident)
            .collect()
    }
}

fn incident(advisory: &Advisory, package: &PackageId, versions: Vec<String>) -> Incident {
    Incident {
        advisory: advisory.id.to_string(),
        also: Vec::new(),
        published: advisory.published,
        summary: advisory.summary.to_string(),
        package: package.clone(),
        versions,
        source: advisory.source.to_string(),
    }
}

impl Incident {
    /// Another advisory about the same; the versions stay in the order of the
    /// history.
    fn add(&mut self, advisory: &Advisory, meant: &[String], own: &[&Release]) {
        self.also.push(advisory.id.to_string());
        let is_meant = |release: &&&Release| {
            let has = |versions: &[String]| versions.iter().any(|one| **one == *release.version);
            has(&self.versions) || has(meant)
        };
        let all = own.iter().filter(is_meant);
        self.versions = all.map(|release| release.version.to_string()).collect();
    }
}

fn is_same(one: &Advisory, other: &Advisory) -> bool {
    one.aliases.contains(&other.id) || other.aliases.contains(&one.id)
}
