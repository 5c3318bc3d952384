//! The journal of a Python index, which the public one lets everybody read: who
//! was made an owner of a project and who was removed, and when (XML-RPC,
//! `changelog` and `changelog_since_serial`).
//!
//! What the JSON API says is the present alone; the journal says when it came
//! about. It speaks of all projects at once, so it is asked only from a moment
//! on.

mod rows;

use super::FactsError;
use crate::pypi::name;
use tenure_domain::{Ecosystem, Party, Time};

/// An answer has 50,000 entries of about 350 bytes.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A part of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// What it says of roles, in its order.
    pub entries: Vec<Entry>,
    /// The number of its last entry, of whatever kind; `None` if it has none.
    pub last: Option<u64>,
}

/// Somebody was given a role in a project, or lost it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The project, in its normal form.
    pub project: Box<str>,
    /// When, to the second.
    pub at: Time,
    /// The account.
    pub account: Party,
    /// Whether it has a role since, or none any more. Both roles may upload, so
    /// a change from one to the other is neither.
    pub joined: bool,
    /// As the journal says it.
    pub action: Box<str>,
}

/// A list of owners and since when it is that one.
pub type Since = (Time, Vec<Party>);

/// The question for all entries since a moment.
pub fn question(since: Time) -> String {
    let seconds = since.as_millis().div_euclid(1000);
    call(
        "changelog",
        &format!(
            "<param><value><int>{seconds}</int></value></param><param><value><boolean>1</boolean></value></param>"
        ),
    )
}

/// The question for all entries after the one with a number.
pub fn question_after(last: u64) -> String {
    call(
        "changelog_since_serial",
        &format!("<param><value><int>{last}</int></value></param>"),
    )
}

fn call(method: &str, params: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName>\
         <params>{params}</params></methodCall>"
    )
}

/// Reads an answer.
///
/// # Errors
/// When the bytes are not XML, too many, or no such answer, also where the
/// index says that it has no journal.
pub fn read(bytes: &[u8]) -> Result<Journal, FactsError> {
    if bytes.len() > MAX_BYTES {
        return Err(FactsError::Other("a journal: it is too large".to_owned()));
    }
    let mut journal = Journal::default();
    rows::read(bytes, |row| {
        journal.last = row.serial().or(journal.last);
        journal.entries.extend(entry(row));
    })?;
    Ok(journal)
}

fn entry(row: &rows::Row) -> Option<Entry> {
    let (joined, login) = role(row.action())?;
    Some(Entry {
        project: name::normalise(row.project())?.into(),
        at: Time::from_millis(row.seconds()?.checked_mul(1000)?),
        account: Party::account(Ecosystem::Pypi, login),
        joined,
        action: row.action().into(),
    })
}

/// What an action does to whom: `add Owner ada`, `accepted Maintainer ada`,
/// `remove Owner ada` (warehouse, `JournalEntry`). An invitation does nothing.
fn role(action: &str) -> Option<(bool, &str)> {
    let words: Vec<&str> = action.split(' ').collect();
    let [what, "Owner" | "Maintainer", login] = words[..] else {
        return None;
    };
    let joined = match what {
        "add" | "accepted" => true,
        "remove" => false,
        _ => return None,
    };
    super::project::is_login(login).then_some((joined, login))
}

/// The lists of owners of a project between two looks, as entries about it tell
/// them: each with the moment from which it was that one, the last one equal to
/// `now`. `None` where the entries do not lead from `before` to `now`: then
/// they are not the whole story, and nothing is taken from them.
pub fn between<'e>(
    entries: impl IntoIterator<Item = &'e Entry>,
    before: &[Party],
    now: &[Party],
) -> Option<Vec<Since>> {
    let mut owners = sorted(before);
    let mut lists = Vec::new();
    for entry in entries {
        let place = owners.iter().position(|owner| *owner == entry.account);
        match (place, entry.joined) {
            (None, true) => owners.push(entry.account.clone()),
            (Some(place), false) => drop(owners.remove(place)),
            // A second role, or one that was known of already.
            (Some(_), true) | (None, false) => continue,
        }
        owners = sorted(&owners);
        lists.push((entry.at, owners.clone()));
    }
    (owners == sorted(now)).then_some(lists)
}

fn sorted(owners: &[Party]) -> Vec<Party> {
    let mut owners = owners.to_vec();
    owners.sort_by_cached_key(Party::to_string);
    owners
}

#[cfg(test)]
mod tests;
