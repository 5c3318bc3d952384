//! Answers of GitHub's API: who an account is, which keys it signs with, and
//! what is in its gists and files.

use super::{MAX_KEYS, ProofError, json, names};
use crate::vouch::ssh::Fingerprint;
use serde_json::Value;

/// More files than a gist can have.
const MAX_FILES: usize = 300;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The login, in lower case.
    pub login: String,
    /// The number, which stays when the login changes hands.
    pub id: u64,
}

/// A gist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gist {
    /// Whose it is.
    pub owner: User,
    /// The texts of its files.
    texts: Vec<String>,
}

/// The last commit that changed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Whose account wrote it.
    pub author: Option<User>,
    /// Whose account made the commit.
    pub committer: Option<User>,
    /// Whether its signature is one of the committer's own keys.
    pub is_signed: bool,
}

/// Reads an account.
///
/// # Errors
/// When it is none.
pub fn read_user(bytes: &[u8]) -> Result<User, ProofError> {
    user(&json(bytes)?).ok_or(ProofError("it is no account"))
}

/// Reads the keys with which an account signs.
///
/// # Errors
/// When it is no list of keys.
pub fn read_keys(bytes: &[u8]) -> Result<Vec<Fingerprint>, ProofError> {
    let document = json(bytes)?;
    let keys = document.as_array().ok_or(ProofError("it is no list"))?;
    let keys = keys.iter().take(MAX_KEYS);
    let keys = keys.filter_map(|key| Fingerprint::of_public_key(key["key"].as_str()?).ok());
    Ok(keys.collect())
}

/// Reads a gist.
///
/// # Errors
/// When it is none, or nobody's.
pub fn read_gist(bytes: &[u8]) -> Result<Gist, ProofError> {
    let document = json(bytes)?;
    let files = document["files"].as_object();
    let files = files.ok_or(ProofError("it is no gist"))?;
    let texts = files.values().take(MAX_FILES);
    let texts = texts.filter_map(|file| Some(file["content"].as_str()?.to_owned()));
    Ok(Gist {
        owner: user(&document["owner"]).ok_or(ProofError("the gist is nobody's"))?,
        texts: texts.collect(),
    })
}

/// Reads the list of commits that changed a file: its first is the last.
///
/// # Errors
/// When it is no list with a commit in it.
pub fn read_last_commit(bytes: &[u8]) -> Result<Commit, ProofError> {
    let document = json(bytes)?;
    let last = document.get(0).filter(|last| last["sha"].is_string());
    let last = last.ok_or(ProofError("it is no list of commits"))?;
    Ok(Commit {
        author: user(&last["author"]),
        committer: user(&last["committer"]),
        is_signed: last["commit"]["verification"]["verified"] == true,
    })
}

impl Gist {
    /// Whether one of its files names the key.
    pub fn names(&self, key: &Fingerprint) -> bool {
        self.texts.iter().any(|text| names(text, key))
    }
}

fn user(said: &Value) -> Option<User> {
    Some(User {
        login: said["login"].as_str()?.to_ascii_lowercase(),
        id: said["id"].as_u64()?,
    })
}
