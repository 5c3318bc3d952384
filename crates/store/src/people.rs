//! Who acts where, since when.

use crate::db::{Writing, all, execute};
use crate::{Store, StoreError};
use moka::sync::Cache;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tenure_domain::fact::Memory;
use tenure_domain::{History, PackageId, Party, Time};

/// The parties that published a package, were its owners or made somebody one,
/// and since when.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hands(BTreeMap<String, Time>);

impl Hands {
    /// Those of a document, and of what earlier ones said besides.
    pub(crate) fn of(history: Option<&History>, memory: &Memory) -> Self {
        let mut hands = Self::default();
        let Some(history) = history else {
            return hands;
        };
        hands.add_history(history);
        for joining in memory.joinings() {
            // Whoever made somebody an owner was there, too.
            for party in [&joining.owner].into_iter().chain(&joining.by) {
                hands.add(party, joining.at);
            }
        }
        for list in memory.owner_lists() {
            for owner in &list.owners {
                hands.add(owner, list.first);
            }
        }
        hands
    }

    fn add(&mut self, party: &Party, at: Time) {
        if is_somebody(party) {
            let since = self.0.entry(party.to_string()).or_insert(at);
            *since = at.min(*since);
        }
    }

    fn add_history(&mut self, history: &History) {
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
        for joined in history.joined() {
            for party in [joined.owner].into_iter().chain(joined.by) {
                let since = since[party.index()].get_or_insert(joined.at);
                *since = joined.at.min(*since);
            }
        }
        let owners = history.owners_now().into_iter().flatten();
        for (owner, seen) in owners.filter_map(|ix| Some((ix, history.source().seen?))) {
            since[owner.index()].get_or_insert(seen);
        }
        for (party, since) in history.parties().iter().zip(since) {
            if let Some(since) = since {
                self.add(party, since);
            }
        }
    }

    /// The parties as texts, and since when they act.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Time)> {
        self.0.iter()
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
    SELECT upstream, package, since, seq FROM hands JOIN document USING (upstream, package)
    WHERE party = $1 ORDER BY since, package, upstream LIMIT $2";

const CALLED: &str = "
    SELECT DISTINCT party FROM hands WHERE party >= $1 AND party < $2 ORDER BY party LIMIT 10";

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

/// A package in which somebody acts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    since: i64,
    package: String,
    upstream: String,
    /// The package's last observation: it names what the history says.
    seq: i64,
}

/// Histories by the observation that they are from.
pub(crate) type Histories = Cache<i64, Arc<History>>;

/// Histories in memory, in bytes: not more than a few hundred of usual length.
const IN_MEMORY: u64 = 8 << 20;
/// What a release of a history takes, roughly.
const RELEASE: usize = 150;

pub(crate) fn histories() -> Histories {
    let weigh = |_: &i64, history: &Arc<History>| {
        let size = 500 + RELEASE * history.releases().len();
        size.try_into().unwrap_or(u32::MAX)
    };
    Cache::builder()
        .weigher(weigh)
        .max_capacity(IN_MEMORY)
        .build()
}

impl Store {
    /// The histories of at most `most` packages in which one of `parties` acts:
    /// published, or was an owner. Those in which they
    /// first acted earliest come first; each package once.
    ///
    /// # Errors
    /// When the database fails, or its ledger is damaged.
    pub async fn histories_of(
        &self,
        parties: &[Party],
        most: usize,
    ) -> Result<Vec<Arc<History>>, StoreError> {
        let mut places = self.places_of(parties, most).await?;
        places.sort_unstable();
        let mut seen = HashSet::new();
        places.retain(|place| seen.insert(place.package.clone()));
        let mut histories = Vec::new();
        for place in places.into_iter().take(most) {
            histories.extend(self.history_at(place).await?);
        }
        Ok(histories)
    }

    /// The accounts of a registry that have a login, which may have been given
    /// to several one after the other: the registry's own numbers tell them
    /// apart. Not more than ten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_called(&self, login: &Party) -> Result<Vec<Party>, StoreError> {
        let failed = self.db().failed("looked for accounts of a name");
        let mut reader = self.db().read().await.map_err(&failed)?;
        // `#` begins the number, and `$` is the next character.
        let (from, to) = (format!("{login}#"), format!("{login}$"));
        let rows = all!(reader.on(), (String,), CALLED, from, to).map_err(&failed)?;
        let parties = rows.iter().filter_map(|(party,)| party.parse().ok());
        Ok(parties.collect())
    }

    /// People act in packages together, so the same histories are asked for
    /// again and again.
    async fn history_at(&self, place: Place) -> Result<Option<Arc<History>>, StoreError> {
        if let Some(history) = self.histories().get(&place.seq) {
            return Ok(Some(history));
        }
        let Ok(package) = place.package.parse::<PackageId>() else {
            return Ok(None);
        };
        let history = self.history(&place.upstream, &package).await?.map(Arc::new);
        if let Some(history) = &history {
            self.histories().insert(place.seq, Arc::clone(history));
        }
        Ok(history)
    }

    async fn places_of(&self, parties: &[Party], most: usize) -> Result<Vec<Place>, StoreError> {
        let failed = self.db().failed("looked for the packages of people");
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut reader = self.db().read().await.map_err(&failed)?;
        let mut places = Vec::new();
        for party in parties.iter().filter(|party| is_somebody(party)) {
            let rows = all!(
                reader.on(),
                (String, String, i64, i64),
                PLACES,
                party.to_string(),
                most
            );
            let rows = rows.map_err(&failed)?.into_iter();
            places.extend(rows.map(|(upstream, package, since, seq)| Place {
                since,
                package,
                upstream,
                seq,
            }));
        }
        Ok(places)
    }
}
