//! The fact card of a person: what the histories at hand say of somebody, each
//! fact with its date and where it was read.
//!
//! There is no number for how much somebody is worth. What helps to decide
//! whether to give a package into somebody's hands is how long they have been
//! there without a break, what they have held for long, and how what they took
//! over went on; what is not known is said.

mod incident;
mod invitation;
mod place;
mod take_over;

pub use incident::{Incident, Reported};
pub use invitation::Invitation;
pub use place::{Began, Place};
pub use take_over::TakeOver;

use crate::judge::Case;
use incident::Counting;
use serde::Serialize;
use tenure_domain::{Counted, Days, History, PackageId, Party, Reach, Time};

/// Reach counts as proven once it was held for so long.
pub const PROVEN_AFTER: Days = Days(365.0);

/// What is known of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// The accounts that were looked for.
    pub accounts: Vec<Party>,
    /// Nothing later counts.
    pub as_of: Time,
    /// The first thing that is known; `None` if nothing is.
    pub since: Option<First>,
    /// Since when nothing speaks for other hands behind the accounts; `None`
    /// where that is the first thing known, or nothing.
    pub continuously_since: Option<Continuity>,
    /// The packages in which the person acts, those with the highest tier first.
    pub places: Vec<Place>,
    /// The largest reach of one package that the person has held for a year.
    /// What several packages reach together is at least that. A package with an
    /// incident proves nothing.
    pub proven: Option<Proven>,
    /// Packages that came into the person's hands from others, oldest first.
    pub took_over: Vec<TakeOver>,
    /// Who made the person an owner, and whom the person made one, the earliest
    /// first. Few registries say so.
    pub invitations: Vec<Invitation>,
    /// Releases published with the accounts that advisories mean, the oldest
    /// advisory first.
    pub incidents: Vec<Incident>,
    /// In how many histories the person was looked for.
    pub histories: usize,
}

/// The first thing that is known of somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct First {
    /// When it happened.
    pub at: Time,
    /// Where.
    pub package: String,
    /// What it was.
    pub began: Began,
    /// The document that says it.
    pub source: String,
}

/// The last time that an account's e-mail address moved to another domain: from
/// then on somebody else could read what is sent to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Continuity {
    /// When the present domain was first seen.
    pub at: Time,
    /// The domain.
    pub domain: String,
    /// The package whose release shows it.
    pub package: String,
    /// The document that says it.
    pub source: String,
}

/// Reach that was held for long.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proven {
    /// The package.
    pub package: String,
    /// How far it reached when least was counted of the last year.
    pub reach: Reach,
    /// Since when the person holds it.
    pub since: Time,
}

/// Puts the card of a person together who has `accounts`, from all cases at
/// hand, how far their packages reach and what advisories say of them, as of the
/// moment at which they were judged.
pub fn card<'c>(
    accounts: Vec<Party>,
    cases: impl IntoIterator<Item = (Case<'c>, Option<Counted>, Vec<Reported>)>,
    now: Time,
) -> Card {
    let mut card = Card {
        accounts,
        as_of: now,
        since: None,
        continuously_since: None,
        places: Vec::new(),
        proven: None,
        took_over: Vec::new(),
        invitations: Vec::new(),
        incidents: Vec::new(),
        histories: 0,
    };
    let mut addresses = Vec::new();
    for (case, counted, reported) in cases {
        let (case, counting) = (&case, Counting::of(&reported, now));
        card.histories += 1;
        let is_person = |party: &Party| card.accounts.contains(party);
        let invitations = invitation::all(case.history(), is_person, now);
        card.invitations.extend(invitations);
        let Some(place) = place::of((case, counted), is_person, now) else {
            continue;
        };
        addresses.extend(place::addresses(case.history(), is_person));
        card.took_over
            .extend(take_over::all(case, is_person, &counting));
        card.incidents
            .extend(counting.incidents(case, is_person, now));
        card.places.push(place);
    }
    card.took_over.sort_by_key(|taken| taken.at);
    card.invitations.sort_by_key(|invitation| invitation.at);
    card.incidents
        .sort_by(|one, other| incident_key(one).cmp(&incident_key(other)));
    card.since = card
        .places
        .iter()
        .map(Place::first)
        .min_by_key(|first| first.at);
    card.continuously_since = continuity(addresses, card.since.as_ref());
    card.proven = card
        .places
        .iter()
        .filter(|place| {
            !card
                .incidents
                .iter()
                .any(|one| one.package == place.package)
        })
        .filter_map(|place| place.proven(now))
        .max_by_key(reached);
    let key = |place: &Place| {
        (
            std::cmp::Reverse((place.tier.tier, place.releases)),
            place.since,
        )
    };
    card.places.sort_by_key(key);
    card
}

fn incident_key(incident: &Incident) -> (Time, &str, &PackageId) {
    (incident.published, &incident.advisory, &incident.package)
}

fn reached(proven: &Proven) -> u64 {
    proven.reach.packages
}

/// When the domain came up that is used now, if another one was used before.
fn continuity(mut addresses: Vec<Continuity>, first: Option<&First>) -> Option<Continuity> {
    addresses.sort_by_key(|address| address.at);
    let now = addresses.last()?.domain.clone();
    let began = addresses
        .into_iter()
        .find(|address| address.domain == now)?;
    (began.at > first?.at).then_some(began)
}

fn source(history: &History) -> String {
    history.source().from.clone()
}
