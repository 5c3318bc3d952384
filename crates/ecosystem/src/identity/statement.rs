//! What a statement about one's own account says, and reading many of them.

use super::NAMESPACE;
use super::account::{Account, AccountError, web_address};
use crate::digest::sha256_hex;
use crate::vouch::MAX_BYTES;
use crate::vouch::lines::{Lines, Malformed, brief};
use crate::vouch::openpgp::{self, OpenPgpError};
use crate::vouch::pieces::{Piece, pieces};
use crate::vouch::ssh::{self, Fingerprint, SshError};
use std::fmt;
use std::str::FromStr;
use tenure_domain::{Ecosystem, PackageId, Time};
use url::Url;

/// The longest statement, in bytes.
const MAX_TEXT: usize = 4 * 1024;

const LINK: &str = "tenure identity 1";
const WITHDRAWAL: &str = "tenure withdrawal 1";

/// Where an account shows the key, in so far as that does not follow from the
/// account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A page.
    Address(Url),
    /// A package that the account publishes.
    Package(PackageId),
}

/// What is said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// That an account is one's own.
    Link {
        /// Which.
        account: Account,
        /// Where it shows the key.
        proof: Option<Proof>,
        /// The first day on which it is said.
        from: Time,
    },
    /// That a link is taken back.
    Withdrawal {
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
}

/// A statement with a signature by whom it names, and by the other key where it
/// is about one.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    /// The statement.
    pub statement: Statement,
    /// The SHA-256 of its text, in hexadecimal digits: its name wherever it is
    /// spoken of.
    pub digest: String,
    /// When the other key ends by itself, if there is one and it does.
    pub until: Option<Time>,
    /// The line at which it begins, from 1.
    pub line: u32,
}

/// Why a statement says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// It is laid out otherwise.
    #[error("not a statement about one's own account: {0}")]
    Malformed(String),
    /// It names no account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// It is about an account that shows the key elsewhere.
    #[error("`{account}`: {why}")]
    Proof {
        /// The account.
        account: String,
        /// What is wrong with the place.
        why: &'static str,
    },
    /// Its signature does not count.
    #[error(transparent)]
    Signature(#[from] SshError),
    /// Its signature is by another key than it names.
    #[error("it is signed with the key {0}, which is not the one that it names")]
    OtherKey(Fingerprint),
    /// The `OpenPGP` key that it is about, or its signature, does not count.
    #[error(transparent)]
    OpenPgp(#[from] OpenPgpError),
    /// The other key that it is about has not signed it.
    #[error("the other key has not signed it: its signature must stand after the first")]
    NotBothKeys,
}

/// A statement that was passed over, which is on the safe side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unread {
    /// The line at which it begins, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub why: IdentityError,
}

/// Whether a text sets out to be a statement of this kind.
pub fn is_one(text: &str) -> bool {
    let head = text.lines().next().unwrap_or_default();
    head.starts_with("tenure identity ") || head.starts_with("tenure withdrawal ")
}

/// Reads a file of statements, each with its signatures. Statements of other
/// kinds are left to others; those that do not count are told apart.
pub fn read_all(bytes: &[u8]) -> (Vec<Signed>, Vec<Unread>) {
    let (mut signed, mut unread) = (Vec::new(), Vec::new());
    // Whoever reads the other kinds says what is wrong with such a file.
    let text = match str::from_utf8(bytes) {
        Ok(text) if bytes.len() <= MAX_BYTES => text.replace("\r\n", "\n"),
        _ => return (signed, unread),
    };
    for piece in pieces(&text).iter().filter(|piece| is_one(piece.text)) {
        match read_one(piece) {
            Ok(read) => signed.push(read),
            Err(why) => unread.push(Unread {
                line: piece.line,
                why,
            }),
        }
    }
    (signed, unread)
}

fn read_one(piece: &Piece<'_>) -> Result<Signed, IdentityError> {
    let statement: Statement = piece.text.parse()?;
    let by = |armor: &str| ssh::verify(armor, NAMESPACE, piece.text.as_bytes());
    let (first, others) = match piece.armors.split_first() {
        Some((first, others)) => (by(first)?, others),
        None => return Err(malformed("it has no signature")),
    };
    if first != statement.by {
        return Err(IdentityError::OtherKey(first));
    }
    let until = match (statement.other_key(), others) {
        (None, []) => None,
        (Some(other), [signature, key]) if other.is_openpgp() => {
            openpgp::verify(signature, key, other, piece.text)?
        }
        (Some(other), _) if other.is_openpgp() => return Err(OpenPgpError::Lacking.into()),
        (Some(other), [armor]) if by(armor)? == *other => None,
        (Some(_), _) => return Err(IdentityError::NotBothKeys),
        (None, _) => return Err(malformed("it has more than one signature")),
    };
    Ok(Signed {
        until,
        digest: sha256_hex(piece.text.as_bytes()),
        statement,
        line: piece.line,
    })
}

impl Statement {
    /// The other key, if it is about one, which has to sign it, too.
    pub fn other_key(&self) -> Option<&Fingerprint> {
        match &self.said {
            Said::Link {
                account: Account::Key(key),
                ..
            } => Some(key),
            _ => None,
        }
    }

    /// Checks what the text alone does not.
    ///
    /// # Errors
    /// When its account cannot show the key where it says, or is the key itself.
    pub fn check(&self) -> Result<(), IdentityError> {
        let Said::Link { account, proof, .. } = &self.said else {
            return Ok(());
        };
        if self.other_key() == Some(&self.by) {
            return Err(malformed("it is about the key that makes it"));
        }
        let why = misplaced(account, proof.as_ref());
        why.map_or(Ok(()), |why| {
            let account = account.to_string();
            Err(IdentityError::Proof { account, why })
        })
    }
}

/// What is wrong with the place at which an account shows the key.
fn misplaced(account: &Account, proof: Option<&Proof>) -> Option<&'static str> {
    match (account, proof) {
        (Account::Github { .. }, None | Some(Proof::Address(_)))
        | (Account::Domain(_) | Account::Key(_), None)
        | (Account::Web(_), Some(Proof::Address(_))) => None,
        (Account::Web(_), _) => {
            Some("`proof` must be the page that names the key, which the profile links to")
        }
        (Account::Registry(party), proof) => match (party.ecosystem(), proof) {
            (Ecosystem::Cargo, None) => None,
            (Ecosystem::Cargo, Some(_)) => Some("the registry says itself where it shows the key"),
            (of, Some(Proof::Package(package))) if package.ecosystem() == of => None,
            _ => Some("`proof` must be a package of the account that names the key"),
        },
        (Account::Github { .. }, Some(_)) => Some("`proof` must be the address of a gist or file"),
        (Account::Domain(_) | Account::Key(_), Some(_)) => {
            Some("where it shows the key is known, so it takes no `proof`")
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(url) => url.fmt(f),
            Self::Package(package) => package.fmt(f),
        }
    }
}

impl FromStr for Proof {
    type Err = IdentityError;

    /// Reads an address or a package such as `pkg:npm/river`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("pkg:") {
            let package = text.parse();
            let package = package.map_err(|error| malformed(format!("`proof`: {error}")))?;
            return Ok(Self::Package(package));
        }
        let address = web_address(text);
        let address = address.map_err(|why| malformed(format!("`proof`: {why}")))?;
        Ok(Self::Address(address))
    }
}

impl fmt::Display for Statement {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.said {
            Said::Link {
                account,
                proof,
                from,
            } => {
                writeln!(f, "{LINK}\nby: {}\naccount: {account}", self.by)?;
                if let Some(proof) = proof {
                    writeln!(f, "proof: {proof}")?;
                }
                writeln!(f, "from: {}", from.date())
            }
            Said::Withdrawal { of, on } => {
                writeln!(f, "{WITHDRAWAL}\nby: {}", self.by)?;
                writeln!(f, "of: {of}\non: {}", on.date())
            }
        }
    }
}

impl FromStr for Statement {
    type Err = IdentityError;

    /// Reads the text that is signed. There is one way to write a statement: one
    /// that would be written otherwise is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_TEXT {
            return Err(malformed("it is too long"));
        }
        let mut lines = Lines::of(text);
        let head = lines.next();
        if head != LINK && head != WITHDRAWAL {
            let message = format!("it begins with `{}`, not with `{LINK}`", brief(head));
            return Err(malformed(message));
        }
        let by = lines.value("by")?.parse()?;
        let said = if head == LINK {
            lines.link()?
        } else {
            lines.withdrawal()?
        };
        let statement = Self { by, said };
        statement.check()?;
        if statement.to_string() != text {
            return Err(malformed(
                "it is not written in the one way: fields in order, names in lower case, dates as 2026-11-23, nothing else",
            ));
        }
        Ok(statement)
    }
}

impl Lines<'_> {
    fn link(&mut self) -> Result<Said, IdentityError> {
        let account = self.value("account")?.parse()?;
        let mut proof = None;
        if self.is_next("proof") {
            proof = Some(self.value("proof")?.parse()?);
        }
        let from = self.date("from")?;
        Ok(Said::Link {
            account,
            proof,
            from,
        })
    }

    fn withdrawal(&mut self) -> Result<Said, IdentityError> {
        Ok(Said::Withdrawal {
            of: self.digest("of")?,
            on: self.date("on")?,
        })
    }
}

impl From<Malformed> for IdentityError {
    fn from(Malformed(message): Malformed) -> Self {
        Self::Malformed(message)
    }
}

fn malformed(message: impl Into<String>) -> IdentityError {
    IdentityError::Malformed(message.into())
}
