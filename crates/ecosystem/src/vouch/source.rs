//! A source of vouches, whatever its form.

use super::crev::{self, Proof};
use super::openpgp::{self, Counts};
use super::statement::{self, Signed, StatementError, Unread};
use super::{MAX_BYTES, audits};
use crate::identity;
use tenure_domain::{Against, Given};

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// Statements of Tenure.
    pub signed: Vec<Signed>,
    /// Proofs of cargo-crev.
    pub proofs: Vec<Proof>,
    /// What is given in other forms.
    pub given: Vec<Given>,
    /// What people say of their own accounts.
    pub links: Vec<identity::Signed>,
    /// What is in it, if it is a keyring.
    pub keyring: Option<Counts>,
    /// What does not count.
    pub unread: Vec<Unread>,
}

impl Source {
    /// Reads a file; its first line says of which form it is. `speaker` is whose
    /// word it is where it is not signed; without one, such a file says nothing.
    pub fn read(bytes: &[u8], speaker: Option<&str>) -> Self {
        if openpgp::is_one(bytes) {
            return Self::of_keyring(bytes);
        }
        let text = match str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= MAX_BYTES => text,
            _ => return Self::of_statements(bytes),
        };
        if crev::is_one(text) {
            let (proofs, unread) = crev::read(text);
            return Self {
                proofs,
                unread,
                ..Self::default()
            };
        }
        if text.trim_start().starts_with("tenure ") || !audits::is_one(text) {
            return Self::of_statements(bytes);
        }
        match speaker {
            Some(speaker) => {
                let (given, unread) = audits::read(bytes, speaker);
                Self {
                    given,
                    unread,
                    ..Self::default()
                }
            }
            None => Self {
                unread: vec![Unread {
                    line: 1,
                    why: StatementError::Foreign(
                        "a file of cargo-vet says not whose it is; name it as `vouches` of a [[follow]]"
                            .to_owned(),
                    ),
                }],
                ..Self::default()
            },
        }
    }

    fn of_keyring(bytes: &[u8]) -> Self {
        match openpgp::read(bytes) {
            Ok((given, counts)) => Self {
                given,
                keyring: Some(counts),
                ..Self::default()
            },
            Err(why) => Self {
                unread: vec![Unread {
                    line: 1,
                    why: StatementError::Foreign(why),
                }],
                ..Self::default()
            },
        }
    }

    fn of_statements(bytes: &[u8]) -> Self {
        let (signed, mut unread) = statement::read_all(bytes);
        let (links, unread_links) = identity::read_all(bytes);
        unread.extend(unread_links.into_iter().map(|one| Unread {
            line: one.line,
            why: StatementError::Foreign(one.why.to_string()),
        }));
        Self {
            signed,
            links,
            unread,
            ..Self::default()
        }
    }

    /// How many statements count.
    pub fn count(&self) -> usize {
        self.signed.len() + self.links.len() + self.proofs.len() + self.given.len()
    }
}

/// What all sources say together: what one person says at one may be taken back
/// at another.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    signed: Vec<Signed>,
    proofs: Vec<Proof>,
    given: Vec<Given>,
    links: Vec<identity::Signed>,
}

impl Heard {
    /// Adds a source.
    pub fn add(&mut self, source: Source) {
        self.signed.extend(source.signed);
        self.proofs.extend(source.proofs);
        self.given.extend(source.given);
        self.links.extend(source.links);
    }

    /// What people say of their own accounts.
    pub fn links(&self) -> &[identity::Signed] {
        &self.links
    }

    /// The vouches, each once, and who distrusts whom.
    pub fn vouches(self) -> (Vec<Given>, Vec<Against>) {
        let mut given = statement::given(&self.signed);
        let (proven, against) = crev::given(&self.proofs);
        given.extend(proven);
        given.extend(self.given);
        (given, against)
    }
}
