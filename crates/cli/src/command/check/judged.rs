//! Every locked release, judged once.

use super::base::{Before, key};
use crate::context::{AtHand, Facts, LockfileAt, as_listed, position};
use std::collections::{BTreeMap, HashMap};
use tenure_domain::{Missing, PackageId, Popularity};
use tenure_ecosystem::lockfile::Origin;
use tenure_trust::change::Change;
use tenure_trust::judge::{Case, Judge};
use tenure_trust::verdict::{Judgement, Verdict};

/// A place where a release is locked: the lockfile's number, and the line.
pub(crate) type Spot = (usize, u32);

/// A judged release.
pub(crate) struct JudgedRelease {
    /// The verdict, and what it rests on.
    pub(crate) judgement: Judgement,
    /// Where it is locked.
    pub(crate) spots: Vec<Spot>,
    /// Why facts are missing, where more can be said than what is missing.
    pub(crate) why_missing: Option<String>,
    /// The facts could not be had now: another time they may.
    pub(crate) not_asked: bool,
}

/// All that was judged.
pub(crate) struct Judged {
    /// The releases, by package and version.
    pub(crate) releases: Vec<JudgedRelease>,
    /// The changes in the histories of the judged packages.
    pub(crate) changes: HashMap<PackageId, Vec<Change>>,
}

/// What is locked of one package.
#[derive(Default)]
struct Wanted<'l> {
    from_registry: BTreeMap<&'l str, Vec<Spot>>,
    /// With the place that it is taken from.
    elsewhere: BTreeMap<(&'l str, &'l str), Vec<Spot>>,
}

/// Judges what the lockfiles lock, but for what was locked `before`.
pub(super) fn all(
    judge: Judge<'_>,
    facts: &Facts,
    at_hand: &AtHand,
    lockfiles: &[LockfileAt],
    before: Option<&Before>,
) -> Judged {
    let wanted = wanted(lockfiles, before);
    let mut releases = Vec::new();
    let mut cases = Vec::new();
    for (package, wanted) in wanted {
        for ((version, place), spots) in wanted.elsewhere {
            releases.push(from_elsewhere(judge, package, version, place, spots));
        }
        if wanted.from_registry.is_empty() {
            continue;
        }
        if let Some(history) = at_hand.history(package) {
            cases.push((judge.open(history, None), wanted.from_registry));
        } else {
            let without = wanted.from_registry.into_iter();
            releases
                .extend(without.map(|(version, spots)| {
                    without_facts(judge, at_hand, package, version, spots)
                }));
        }
    }
    learn_popularity(&mut cases, facts);
    let mut changes = HashMap::new();
    for (case, wanted) in cases {
        let judged = wanted.into_iter().map(|(version, spots)| JudgedRelease {
            judgement: case.judge(as_listed(case.history(), version)),
            spots,
            why_missing: missing_in(&case),
            not_asked: false,
        });
        releases.extend(judged);
        changes.insert(case.history().package().clone(), case.changes);
    }
    Judged { releases, changes }
}

fn wanted<'l>(
    lockfiles: &'l [LockfileAt],
    before: Option<&Before>,
) -> BTreeMap<&'l PackageId, Wanted<'l>> {
    let mut all: BTreeMap<&PackageId, Wanted<'_>> = BTreeMap::new();
    for (number, at) in lockfiles.iter().enumerate() {
        let old = before.and_then(|before| before.get(&at.name));
        for locked in &at.lockfile.packages {
            if old.is_some_and(|old| old.contains(&key(locked))) {
                continue;
            }
            let wanted = all.entry(&locked.package).or_default();
            let version = &*locked.version;
            let spots = match &locked.origin {
                Origin::Registry { .. } => wanted.from_registry.entry(version).or_default(),
                Origin::Elsewhere(place) => wanted.elsewhere.entry((version, place)).or_default(),
            };
            spots.push((number, locked.line));
        }
    }
    all
}

type Open<'a, 'l> = (Case<'a>, BTreeMap<&'l str, Vec<Spot>>);

/// Asks how popular those packages are whose verdicts depend on it.
fn learn_popularity(cases: &mut [Open<'_, '_>], facts: &Facts) {
    let mut matter: Vec<&mut Case<'_>> = cases
        .iter_mut()
        .filter_map(|(case, versions)| {
            let history = case.history();
            let matters = versions
                .keys()
                .filter_map(|version| position(history, version))
                .any(|index| case.depends_on_tier(index));
            matters.then_some(case)
        })
        .collect();
    let packages: Vec<PackageId> = matter
        .iter()
        .map(|case| case.history().package().clone())
        .collect();
    let popularity = facts.popularity(&packages);
    for case in &mut matter {
        let known: Option<&Popularity> = popularity.get(case.history().package());
        case.set_popularity(known);
    }
}

fn missing_in(case: &Case<'_>) -> Option<String> {
    Some(case.history().source().from.clone()).filter(|from| !from.is_empty())
}

fn from_elsewhere(
    judge: Judge<'_>,
    package: &PackageId,
    version: &str,
    place: &str,
    spots: Vec<Spot>,
) -> JudgedRelease {
    JudgedRelease {
        judgement: unknown(judge, package, version, Missing::OtherOrigin),
        spots,
        why_missing: Some(place.to_owned()),
        not_asked: false,
    }
}

fn without_facts(
    judge: Judge<'_>,
    at_hand: &AtHand,
    package: &PackageId,
    version: &str,
    spots: Vec<Spot>,
) -> JudgedRelease {
    let error = at_hand.found(package).and_then(Result::err);
    JudgedRelease {
        judgement: unknown(judge, package, version, Missing::Package),
        spots,
        why_missing: error.map(ToString::to_string),
        not_asked: error.is_some_and(is_no_answer),
    }
}

/// Whether an error says that the registry gave no answer, rather than that it
/// does not have the package.
fn is_no_answer(error: &tenure_upstream::FetchError) -> bool {
    use tenure_upstream::FetchError::{NotFound, NotRecorded};
    !matches!(error, NotFound { .. } | NotRecorded { .. })
}

fn unknown(judge: Judge<'_>, package: &PackageId, version: &str, missing: Missing) -> Judgement {
    let blocked = judge.decisions.block(package, version, None);
    Judgement {
        package: package.clone(),
        version: version.to_owned(),
        verdict: if blocked.is_some() {
            Verdict::Block
        } else {
            Verdict::Unknown
        },
        publisher: None,
        published: None,
        tier: tenure_trust::tier::tier(None, &judge.policy.tiers),
        findings: Vec::new(),
        missing: vec![missing],
        blocked: blocked.map(str::to_owned),
    }
}
