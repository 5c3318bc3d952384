//! Keyrings of `OpenPGP`: who certified whose key (RFC 9580, 10.1), with every
//! signature checked that counts.
//!
//! Only keys of version 4 are read, and signatures by RSA of 2048 bits and more,
//! Ed25519 and ECDSA on the NIST curves; what else there is says nothing. Of
//! user ids the texts count, of certifications those by which somebody looked
//! (`0x10`, `0x12`, `0x13`) of keys in the same keyring. Whose SHA-1 digest was
//! signed after 2019-01-18 counts for nothing, as in `GnuPG`: since then two texts
//! with one digest are within reach. What a key's owner signs about the key
//! itself may rest on SHA-1, for nobody else chooses what is in it.

mod document;
mod packet;
mod public;
mod ring;
mod signature;

pub use document::{OpenPgpError, SigningKey, key, verify};
pub use packet::armor;
pub(super) use packet::place;

use packet::{Packets, is_keyring, unarmored};
use public::Public;
use ring::{Block, Ring, User};
use signature::Signature;
use std::borrow::Cow;
use tenure_domain::Given;

/// The largest keyring, in bytes; the largest known one has thirty million.
pub const MAX_KEYRING: usize = 64 * 1024 * 1024;

/// What is in a keyring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Keys, each once.
    pub keys: usize,
    /// Of those, the ones that hold no more: revoked, without a user id that
    /// stands, or of a kind that is not checked.
    pub dead: usize,
    /// Ordered pairs of keys of which one certified the other's user id.
    pub certifications: usize,
    /// Signatures that were checked and are good.
    pub good: usize,
    /// Signatures that are none by the key that they name.
    pub wrong: usize,
    /// Signatures of other keys than those in the keyring.
    pub strangers: usize,
    /// Certifications on SHA-1 that came too late to count.
    pub late_sha1: usize,
    /// Signatures by algorithms that are not checked here.
    pub unsupported: usize,
}

/// Whether bytes are a keyring.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    is_keyring(bytes)
}

/// Reads a keyring: the vouches that its certifications are, and what is in it.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8]) -> Result<(Vec<Given>, Counts), String> {
    if bytes.len() > MAX_KEYRING {
        return Err(format!("the keyring has more than {MAX_KEYRING} bytes"));
    }
    let bytes = match str::from_utf8(bytes) {
        Ok(text) => Cow::Owned(unarmored(text).ok_or("the keyring's armor is broken")?),
        Err(_) => Cow::Borrowed(bytes),
    };
    let blocks = blocks(&bytes)?;
    Ok(Ring::of(blocks).certifications())
}

/// The keys of a keyring, each with its user ids and the signatures over both.
fn blocks(bytes: &[u8]) -> Result<Vec<Block<'_>>, String> {
    /// What the next signatures are over.
    enum Over {
        Key,
        User,
        Other,
    }
    let (mut blocks, mut over): (Vec<Block<'_>>, Over) = (Vec::new(), Over::Other);
    let mut packets = Packets::of(bytes);
    while let Some(packet) = packets.next() {
        let packet = packet.map_err(|at| format!("the keyring is broken at byte {at}"))?;
        match packet.tag {
            6 => {
                over = Over::Other;
                if let Some(key) = Public::read(packet.body) {
                    blocks.push(Block::of(key));
                    over = Over::Key;
                } else {
                    // What follows is over a key that is not read.
                    blocks.push(Block::unread());
                }
            }
            13 => {
                let user = User {
                    id: packet.body,
                    signatures: Vec::new(),
                };
                if let Some(block) = blocks.last_mut() {
                    block.users.push(user);
                    over = Over::User;
                }
            }
            14 | 17 => over = Over::Other,
            2 => {
                let Some(signature) = Signature::read(packet.body) else {
                    continue;
                };
                let Some(block) = blocks.last_mut() else {
                    continue;
                };
                match (&over, block.users.last_mut()) {
                    (Over::Key, _) => block.signatures.push(signature),
                    (Over::User, Some(user)) => user.signatures.push(signature),
                    _ => {}
                }
            }
            // Trust, markers and padding are a program's own.
            _ => {}
        }
    }
    blocks.retain(|block| block.key.is_some());
    if blocks.is_empty() {
        return Err("the keyring has no key of version 4".to_owned());
    }
    Ok(blocks)
}

#[cfg(test)]
mod document_tests;
#[cfg(test)]
mod tests;
