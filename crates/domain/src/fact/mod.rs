//! Observed facts about a package, in a form that can be kept for ever.
//!
//! A ledger of observations holds, for each, what differed from the one before:
//! [`diff`] finds it, [`fold`] puts all of it together again. [`write()`] gives
//! the canonical bytes, one JSON object a line, so that digests and signatures
//! of facts mean the same everywhere and for ever:
//!
//! - the fields stand in a fixed order, without spaces; what is absent, empty
//!   or false is left out (an empty list of owners is not absent);
//! - texts are escaped as little as JSON allows; parties are texts;
//! - moments are RFC 3339 in UTC, with a fraction only where there is one;
//! - there are no floating-point numbers, and no integer that a reader of JSON
//!   could round;
//! - owners and dependencies are sorted by their text;
//! - every line ends in a line feed.

mod diff;
mod first;
mod fold;
mod form;
mod memory;
mod order;

pub use diff::diff;
pub use first::first;
pub use fold::fold;
pub use memory::Memory;

use crate::{DocumentKind, Joining, NewRelease, OwnerList, Party, Time};
use serde::{Deserialize, Serialize};

/// One observed fact about a package.
///
/// The variants with a release carry all that is known of it, so that each line
/// can be understood alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "lowercase", deny_unknown_fields)]
pub enum Fact {
    /// What kind of document the facts come from, and its address.
    Document {
        /// The kind.
        kind: DocumentKind,
        /// The address, or the file name.
        from: String,
    },
    /// A version that the document before did not list. One that vanished and
    /// is listed again is told by the [`Vanished`](Self::Vanished) before.
    Release(#[serde(with = "form::ReleaseForm")] NewRelease),
    /// Something about a listed version differs.
    Changed(#[serde(with = "form::ReleaseForm")] NewRelease),
    /// A version is no longer offered. Its date is still listed.
    Removed(#[serde(with = "form::ReleaseForm")] NewRelease),
    /// A version of which only the date was listed is offered again.
    Returned(#[serde(with = "form::ReleaseForm")] NewRelease),
    /// A version is not listed any more, in no way.
    Vanished {
        /// The version.
        version: Box<str>,
    },
    /// The order of all versions, oldest first, where dates do not tell and it
    /// is not the one in which they were first seen.
    Order {
        /// All versions.
        versions: Vec<Box<str>>,
    },
    /// Who owns the package as a whole; absent when the document does not say.
    Owners {
        /// The owners, sorted by their text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owners: Option<Vec<Party>>,
    },
    /// Who of the owners became one when, in this order; of the others it is not
    /// known. In a [`Memory`], what only earlier documents said.
    Joined {
        /// All of them.
        joined: Vec<Joining>,
    },
    /// Which version is offered by default; absent when none is.
    Latest {
        /// The version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<Box<str>>,
    },
    /// The registry says that there is no such package.
    Gone {},
    /// What was known before was last seen so then, later than the observation
    /// before says. Stands first where it stands.
    Confirmed {
        /// The moment.
        at: Time,
    },
    /// A list of owners that was seen over some time: what several observations
    /// add up to. Part of a [`Memory`], never of a ledger.
    Listed(OwnerList),
}

/// Why bytes are not facts.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line} is no fact: {why}")]
pub struct FactError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// The canonical bytes of `facts`.
pub fn write(facts: &[Fact]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for fact in facts {
        write_line(&mut bytes, fact);
    }
    bytes
}

fn write_line(bytes: &mut Vec<u8>, fact: &impl Serialize) {
    // Serialising plain data into memory does not fail.
    if serde_json::to_writer(&mut *bytes, fact).is_ok() {
        bytes.push(b'\n');
    }
}

/// The facts in canonical bytes.
///
/// # Errors
/// When a line is no fact that this version knows.
pub fn read(bytes: &[u8]) -> Result<Vec<Fact>, FactError> {
    let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
    let lines = lines.filter(|(line, _)| !line.is_empty());
    lines
        .map(|(line, number)| {
            serde_json::from_slice(line).map_err(|error| FactError {
                line: number,
                why: error.to_string(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
