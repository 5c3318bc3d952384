//! What a statement says, and reading many of them.

use super::lines::{Lines, Malformed, brief};
use super::minisign;
use super::pieces::{Piece, pieces};
use super::ssh::{self, Fingerprint, SshError};
use super::{MAX_BYTES, NAMESPACE};
use crate::digest::sha256_hex;
use crate::identity;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;
use tenure_domain::{Days, Given, Party, Person, Purpose, Time};

/// The longest statement, in bytes.
const MAX_TEXT: usize = 8 * 1024;
/// The longest reason, in characters.
const MAX_REASON: usize = 500;
/// The most accounts and keys that one statement is about.
const MAX_ABOUT: usize = 16;
/// The longest that a vouch may hold: to the same day of the next year.
const LONGEST: Days = Days(366.0);

const VOUCH: &str = "tenure vouch 1";
const REVOCATION: &str = "tenure revocation 1";

/// Whom a vouch is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// An account of a registry.
    Account(Party),
    /// A key with which the person makes statements.
    Key(Fingerprint),
}

/// What is said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// That somebody vouches.
    Vouch {
        /// For whom: accounts and keys of one person.
        about: Vec<About>,
        /// For what.
        purpose: Purpose,
        /// The first day on which it holds.
        from: Time,
        /// The last day on which it holds.
        until: Time,
    },
    /// That a vouch is taken back.
    Revocation {
        /// Which: the SHA-256 of its text, in hexadecimal digits.
        of: String,
        /// When.
        on: Time,
    },
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Whose it is.
    pub by: Fingerprint,
    /// What is said.
    pub said: Said,
    /// Why; empty if nothing was said. One line.
    pub reason: String,
}

/// A statement with a signature by whom it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    /// The statement.
    pub statement: Statement,
    /// The SHA-256 of its text, in hexadecimal digits: its name in a
    /// revocation.
    pub digest: String,
    /// The line at which it begins, from 1.
    pub line: u32,
}

/// Why a statement says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is laid out otherwise.
    #[error("not a statement of Tenure: {0}")]
    Malformed(String),
    /// It is of another form, in which something is wrong with it.
    #[error("{0}")]
    Foreign(String),
    /// It would hold too long, or never.
    #[error("a vouch holds for one day to one year, not from {from} until {until}")]
    Span {
        /// Its first day.
        from: String,
        /// Its last.
        until: String,
    },
    /// Its signature does not count.
    #[error(transparent)]
    Signature(#[from] SshError),
    /// Its signature is by another key than it names.
    #[error("it is signed with the key {0}, which is not the one that it names")]
    OtherKey(Fingerprint),
}

/// A statement that was passed over, which is on the safe side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unread {
    /// The line at which it begins, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub why: StatementError,
}

/// Reads a file of statements, each with its signature. Those that do not count
/// are told apart.
pub fn read_all(bytes: &[u8]) -> (Vec<Signed>, Vec<Unread>) {
    let (mut signed, mut unread) = (Vec::new(), Vec::new());
    let refused = |line, why: &str| Unread {
        line,
        why: StatementError::Malformed(why.to_owned()),
    };
    if bytes.len() > MAX_BYTES {
        unread.push(refused(1, "the file is too large"));
        return (signed, unread);
    }
    let Ok(text) = str::from_utf8(bytes) else {
        unread.push(refused(1, "the file is not UTF-8"));
        return (signed, unread);
    };
    // What git does to ends of lines on some machines is no forgery.
    let text = text.replace("\r\n", "\n");
    for piece in pieces(&text) {
        // A file may hold what people say of their own accounts, too.
        if identity::is_one(piece.text) {
            continue;
        }
        match read_one(&piece) {
            Ok(read) => signed.push(read),
            Err(why) => unread.push(Unread {
                line: piece.line,
                why,
            }),
        }
    }
    (signed, unread)
}

/// Who took back which vouch, by its name, and when.
pub fn revocations(signed: &[Signed]) -> HashMap<(&str, &str), Time> {
    let mut revocations: HashMap<(&str, &str), Time> = HashMap::new();
    for one in signed {
        if let Said::Revocation { of, on } = &one.statement.said {
            let entry = revocations.entry((one.statement.by.as_str(), of));
            let first = entry.or_insert(*on);
            *first = (*first).min(*on);
        }
    }
    revocations
}

/// The vouches that statements give, each once, with what was taken back.
pub fn given(signed: &[Signed]) -> Vec<Given> {
    let revocations = revocations(signed);
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for one in signed.iter().filter(|one| seen.insert(&*one.digest)) {
        let Said::Vouch {
            about,
            purpose,
            from,
            until,
        } = &one.statement.said
        else {
            continue;
        };
        let by = one.statement.by.as_str();
        let revoked = revocations.get(&(by, &*one.digest)).copied();
        all.extend(about.iter().map(|about| Given {
            by: by.into(),
            about: about.person(),
            only: None,
            purpose: *purpose,
            from: *from,
            until: *until,
            revoked,
            renewed: false,
        }));
    }
    all
}

fn read_one(piece: &Piece<'_>) -> Result<Signed, StatementError> {
    let armor = match *piece.armors {
        [armor] => armor,
        [] => return Err(malformed("it has no signature")),
        _ => return Err(malformed("it has more than one signature")),
    };
    let statement: Statement = piece.text.parse()?;
    if minisign::is_one(armor) {
        minisign::verify(armor, &statement.by, piece.text.as_bytes())?;
    } else {
        let key = ssh::verify(armor, NAMESPACE, piece.text.as_bytes())?;
        if key != statement.by {
            return Err(StatementError::OtherKey(key));
        }
    }
    Ok(Signed {
        digest: sha256_hex(piece.text.as_bytes()),
        statement,
        line: piece.line,
    })
}

impl About {
    /// As it is whatever form a vouch has.
    pub fn person(&self) -> Person {
        match self {
            Self::Account(party) => Person::Account(party.clone()),
            Self::Key(key) => Person::Key(key.as_str().into()),
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(party) => party.fmt(f),
            Self::Key(key) => key.fmt(f),
        }
    }
}

impl FromStr for About {
    type Err = StatementError;

    /// Reads an account such as `npm:river-keeper`, a key's fingerprint or a
    /// public key.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if Fingerprint::is_meant(text) {
            return Ok(Self::Key(text.parse()?));
        }
        let party: Party = text.parse().map_err(|_| {
            malformed(format!(
                "`{}` is neither an account such as npm:river-keeper nor a key such as SHA256:...",
                brief(text)
            ))
        })?;
        if matches!(party, Party::Workflow { config: None, .. }) {
            return Err(malformed(format!(
                "`{party}` could be anybody's workflow; it needs its id"
            )));
        }
        Ok(Self::Account(party))
    }
}

impl fmt::Display for Statement {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.said {
            Said::Vouch {
                about,
                purpose,
                from,
                until,
            } => {
                writeln!(f, "{VOUCH}\nby: {}", self.by)?;
                for about in about {
                    writeln!(f, "about: {about}")?;
                }
                writeln!(f, "for: {purpose}")?;
                writeln!(f, "from: {}\nuntil: {}", from.date(), until.date())?;
            }
            Said::Revocation { of, on } => {
                writeln!(f, "{REVOCATION}\nby: {}", self.by)?;
                writeln!(f, "of: {of}\non: {}", on.date())?;
            }
        }
        if self.reason.is_empty() {
            return Ok(());
        }
        writeln!(f, "reason: {}", self.reason)
    }
}

impl FromStr for Statement {
    type Err = StatementError;

    /// Reads the text that is signed. There is one way to write a statement: one
    /// that would be written otherwise is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_TEXT {
            return Err(malformed("it is too long"));
        }
        let mut lines = Lines::of(text);
        let head = lines.next();
        let by = match head {
            VOUCH | REVOCATION => lines.value("by")?.parse()?,
            _ => {
                let message = format!("it begins with `{}`, not with `{VOUCH}`", brief(head));
                return Err(malformed(message));
            }
        };
        let said = if head == VOUCH {
            lines.vouch()?
        } else {
            lines.revocation()?
        };
        let mut reason = String::new();
        if lines.has_more() {
            lines.value("reason")?.clone_into(&mut reason);
        }
        let statement = Self { by, said, reason };
        statement.check()?;
        if statement.to_string() != text {
            return Err(malformed(
                "it is not written in the one way: fields in order, dates as 2026-11-23, nothing else",
            ));
        }
        Ok(statement)
    }
}

impl Statement {
    /// Checks what the text alone does not.
    ///
    /// # Errors
    /// When it is about nobody, holds too long, or its reason is no line.
    pub fn check(&self) -> Result<(), StatementError> {
        if let Said::Vouch {
            about, from, until, ..
        } = &self.said
        {
            if about.is_empty() || about.len() > MAX_ABOUT {
                return Err(malformed(format!(
                    "it is about one to {MAX_ABOUT} accounts and keys"
                )));
            }
            if until < from || until.since(*from) > LONGEST {
                return Err(StatementError::Span {
                    from: from.date(),
                    until: until.date(),
                });
            }
        }
        if self.reason.chars().any(char::is_control) || self.reason.chars().count() > MAX_REASON {
            return Err(malformed(format!(
                "the reason must be one line of at most {MAX_REASON} characters"
            )));
        }
        Ok(())
    }
}

impl Lines<'_> {
    fn vouch(&mut self) -> Result<Said, StatementError> {
        let mut about = Vec::new();
        while about.is_empty() || self.is_next("about") {
            about.push(self.value("about")?.parse()?);
        }
        Ok(Said::Vouch {
            about,
            purpose: self
                .value("for")?
                .parse()
                .map_err(|error| malformed(format!("`for`: {error}")))?,
            from: self.date("from")?,
            until: self.date("until")?,
        })
    }

    fn revocation(&mut self) -> Result<Said, StatementError> {
        Ok(Said::Revocation {
            of: self.digest("of")?,
            on: self.date("on")?,
        })
    }
}

impl From<Malformed> for StatementError {
    fn from(Malformed(message): Malformed) -> Self {
        Self::Malformed(message)
    }
}

fn malformed(message: impl Into<String>) -> StatementError {
    StatementError::Malformed(message.into())
}
