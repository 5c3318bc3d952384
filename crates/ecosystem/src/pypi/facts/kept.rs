//! What was learnt of people over time, kept apart from the page: it is asked
//! for at another time, and of other addresses.

use tenure_domain::{History, HistoryBuilder, NewRelease, Party, ReleaseState, Source};

/// What was learnt now, with the owners that releases had when they were first
/// seen: an index tells only those of now. `earlier` is what was learnt the last
/// time.
///
/// Releases that are new since then have the owners of now. The first time, only
/// the newest one has: what came before it may have been somebody else's.
#[must_use]
pub fn observed(now: &History, earlier: Option<&History>) -> History {
    let owners = owners_now(now);
    let newest = newest(now);
    rebuilt(now, owners.clone(), now.source().clone(), |release| {
        let known = earlier.map(|earlier| of(earlier, &release.version));
        let seen_with = match known {
            Some(Some(known)) => known.owners,
            Some(None) => owners.clone(),
            None => owners.clone().filter(|_| newest == Some(&*release.version)),
        };
        NewRelease {
            owners: seen_with,
            ..release
        }
    })
}

/// The history of a page with what was kept beside it. The page comes first:
/// where it has a file without attestations, nobody is known to have published
/// the release, whatever was known when the page was another.
#[must_use]
pub fn merge_kept(page: &History, kept: &History, source: Source) -> History {
    let mut merged = rebuilt(page, owners_now(kept), source, |release| {
        let Some(known) = of(kept, &release.version) else {
            return release;
        };
        let is_attested = release.provenance || release.state == ReleaseState::Removed;
        NewRelease {
            publisher: known.publisher.filter(|_| is_attested),
            owners: known.owners,
            ..release
        }
    });
    merged.see_owners(&kept.owner_lists());
    merged
}

fn rebuilt(
    history: &History,
    owners: Option<Vec<Party>>,
    source: Source,
    change: impl Fn(NewRelease) -> NewRelease,
) -> History {
    let mut builder = HistoryBuilder::default();
    for release in history.releases() {
        builder.push(change(NewRelease::from_history(history, release)));
    }
    if let Some(owners) = owners {
        builder.set_owners_now(owners);
    }
    if let Some(latest) = history.latest() {
        builder.set_latest(latest.into());
    }
    builder.build(history.package().clone(), source)
}

fn of(history: &History, version: &str) -> Option<NewRelease> {
    let release = &history.releases()[history.position(version)?];
    Some(NewRelease::from_history(history, release))
}

fn owners_now(history: &History) -> Option<Vec<Party>> {
    let owners = history.owners_now()?.iter();
    Some(owners.map(|owner| history.party(*owner).clone()).collect())
}

/// The release that was published last.
fn newest(history: &History) -> Option<&str> {
    let offered = history.releases().iter();
    let offered = offered.filter(|release| release.state == ReleaseState::Offered);
    let newest = offered.max_by_key(|release| release.published)?;
    Some(&newest.version)
}
