//! Where the parts of a JSON text end that have no parts themselves.

/// Where the white space at `at` ends. Some registries indent their documents,
/// so spaces are taken eight at a time.
#[inline]
pub(super) fn after_space(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(byte) if *byte > b' ' => at,
        _ => after_more_space(bytes, at),
    }
}

#[inline(never)]
fn after_more_space(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ') if bytes[at..].first_chunk() == Some(b"        ") => at += 8,
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// Where the string that begins at `start` has ended; `None` if it does not, or
/// is none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "measured on the corpus")]
pub(super) fn after_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at = next_special(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = after_escape(bytes, at)?,
            _ => return None,
        }
    }
}

/// Where the escape that begins at `at` has ended; `None` if it is none.
#[inline]
fn after_escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => {
            let digits: &[u8; 4] = bytes.get(at + 2..)?.first_chunk()?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(at + 6)
        }
        _ => None,
    }
}

/// What is wrong with the string that begins at `start`, and where.
#[cold]
pub(super) fn string_damage(bytes: &[u8], start: usize) -> (usize, &'static str) {
    let mut at = start + 1;
    loop {
        at = next_special(bytes, at);
        match bytes.get(at) {
            Some(b'\\') => match after_escape(bytes, at) {
                Some(after) => at = after,
                None => return (at, "an escape is unknown or cut short"),
            },
            Some(_) => return (at, "a string has a control character"),
            None => return (bytes.len(), "the document ends inside a string"),
        }
    }
}

/// Where the first byte at or after `at` stands that is a quote, a backslash or
/// a control character; the end if there is none. Looks at eight bytes at a
/// time: most strings are too short for a vector search to pay.
#[inline]
fn next_special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = specials(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    rest.iter()
        .position(special)
        .map_or(bytes.len(), |found| at + found)
}

/// The high bit of each byte that is special, and of none below the first one
/// (Warren, "Hacker's Delight", 6-1: a byte that is less than `n` borrows when
/// `n` is taken off it).
#[inline]
fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
    const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
    const ESCAPES: u64 = u64::from_ne_bytes([b'\\'; 8]);
    let quotes = (word ^ QUOTES).wrapping_sub(ONES);
    let escapes = (word ^ ESCAPES).wrapping_sub(ONES);
    let controls = word.wrapping_sub(SPACES);
    (quotes | escapes | controls) & !word & HIGH
}

/// Where the number, `true`, `false` or `null` that begins at `start` has
/// ended; `None` if none of them does.
#[inline]
pub(super) fn after_scalar(bytes: &[u8], start: usize) -> Option<usize> {
    let word = match bytes.get(start)? {
        b't' => &b"true"[..],
        b'f' => b"false",
        b'n' => b"null",
        b'-' | b'0'..=b'9' => return after_number(bytes, start),
        _ => return None,
    };
    bytes[start..].starts_with(word).then(|| start + word.len())
}

/// Where the number that begins at `at` has ended (RFC 8259, section 6).
fn after_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(bytes.get(at) == Some(&b'-'));
    if bytes.get(at) == Some(&b'0') {
        at += 1;
    } else {
        at = after_digits(bytes, at)?;
    }
    if bytes.get(at) == Some(&b'.') {
        at = after_digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let signed = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = after_digits(bytes, at + 1 + usize::from(signed))?;
    }
    Some(at)
}

/// Where the digits at `at` end; `None` if there are none.
fn after_digits(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes
        .get(at..)?
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let count = digits.count();
    (count > 0).then_some(at + count)
}
