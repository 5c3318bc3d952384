//! Histories by package, and the people in them.

use super::{Facts, LockfileAt, Project};
use std::collections::{BTreeSet, HashMap};
use tenure_domain::{History, PackageId, Party};
use tenure_ecosystem::cargo::api::{Version, with_publishers};
use tenure_ecosystem::cargo::vet::Published;
use tenure_ecosystem::lockfile::Origin;
use tenure_trust::people::People;
use tenure_upstream::{FetchError, FetchedHistory, Found, Via};

/// Everything that a run knows.
pub(crate) struct AtHand {
    found: HashMap<PackageId, Result<Found, FetchError>>,
    /// Who published what.
    pub(crate) people: People,
    /// Whether the ledger has more packages of the people who were asked about
    /// than anybody reads.
    pub(crate) has_more: bool,
}

impl AtHand {
    /// Asks for every locked package, and takes what is recorded besides.
    pub(crate) fn of_lockfiles(facts: &Facts, project: &Project, lockfiles: &[LockfileAt]) -> Self {
        let wanted = wanted(lockfiles);
        let mut fetched = facts.histories(&wanted);
        let known: BTreeSet<PackageId> = wanted.into_iter().collect();
        let others: Vec<_> = facts
            .recorded()
            .into_iter()
            .filter(|package| !known.contains(package))
            .collect();
        fetched.extend(facts.at_hand(&others));
        Self::new(fetched, project)
    }

    /// Asks for one package, and takes of the others what is there without
    /// asking.
    pub(crate) fn of_package(
        facts: &Facts,
        project: &Project,
        lockfiles: &[LockfileAt],
        package: &PackageId,
    ) -> Self {
        let mut fetched = facts.histories(std::slice::from_ref(package));
        let others: BTreeSet<PackageId> = wanted(lockfiles)
            .into_iter()
            .chain(facts.recorded())
            .filter(|other| other != package)
            .collect();
        let others: Vec<_> = others.into_iter().collect();
        fetched.extend(facts.at_hand(&others));
        Self::new(fetched, project)
    }

    /// Takes of all packages what is there without asking, and of those in which
    /// people with `accounts` act what the ledger has.
    pub(crate) fn of_people(
        facts: &Facts,
        project: &Project,
        lockfiles: &[LockfileAt],
        accounts: &[Party],
    ) -> Self {
        let others = wanted(lockfiles).into_iter().chain(facts.recorded());
        let others: BTreeSet<PackageId> = others.collect();
        let others: Vec<_> = others.into_iter().collect();
        let mut fetched = facts.at_hand(&others);
        let known: BTreeSet<PackageId> = (fetched.iter())
            .filter(|fetched| fetched.found.is_ok())
            .map(|fetched| fetched.package.clone())
            .collect();
        let (kept, has_more) = facts.of_people(accounts);
        let kept = kept.into_iter();
        fetched.extend(kept.filter(|kept| !known.contains(&kept.package)));
        Self {
            has_more,
            ..Self::new(fetched, project)
        }
    }

    /// All histories there are.
    pub(crate) fn all(&self) -> impl Iterator<Item = &History> {
        let found = self.found.values().filter_map(|found| found.as_ref().ok());
        found.map(|found| &*found.history)
    }

    fn new(mut fetched: Vec<FetchedHistory>, project: &Project) -> Self {
        remember(&mut fetched, &project.published);
        let mut people = People::with_links(&project.file.links());
        for found in fetched.iter().filter_map(|f| f.found.as_ref().ok()) {
            people.add(&found.history);
        }
        let found = fetched.into_iter().map(|f| (f.package, f.found)).collect();
        Self {
            found,
            people,
            has_more: false,
        }
    }

    /// The facts of a package, or why there are none; `None` if nobody asked.
    pub(crate) fn found(&self, package: &PackageId) -> Option<Result<&Found, &FetchError>> {
        self.found.get(package).map(Result::as_ref)
    }

    /// The history of a package, where there is one.
    pub(crate) fn history(&self, package: &PackageId) -> Option<&History> {
        let found = self.found.get(package)?.as_ref().ok()?;
        Some(&*found.history)
    }

    /// How many histories there are.
    pub(crate) fn histories(&self) -> usize {
        self.found.values().filter(|found| found.is_ok()).count()
    }

    /// Packages whose facts are older than wished, because their registry
    /// could not be asked, with one of the reasons.
    pub(crate) fn stale(&self) -> Option<(usize, &FetchError)> {
        let mut why = self.found.values().filter_map(|found| match found {
            Ok(Found {
                via: Via::Stale { why },
                ..
            }) => Some(why),
            _ => None,
        });
        let first = why.next()?;
        Some((1 + why.count(), first))
    }
}

/// The packages that the lockfiles take from registries.
pub(crate) fn wanted(lockfiles: &[LockfileAt]) -> Vec<PackageId> {
    let mut wanted: Vec<PackageId> = lockfiles
        .iter()
        .flat_map(|at| &at.lockfile.packages)
        .filter(|locked| matches!(locked.origin, Origin::Registry { .. }))
        .map(|locked| locked.package.clone())
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// Puts in who published a release of which the registry does not say it, where
/// cargo-vet noted it down when the registry did.
fn remember(fetched: &mut [FetchedHistory], published: &[Published]) {
    let mut remembered: HashMap<&PackageId, Vec<&Version>> = HashMap::new();
    for one in published {
        let of_it = remembered.entry(&one.package).or_default();
        of_it.push(&one.version);
    }
    for found in fetched.iter_mut().filter_map(|f| f.found.as_mut().ok()) {
        let of_it = remembered.get(found.history.package());
        let whole = of_it.and_then(|of_it| with_publishers(&found.history, of_it.iter().copied()));
        if let Some(whole) = whole {
            found.history = whole.into();
        }
    }
}
