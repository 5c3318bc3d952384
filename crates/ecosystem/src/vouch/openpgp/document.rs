//! Texts that a key of `OpenPGP` signed (RFC 9580, 5.2.1.1 and 5.2.1.2), with the
//! key beside the signature. The primary key alone counts: a subkey is bound to
//! it by signatures that are not read here.

use super::blocks;
use super::packet::{Packets, unarmored, unarmored_signatures};
use super::public::{Checked, Public};
use super::ring::{Holds, Ring, name};
use super::signature::Signature;
use crate::vouch::Fingerprint;
use tenure_domain::Time;

/// The longest key in its armor, in bytes: some user ids with their signatures.
const MAX_KEY: usize = 16 * 1024;
/// The longest signature in its armor, in bytes; those of the largest keys have
/// about two thousand.
const MAX_SIGNATURE: usize = 4 * 1024;

/// Why a key of `OpenPGP`, or what it signed, does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenPgpError {
    /// The signature or the key is not there.
    #[error(
        "the OpenPGP key has not signed it: after the first signature must stand that of the OpenPGP key, and then the public key"
    )]
    Lacking,
    /// The key is laid out otherwise.
    #[error("not one public key of OpenPGP in its armor: {0}")]
    Key(&'static str),
    /// The signature is laid out otherwise.
    #[error("not one signature of OpenPGP over a text, in its armor: {0}")]
    Signature(&'static str),
    /// The key is another than the one that is named.
    #[error("the public key is {found}, not {named}")]
    OtherKey {
        /// The one that is there.
        found: Fingerprint,
        /// The one that is named.
        named: Fingerprint,
    },
    /// Its owner revoked it.
    #[error("the key {0} was revoked by its owner")]
    Revoked(Fingerprint),
    /// Nothing that its owner signed says that it holds.
    #[error("the key {0} has no user id that it signed with an algorithm that is checked here")]
    Unsigned(Fingerprint),
    /// It expired before it signed.
    #[error("the key {key} expired on {on}")]
    Expired {
        /// Which.
        key: Fingerprint,
        /// The day, as 2026-11-23.
        on: String,
    },
    /// The signature was made before the key, or is over for good.
    #[error("the signature of {0} was made before the key, or expires")]
    OtherTime(Fingerprint),
    /// The signature names another key.
    #[error("the signature is not by the primary key {0}; those of subkeys do not count")]
    OtherSigner(Fingerprint),
    /// The signature uses what is not checked.
    #[error(
        "the signature of {0} is by an algorithm that is not checked here; RSA of 2048 bits and more, Ed25519 and ECDSA on the NIST curves are, with SHA-256, SHA-384 or SHA-512"
    )]
    Unsupported(Fingerprint),
    /// It is not one over this text.
    #[error("the signature of {0} is not one over this text")]
    Wrong(Fingerprint),
}

/// A key that can sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name.
    pub fingerprint: Fingerprint,
    /// When it expires by what its owner signed; `None`: never.
    pub until: Option<Time>,
}

/// Reads a public key in its armor.
///
/// # Errors
/// When it is not one, is revoked, or has no user id that stands.
pub fn key(armor: &str) -> Result<SigningKey, OpenPgpError> {
    let bytes = key_bytes(armor)?;
    let (key, holds) = standing(&bytes)?;
    let until = holds.until.map(time);
    let fingerprint = Fingerprint::of(name(&key));
    Ok(SigningKey { fingerprint, until })
}

/// Checks a signature in its armor over a text whose lines end with `\n`, by the
/// primary key `named`, whose public key `key` is. Tells when that key expires
/// by what its owner signed; `None`: never.
///
/// # Errors
/// When the key is another, or was revoked, or had expired when it signed; or
/// when the signature is none by it over this text.
pub fn verify(
    signature: &str,
    key: &str,
    named: &Fingerprint,
    text: &str,
) -> Result<Option<Time>, OpenPgpError> {
    let bytes = key_bytes(key)?;
    let (key, holds) = standing(&bytes)?;
    let by = || named.clone();
    let found = Fingerprint::of(name(&key));
    if found != *named {
        let named = by();
        return Err(OpenPgpError::OtherKey { found, named });
    }
    let bytes = signature_bytes(signature)?;
    let signature = read_signature(&bytes)?;
    if !signature.issuer.is(&key.fingerprint) {
        return Err(OpenPgpError::OtherSigner(by()));
    }
    if signature.created < key.created || signature.expires.is_some() {
        return Err(OpenPgpError::OtherTime(by()));
    }
    if let Some(end) = holds.until
        && u64::from(signature.created) >= end
    {
        let on = time(end).date();
        return Err(OpenPgpError::Expired { key: by(), on });
    }
    if signature.is_sha1() {
        return Err(OpenPgpError::Unsupported(by()));
    }
    match signature.check_text(&key, text) {
        Checked::Good => Ok(holds.until.map(time)),
        Checked::Wrong => Err(OpenPgpError::Wrong(by())),
        Checked::Unsupported => Err(OpenPgpError::Unsupported(by())),
    }
}

fn key_bytes(armor: &str) -> Result<Vec<u8>, OpenPgpError> {
    if armor.len() > MAX_KEY {
        let why = "it has more than 16 KiB; `gpg --armor --export-options export-minimal --export` leaves out what others signed";
        return Err(OpenPgpError::Key(why));
    }
    unarmored(armor).ok_or(OpenPgpError::Key("its armor is broken"))
}

/// The one key among packets, and when it holds; it is not revoked.
fn standing(bytes: &[u8]) -> Result<(Public<'_>, Holds), OpenPgpError> {
    let blocks = blocks(bytes);
    let blocks = blocks.map_err(|_| OpenPgpError::Key("it is broken or not of version 4"))?;
    let only = Ring::of(blocks).only();
    let (key, holds) = only.ok_or(OpenPgpError::Key("there are several"))?;
    let named = || Fingerprint::of(name(&key));
    if holds.revoked.is_some() {
        return Err(OpenPgpError::Revoked(named()));
    }
    if !holds.ever {
        return Err(OpenPgpError::Unsigned(named()));
    }
    Ok((key, holds))
}

fn signature_bytes(armor: &str) -> Result<Vec<u8>, OpenPgpError> {
    if armor.len() > MAX_SIGNATURE {
        return Err(OpenPgpError::Signature("it is too long"));
    }
    unarmored_signatures(armor).ok_or(OpenPgpError::Signature("its armor is broken"))
}

fn read_signature(bytes: &[u8]) -> Result<Signature<'_>, OpenPgpError> {
    let mut packets = Packets::of(bytes);
    let packet = match (packets.next(), packets.next()) {
        (Some(Ok(packet)), None) if packet.tag == 2 => packet,
        _ => return Err(OpenPgpError::Signature("there is none, or another packet")),
    };
    let signature = Signature::over_text(packet.body);
    signature.ok_or(OpenPgpError::Signature(
        "it is of another version or kind, or has a condition that is not known",
    ))
}

fn time(seconds: u64) -> Time {
    Time::from_millis(i64::try_from(seconds * 1000).unwrap_or(i64::MAX))
}
