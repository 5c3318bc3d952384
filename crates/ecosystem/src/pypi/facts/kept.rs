//! What was learnt of people over time, kept apart from the page: it is asked
//! for at another time, and of other addresses.

use tenure_domain::{History, HistoryBuilder, NewRelease, Party, ReleaseState, Source};

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
