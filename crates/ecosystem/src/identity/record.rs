//! The record of the times that somebody looked whether accounts show the keys
//! that speak of them: a line of JSON for each look, only ever added to.

use super::{Account, Said, Signed};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use tenure_domain::{Claim, Look, Outcome, Party, Person, Time};

/// The largest record, in bytes: a hundred thousand looks and more.
pub const MAX_RECORD: usize = 64 * 1024 * 1024;

/// Where the record of a project lies, below its folder; and what it is called
/// among the texts of a project that are sent somewhere.
pub const PLACE: &str = "tenure-vouches/identities.jsonl";

/// A look, as a line of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// When.
    pub at: Time,
    /// At which link: the SHA-256 of its statement.
    pub link: String,
    /// Whose; for people, as the rest of the name.
    pub key: String,
    /// Which account.
    pub account: String,
    /// What it brought.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Looks by the links that they were at.
#[derive(Clone, Debug, Default)]
pub struct Record {
    looks: HashMap<String, Vec<Looked>>,
    /// Lines that cannot be read.
    pub damaged: usize,
}

impl Record {
    /// Reads a record. A line that cannot be read says nothing, and is counted.
    pub fn read(bytes: &[u8]) -> Self {
        let mut record = Self::default();
        if bytes.len() > MAX_RECORD {
            record.damaged = 1;
            return record;
        }
        for line in bytes.split(|byte| *byte == b'\n') {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(line) {
                Ok(looked) => record.add(looked),
                Err(_) => record.damaged += 1,
            }
        }
        record
    }

    /// Adds a look.
    pub fn add(&mut self, looked: Looked) {
        let looks = self.looks.entry(looked.link.clone()).or_default();
        looks.push(looked);
    }

    /// Adds all looks of another record.
    pub fn join(&mut self, other: Self) {
        self.damaged += other.damaged;
        for (link, looks) in other.looks {
            self.looks.entry(link).or_default().extend(looks);
        }
    }

    /// The looks at a link, by the SHA-256 of its statement.
    pub fn of(&self, link: &str) -> &[Looked] {
        self.looks.get(link).map_or(&[], Vec::as_slice)
    }

    /// The number that an account was first seen to have.
    pub fn id(&self, link: &str) -> Option<&str> {
        let numbered = self.of(link).iter().filter_map(|look| match &look.outcome {
            Outcome::Confirmed { id: Some(id), .. } => Some((look.at, id.as_str())),
            _ => None,
        });
        numbered.min_by_key(|(at, _)| *at).map(|(_, id)| id)
    }
}

/// Who took back what, and when.
pub struct Withdrawals<'s>(HashMap<(&'s str, &'s str), Time>);

impl<'s> Withdrawals<'s> {
    /// Those among statements.
    pub fn among(signed: impl IntoIterator<Item = &'s Signed>) -> Self {
        let mut withdrawn: HashMap<(&str, &str), Time> = HashMap::new();
        for one in signed {
            if let Said::Withdrawal { of, on } = &one.statement.said {
                let entry = withdrawn.entry((one.statement.by.as_str(), of));
                let first = entry.or_insert(*on);
                *first = (*first).min(*on);
            }
        }
        Self(withdrawn)
    }

    /// When a statement was taken back first, by either of its keys.
    fn of(&self, one: &Signed) -> Option<Time> {
        let statement = &one.statement;
        let both = std::iter::once(&statement.by).chain(statement.other_key());
        let when = both.filter_map(|key| self.0.get(&(key.as_str(), &*one.digest)));
        when.min().copied()
    }
}

/// What a statement claims, with what was seen of it; `None` for one that takes
/// another back.
pub fn claim(one: &Signed, withdrawn: &Withdrawals<'_>, record: &Record) -> Option<Claim> {
    let Said::Link { account, from, .. } = &one.statement.said else {
        return None;
    };
    let by = &one.statement.by;
    let person = match account {
        Account::Key(key) => Some(Person::Key(key.as_str().into())),
        Account::Registry(party) => Some(Person::Account(numbered(party, record.id(&one.digest)))),
        _ => None,
    };
    let looks = record.of(&one.digest).iter();
    Some(Claim {
        key: by.as_str().into(),
        account: person,
        said: *from,
        is_mutual: one.statement.other_key().is_some(),
        ends: one.until,
        withdrawn: withdrawn.of(one),
        looks: looks
            .map(|look| Look {
                at: look.at,
                outcome: look.outcome.clone(),
            })
            .collect(),
    })
}

/// An account by its number where that is known: the login may be somebody else's by now.
fn numbered(party: &Party, id: Option<&str>) -> Party {
    match (party, id) {
        (
            Party::Account {
                ecosystem,
                login,
                id: None,
            },
            Some(id),
        ) => Party::account_with_id(*ecosystem, login, id),
        _ => party.clone(),
    }
}

/// What statements claim, each once, with what was seen of it.
pub fn claims(signed: &[Signed], record: &Record) -> Vec<Claim> {
    let withdrawn = Withdrawals::among(signed);
    let mut seen = HashSet::new();
    let once = signed.iter().filter(|one| seen.insert(&*one.digest));
    once.filter_map(|one| claim(one, &withdrawn, record))
        .collect()
}
