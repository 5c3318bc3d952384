//! Who acts where, since when.

use crate::db::{Writing, all, execute};
use crate::{Store, StoreError};
use std::collections::{BTreeMap, HashSet};
use tenure_domain::{History, PackageId, Party, Time};

/// The parties that published a package or were listed as its owners, and since
/// when.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hands(BTreeMap<String, Time>);

impl Hands {
    pub(crate) fn of(history: Option<&History>) -> Self {
        let mut hands = Self::default();
        let Some(history) = history else {
            return hands;
        };
        let mut since: Vec<Option<Time>> = vec![None; history.parties().len()];
        let mut last_owners = None;
        for release in history.releases() {
            let Some(published) = release.published else {
                continue;
            };
            // Lists repeat from release to release.
            let owners = release.owners.filter(|owners| last_owners != Some(*owners));
            last_owners = release.owners.or(last_owners);
            let listed = owners.map_or(&[][..], |owners| history.owner_set(owners));
            for party in listed.iter().chain(release.publisher.as_ref()) {
                // Releases stand in time order.
                since[party.index()].get_or_insert(published);
            }
        }
        let parties = history.parties().iter().zip(since);
        for (party, since) in parties.filter(|(party, _)| is_somebody(party)) {
            if let Some(since) = since {
                hands.0.insert(party.to_string(), since);
            }
        }
        hands
    }
}

/// A workflow without its id is a name shared by everybody.
fn is_somebody(party: &Party) -> bool {
    !matches!(party, Party::Workflow { config: None, .. })
}

const FORGET: &str = "DELETE FROM hands WHERE upstream = $1 AND package = $2";

const REMEMBER: &str = "
    INSERT INTO hands (upstream, package, party, since) VALUES ($1, $2, $3, $4)";

const PLACES: &str = "
    SELECT upstream, package, since FROM hands
    WHERE party = $1 ORDER BY since, package, upstream LIMIT $2";

/// Replaces the hands of a package.
pub(crate) async fn replace(
    writing: &mut Writing,
    upstream: &str,
    package: &str,
    hands: &Hands,
) -> Result<(), sqlx::Error> {
    execute!(writing.on(), FORGET, upstream, package)?;
    for (party, since) in &hands.0 {
        let since = since.as_millis();
        execute!(writing.on(), REMEMBER, upstream, package, party, since)?;
    }
    Ok(())
}

impl Store {
    /// The histories of at most `most` packages in which one of `parties` acts:
    /// published, or was listed as an owner at a release. Those in which they
    /// first acted earliest come first; each package once.
    ///
    /// # Errors
    /// When the database fails, or its ledger is damaged.
    pub async fn histories_of(
        &self,
        parties: &[Party],
        most: usize,
    ) -> Result<Vec<History>, StoreError> {
        let mut places = self.places_of(parties, most).await?;
        places.sort_unstable();
        let mut seen = HashSet::new();
        places.retain(|(_, package, _)| seen.insert(package.clone()));
        let mut histories = Vec::new();
        for (_, package, upstream) in places.into_iter().take(most) {
            let Ok(package) = package.parse::<PackageId>() else {
                continue;
            };
            histories.extend(self.history(&upstream, &package).await?);
        }
        Ok(histories)
    }

    /// Since when, in which package, from which registry.
    async fn places_of(
        &self,
        parties: &[Party],
        most: usize,
    ) -> Result<Vec<(i64, String, String)>, StoreError> {
        let failed = self.db().failed("looked for the packages of people");
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut reader = self.db().read().await.map_err(&failed)?;
        let mut places = Vec::new();
        for party in parties.iter().filter(|party| is_somebody(party)) {
            let rows = all!(
                reader.on(),
                (String, String, i64),
                PLACES,
                party.to_string(),
                most
            );
            let rows = rows.map_err(&failed)?.into_iter();
            places.extend(rows.map(|(upstream, package, since)| (since, package, upstream)));
        }
        Ok(places)
    }
}
