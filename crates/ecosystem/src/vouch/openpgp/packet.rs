//! Packets (RFC 9580, 4) and their armor (6.2).

use data_encoding::BASE64;

/// A packet's number and body.
pub(super) struct Packet<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
}

/// The packets of a keyring; a packet that is cut short or of no certain length
/// ends them with an error.
pub(super) struct Packets<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Packets<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            length: bytes.len(),
        }
    }

    /// The next one; an error is the offset at which there is none.
    pub(super) fn next(&mut self) -> Option<Result<Packet<'a>, usize>> {
        if self.rest.is_empty() {
            return None;
        }
        let at = self.length - self.rest.len();
        let next = self.take();
        if next.is_none() {
            self.rest = &[];
        }
        Some(next.ok_or(at))
    }

    fn take(&mut self) -> Option<Packet<'a>> {
        let (head, rest) = self.rest.split_first()?;
        if head & 0x80 == 0 {
            return None;
        }
        // The lower bits of an older header say how long the length is.
        let (tag, (length, rest)) = if head & 0x40 == 0 {
            let octets = [1, 2, 4].get(usize::from(head & 3))?;
            ((head >> 2) & 15, number(rest, *octets)?)
        } else {
            (head & 63, new_length(rest)?)
        };
        let (body, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Packet { tag, body })
    }
}

/// A number of so many octets, and what follows.
fn number(bytes: &[u8], octets: usize) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_at_checked(octets)?;
    let fold = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
    Some((number.iter().fold(0, fold), rest))
}

/// A length as in newer headers and before subpackets. Bodies in pieces are for
/// messages, never for keys.
pub(super) fn new_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    match first {
        0..=191 => Some((usize::from(*first), rest)),
        192..=223 => {
            let (second, rest) = rest.split_first()?;
            let length = (usize::from(*first) - 192) << 8;
            Some((length + usize::from(*second) + 192, rest))
        }
        255 => number(rest, 4),
        _ => None,
    }
}

/// A number of two or four octets at the beginning of bytes, and what follows.
pub(super) fn u16_of(bytes: &[u8]) -> Option<(usize, &[u8])> {
    number(bytes, 2)
}

/// As [`u16_of`].
pub(super) fn u32_of(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = number(bytes, 4)?;
    Some((u32::try_from(number).ok()?, rest))
}

/// A long integer without leading zeros, and what follows.
pub(super) fn integer(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (bits, rest) = u16_of(bytes)?;
    let (integer, rest) = rest.split_at_checked(bits.div_ceil(8))?;
    let zeros = integer.iter().take_while(|byte| **byte == 0).count();
    Some((&integer[zeros..], rest))
}

const BEGIN: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const END: &str = "-----END PGP PUBLIC KEY BLOCK-----";
const BEGIN_SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END_SIGNATURE: &str = "-----END PGP SIGNATURE-----";

/// Whether bytes are a keyring: public keys, in their armor or without.
pub(super) fn is_keyring(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(0x98..=0x9b | 0xc6) => true,
        _ => bytes.trim_ascii_start().starts_with(BEGIN.as_bytes()),
    }
}

/// Keys in their armor.
pub fn armor(bytes: &[u8]) -> String {
    let mut text = format!("{BEGIN}\n\n");
    let base64 = BASE64.encode(bytes);
    for line in base64.as_bytes().chunks(76) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text + END + "\n"
}

/// The bytes within one or more armors; `None` if one is broken. The checksum is
/// no protection and not looked at.
pub(super) fn unarmored(text: &str) -> Option<Vec<u8>> {
    between(text, (BEGIN, END))
}

/// As [`unarmored`], of signatures.
pub(super) fn unarmored_signatures(text: &str) -> Option<Vec<u8>> {
    between(text, (BEGIN_SIGNATURE, END_SIGNATURE))
}

/// Where in a text the first armor of a key or signature is, as
/// [`super::super::ssh::place`].
pub(in crate::vouch) fn place(text: &str) -> Option<(usize, usize)> {
    let kinds = [(BEGIN, END), (BEGIN_SIGNATURE, END_SIGNATURE)];
    let places = kinds.into_iter().filter_map(|(begin, end)| {
        let at = text.find(begin)?;
        if at > 0 && text.as_bytes()[at - 1] != b'\n' {
            return None;
        }
        let after = at + text[at..].find(end)? + end.len();
        Some((at, after + usize::from(text[after..].starts_with('\n'))))
    });
    places.min()
}

fn between(text: &str, (begins, ends): (&str, &str)) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find(begins) {
        let inside = &rest[begin + begins.len()..];
        let end = inside.find(ends)?;
        let mut base64 = String::new();
        // What stands before the first empty line are headers for people.
        let body = inside[..end].lines().skip(1);
        let body = body.skip_while(|line| line.contains(": "));
        for line in body {
            let line = line.trim();
            if !line.starts_with('=') {
                base64.push_str(line);
            }
        }
        bytes.extend(BASE64.decode(base64.as_bytes()).ok()?);
        rest = &inside[end..];
    }
    Some(bytes)
}
