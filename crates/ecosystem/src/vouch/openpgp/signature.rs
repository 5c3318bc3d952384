//! Signatures over keys, user ids and texts (RFC 9580, 5.2), as far as version 4 goes.

use super::packet::{integer, new_length, u16_of, u32_of};
use super::public::{Checked, Public};
use std::ops::Range;

/// A signature, parsed and not yet checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature<'a> {
    /// What it says.
    pub(super) kind: Kind,
    /// The number of what it says.
    number: u8,
    /// The algorithms of the key and of the digest.
    algorithms: (u8, u8),
    /// The parts that are signed, too.
    hashed: &'a [u8],
    /// Seconds since 1970.
    pub(super) created: u32,
    /// Seconds after it was made; `None`: never.
    pub(super) expires: Option<u32>,
    /// For the key that it is by: seconds after the key was made.
    pub(super) key_expires: Option<u32>,
    /// Whether a revocation says that the key may be in others' hands, or says
    /// nothing.
    pub(super) is_hard: bool,
    /// The last bytes of the fingerprint of whose it is.
    pub(super) issuer: Issuer,
    value: &'a [u8],
}

/// What signatures say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// That a user id is that of whoever has the key.
    Certification,
    /// That it says so no more.
    Revocation,
    /// Something about the key as a whole.
    OfKey,
    /// That the key is used no more.
    KeyRevocation,
    /// Nothing but the text that they are over, to the byte.
    Binary,
    /// The same with every line ended as the net does it.
    Text,
}

/// Whose a signature says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issuer {
    /// By the whole fingerprint.
    Fingerprint([u8; 20]),
    /// By its last bytes.
    Id([u8; 8]),
}

impl Issuer {
    pub(super) fn id(self) -> [u8; 8] {
        let mut id = [0; 8];
        match self {
            Self::Fingerprint(print) => id.copy_from_slice(&print[12..]),
            Self::Id(short) => id = short,
        }
        id
    }

    pub(super) fn is(self, fingerprint: &[u8; 20]) -> bool {
        match self {
            Self::Fingerprint(print) => print == *fingerprint,
            Self::Id(id) => fingerprint.ends_with(&id),
        }
    }
}

/// SHA-1 (RFC 9580, 9.5).
const SHA1: u8 = 2;

impl<'a> Signature<'a> {
    /// Reads one over a key or user id; `None` for those that say nothing here:
    /// of other versions or kinds, broken, for the maker's own use, or with a
    /// condition that is not known here and must not be passed over.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let kind = match body.get(1)? {
            // 0x11 says that nobody looked (GnuPG does not count it, either).
            0x10 | 0x12 | 0x13 => Kind::Certification,
            0x30 => Kind::Revocation,
            0x1f => Kind::OfKey,
            0x20 => Kind::KeyRevocation,
            _ => return None,
        };
        Self::of_kind(kind, body)
    }

    /// Reads one over a text; `None` as for [`Self::read`].
    pub(super) fn over_text(body: &'a [u8]) -> Option<Self> {
        let kind = match body.get(1)? {
            0x00 => Kind::Binary,
            0x01 => Kind::Text,
            _ => return None,
        };
        Self::of_kind(kind, body)
    }

    fn of_kind(kind: Kind, body: &'a [u8]) -> Option<Self> {
        let [4, number, key, digest, rest @ ..] = body else {
            return None;
        };
        let (length, rest) = u16_of(rest)?;
        let (hashed, rest) = rest.split_at_checked(length)?;
        let (length, rest) = u16_of(rest)?;
        let (unhashed, rest) = rest.split_at_checked(length)?;
        let value = rest.get(2..)?;
        let mut says = Says::default();
        says.read(hashed, true)?;
        says.read(unhashed, false)?;
        Some(Self {
            kind,
            number: *number,
            algorithms: (*key, *digest),
            hashed,
            created: says.created?,
            expires: says.expires.filter(|seconds| *seconds > 0),
            key_expires: says.key_expires.filter(|seconds| *seconds > 0),
            // Superseded and retired keys were good until then.
            is_hard: !matches!(says.reason, Some(1 | 3)),
            issuer: says.issuer?,
            value,
        })
    }

    /// Whether its digest is one for which two texts can be found by now.
    pub(super) fn is_sha1(&self) -> bool {
        self.algorithms.1 == SHA1
    }

    /// Checks it over a key, or a key and a user id.
    pub(super) fn check(&self, by: &Public<'_>, signed: &Signed<'_>) -> Checked {
        let mut message = Vec::with_capacity(signed.key.len() + self.hashed.len() + 300);
        put(&mut message, &[0x99], signed.key, 2);
        if let Some(user) = signed.user {
            put(&mut message, &[0xb4], user, 4);
        }
        self.check_over(by, message)
    }

    /// Checks it over a text whose lines end with `\n` alone.
    pub(super) fn check_text(&self, by: &Public<'_>, text: &str) -> Checked {
        let message = match self.kind {
            Kind::Text => text.replace('\n', "\r\n"),
            _ => text.to_owned(),
        };
        self.check_over(by, message.into_bytes())
    }

    fn check_over(&self, by: &Public<'_>, mut message: Vec<u8>) -> Checked {
        let (key, digest) = self.algorithms;
        put(&mut message, &[4, self.number, key, digest], self.hashed, 2);
        let length = (self.hashed.len() + 6) as u32;
        message.extend_from_slice(&[4, 0xff]);
        message.extend_from_slice(&length.to_be_bytes());
        by.verify(self.algorithms, &message, self.value)
    }
}

/// What a signature is over.
pub(super) struct Signed<'a> {
    /// The body of the key.
    pub(super) key: &'a [u8],
    /// The user id.
    pub(super) user: Option<&'a [u8]>,
}

/// Bytes after their length in so many octets.
fn put(message: &mut Vec<u8>, head: &[u8], bytes: &[u8], octets: usize) {
    message.extend_from_slice(head);
    // Packets are far shorter than four gigabytes, for the keyring is.
    let length = (bytes.len() as u32).to_be_bytes();
    message.extend_from_slice(
        &length[Range {
            start: 4 - octets,
            end: 4,
        }],
    );
    message.extend_from_slice(bytes);
}

/// What the subpackets say.
#[derive(Default)]
struct Says {
    created: Option<u32>,
    expires: Option<u32>,
    key_expires: Option<u32>,
    reason: Option<u8>,
    issuer: Option<Issuer>,
}

impl Says {
    /// Reads subpackets; of those that are not signed only whose signature it
    /// is, which checking it shows.
    fn read(&mut self, mut rest: &[u8], hashed: bool) -> Option<()> {
        while !rest.is_empty() {
            let (length, after) = new_length(rest)?;
            let (subpacket, after) = after.split_at_checked(length)?;
            rest = after;
            let (kind, data) = subpacket.split_first()?;
            match kind & 0x7f {
                16 if self.issuer.is_none() => {
                    self.issuer = Some(Issuer::Id(data.try_into().ok()?));
                }
                33 => {
                    if let [4, print @ ..] = data {
                        self.issuer = Some(Issuer::Fingerprint(print.try_into().ok()?));
                    }
                }
                // Everything else counts only where it is signed.
                _ if !hashed => {}
                2 => self.created = Some(u32_of(data)?.0),
                3 => self.expires = Some(u32_of(data)?.0),
                // Only for its maker's own keyring.
                4 if data == [0] => return None,
                9 => self.key_expires = Some(u32_of(data)?.0),
                29 => self.reason = data.first().copied(),
                // Those that change nothing here, or say how the key is used.
                4 | 5 | 7 | 11 | 12 | 16 | 20..=28 | 30 | 31 | 34 | 35 => {}
                // What must be known, and is not.
                _ if kind & 0x80 != 0 => return None,
                _ => {}
            }
        }
        Some(())
    }
}

/// The integers of a signature's value.
pub(super) fn integers(mut value: &[u8]) -> Option<Vec<&[u8]>> {
    let mut integers = Vec::new();
    while !value.is_empty() {
        let (integer, rest) = integer(value)?;
        integers.push(integer);
        value = rest;
    }
    Some(integers)
}
