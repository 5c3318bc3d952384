//! The history of an index file with what the API says of people.

use super::Version;
use hashbrown::{HashMap, HashSet};
use tenure_domain::{History, HistoryBuilder, NewRelease, PackageId, Party, ReleaseState, Source};

/// The history that an index file and the API's answers tell together: what
/// there is and what is yanked from the index, which is newer, the rest from the
/// API. `owners` are those of the crate now; `None` if they are not known, and
/// `source` is where it is said that this comes from.
///
/// A version that only the API knows was there when it was asked, and is not any
/// more: the registry removed it. One that is newer than all of the index is
/// left out: such an index is a little behind.
pub fn merge(
    index: &History,
    versions: &[Version],
    owners: Option<&[Party]>,
    source: Source,
) -> History {
    let mut builder = HistoryBuilder::default();
    let mut known: HashMap<&str, &Version> = HashMap::new();
    for version in versions {
        // The first page that has a version is the newest.
        known.entry(&version.version).or_insert(version);
    }
    for release in index.releases() {
        let said = known.remove(&*release.version);
        builder.push(with(NewRelease::from_history(index, release), said));
    }
    let newest = index.releases().iter().filter_map(|r| r.published).max();
    for version in versions {
        let is_newer = version.published > newest && newest.is_some();
        if let Some(said) = known.remove(&*version.version).filter(|_| !is_newer) {
            builder.push(NewRelease {
                state: ReleaseState::Removed,
                ..with(NewRelease::new(&version.version), Some(said))
            });
        }
    }
    if let Some(owners) = owners.or(owners_now(index).as_deref()) {
        builder.set_owners_now(owners.to_vec());
    }
    if let Some(latest) = index.latest() {
        builder.set_latest(latest.into());
    }
    let mut merged = builder.build(index.package().clone(), source);
    merged.add_joinings(index.joinings());
    merged
}

/// The API's answers as a history of their own, so that they can be kept apart
/// from the index: they are asked for at another time, and of another address.
pub fn history(
    package: &PackageId,
    versions: &[Version],
    owners: Option<&[Party]>,
    source: Source,
) -> History {
    let mut builder = HistoryBuilder::default();
    let mut known = HashSet::new();
    let versions = versions.iter();
    for version in versions.filter(|version| known.insert(&*version.version)) {
        let release = NewRelease {
            deprecated: version.yanked == Some(true),
            ..NewRelease::new(&version.version)
        };
        builder.push(with(release, Some(version)));
    }
    if let Some(owners) = owners {
        builder.set_owners_now(owners.to_vec());
    }
    builder.build(package.clone(), source)
}

/// As [`merge`], with answers that were kept as their own [`history`].
pub fn merge_kept(index: &History, api: &History, source: Source) -> History {
    let versions: Vec<Version> = api
        .releases()
        .iter()
        .map(|release| Version {
            version: release.version.clone(),
            published: release.published,
            publisher: api.publisher(release).cloned(),
            repository: release.repository.map(|ix| api.repository(ix).into()),
            yanked: Some(release.deprecated),
            checksum: None,
            actions: Vec::new(),
        })
        .collect();
    let mut merged = merge(index, &versions, owners_now(api).as_deref(), source);
    merged.see_owners(&api.owner_lists());
    merged.add_joinings(api.joinings());
    merged
}

/// The history with publishers that somebody else remembers, of releases that
/// have none; `None` where nothing is learnt from them. Where it comes from is
/// said to be what it was: it has all the rest.
pub fn with_publishers<'v>(
    history: &History,
    remembered: impl IntoIterator<Item = &'v Version>,
) -> Option<History> {
    let unnamed: HashSet<&str> = history
        .releases()
        .iter()
        .filter(|release| release.publisher.is_none())
        .map(|release| &*release.version)
        .collect();
    let versions = remembered.into_iter();
    let versions = versions.filter(|version| unnamed.contains(&*version.version));
    let versions: Vec<Version> = versions.cloned().collect();
    if versions.is_empty() {
        return None;
    }
    let mut whole = merge(history, &versions, None, history.source().clone());
    whole.see_owners(&history.owner_lists());
    Some(whole)
}

fn owners_now(history: &History) -> Option<Vec<Party>> {
    let owners = history.owners_now()?.iter();
    Some(owners.map(|owner| history.party(*owner).clone()).collect())
}

/// The release with what the API says of it, where the index says nothing.
fn with(release: NewRelease, said: Option<&Version>) -> NewRelease {
    let Some(said) = said else {
        return release;
    };
    NewRelease {
        published: release.published.or(said.published),
        publisher: release.publisher.or_else(|| said.publisher.clone()),
        repository: release.repository.or_else(|| said.repository.clone()),
        ..release
    }
}
