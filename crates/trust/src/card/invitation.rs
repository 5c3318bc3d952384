//! Who made whom an owner.

use super::source;
use serde::Serialize;
use tenure_domain::{History, PackageId, Party, Time};

/// Somebody made somebody else an owner of a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invitation {
    /// The package.
    pub package: PackageId,
    /// When.
    pub at: Time,
    /// Who was made an owner.
    pub owner: Party,
    /// By whom.
    pub by: Party,
    /// Whether the person of the card is the one who was made an owner.
    pub received: bool,
    /// The document that says it.
    pub source: String,
}

/// What a person gave or received in a package, until a moment.
pub(super) fn all(
    history: &History,
    is_person: impl Fn(&Party) -> bool,
    now: Time,
) -> impl Iterator<Item = Invitation> {
    let joined = history.joined().iter().filter(move |of| of.at <= now);
    joined.filter_map(move |joined| {
        let (owner, by) = (history.party(joined.owner), history.party(joined.by?));
        let received = is_person(owner);
        (received != is_person(by)).then(|| Invitation {
            package: history.package().clone(),
            at: joined.at,
            owner: owner.clone(),
            by: by.clone(),
            received,
            source: source(history),
        })
    })
}
