//! Walks a JSON document once and hands out keys and the raw text of values.
//!
//! A packument is megabytes of text around kilobytes of facts. This splits it
//! at its structure and parses nothing: the few values that matter are parsed by
//! `serde_json` afterwards, and mostly not even that, since they repeat from
//! version to version and equal text has equal meaning. What is passed over is
//! checked for balance and closed strings only.

use std::borrow::Cow;

/// How deep a value may nest; real manifests reach ten levels.
const MAX_DEPTH: u32 = 64;

/// A document is no JSON; [`Scanner::damage`] says where and why. The mark is
/// empty so that the results of the innermost steps stay in registers.
#[derive(Debug)]
pub(in crate::npm) struct Damaged;

/// A key of an object.
#[derive(Clone, Copy)]
pub(in crate::npm) struct Key<'d> {
    quoted: &'d [u8],
}

impl<'d> Key<'d> {
    /// The key as it is written between its quotes. A field name written with
    /// escapes is not recognised, and so is no fact; no registry writes one.
    pub(in crate::npm) fn written(self) -> &'d [u8] {
        &self.quoted[1..self.quoted.len() - 1]
    }

    /// The key with its quotes, as a string value of the same text would be
    /// written.
    pub(in crate::npm) fn quoted(self) -> &'d [u8] {
        self.quoted
    }

    /// The key's text; `None` if it is no UTF-8 or has a broken escape.
    pub(in crate::npm) fn text(self) -> Option<Cow<'d, str>> {
        unquote(self.quoted)
    }
}

/// A place in a document.
pub(in crate::npm) struct Scanner<'d> {
    bytes: &'d [u8],
    at: usize,
    why: &'static str,
    /// An object was entered and no member has been read yet.
    fresh: bool,
}

impl<'d> Scanner<'d> {
    /// Before the document's value.
    pub(in crate::npm) fn new(bytes: &'d [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            why: "",
            fresh: false,
        }
    }

    /// Enters the object that comes next. Any other value is passed over, and
    /// the answer is `false`.
    pub(in crate::npm) fn enter(&mut self) -> Result<bool, Damaged> {
        if self.next_byte() != Some(b'{') {
            return self.value().map(|_| false);
        }
        self.at += 1;
        self.fresh = true;
        Ok(true)
    }

    /// How many bytes have been read.
    pub(in crate::npm) fn at(&self) -> usize {
        self.at
    }

    /// The next key of the entered object, or its end. After a key, its value
    /// must be taken with [`value`](Self::value) or entered.
    pub(in crate::npm) fn key(&mut self) -> Result<Option<Key<'d>>, Damaged> {
        let fresh = std::mem::replace(&mut self.fresh, false);
        match self.next_byte() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !fresh => self.at += 1,
            Some(b'"') if fresh => {}
            _ => return self.fail(self.at, "expected a key or the end of an object"),
        }
        if self.next_byte() != Some(b'"') {
            return self.fail(self.at, "expected a key");
        }
        let quoted = self.string()?;
        if self.next_byte() != Some(b':') {
            return self.fail(self.at, "expected a colon");
        }
        self.at += 1;
        Ok(Some(Key { quoted }))
    }

    /// Passes the next value over and gives its text.
    pub(in crate::npm) fn value(&mut self) -> Result<&'d [u8], Damaged> {
        match self.next_byte() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.container(),
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => Ok(self.scalar()),
            Some(_) => self.fail(self.at, "expected a value"),
            None => self.fail(self.at, "the document ends where a value should be"),
        }
    }

    /// Nothing may follow the document's value.
    pub(in crate::npm) fn finish(&mut self) -> Result<(), Damaged> {
        match self.next_byte() {
            None => Ok(()),
            Some(_) => self.fail(self.at, "something follows the end of the document"),
        }
    }

    /// What is wrong and where, by line and column from 1.
    pub(in crate::npm) fn damage(&self) -> String {
        let before = &self.bytes[..self.at.min(self.bytes.len())];
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        let column =
            1 + before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        format!("{} at line {line} column {column}", self.why)
    }

    #[cold]
    fn fail<T>(&mut self, at: usize, why: &'static str) -> Result<T, Damaged> {
        self.at = at;
        self.why = why;
        Err(Damaged)
    }

    /// The next byte that is not white space.
    #[inline]
    fn next_byte(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => {
                self.at = after_space(self.bytes, self.at);
                self.bytes.get(self.at).copied()
            }
        }
    }

    fn since(&self, start: usize) -> &'d [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// The string that begins here, with its quotes.
    fn string(&mut self) -> Result<&'d [u8], Damaged> {
        let start = self.at;
        match after_string(self.bytes, start) {
            Some(end) => {
                self.at = end;
                Ok(self.since(start))
            }
            None => self.open_string(),
        }
    }

    fn open_string<T>(&mut self) -> Result<T, Damaged> {
        self.fail(self.bytes.len(), "the document ends inside a string")
    }

    /// The array or object that begins here.
    #[inline(never)]
    fn container(&mut self) -> Result<&'d [u8], Damaged> {
        let start = self.at;
        let mut at = start;
        // One bit per open container: set for an object.
        let mut kinds: u64 = 0;
        let mut depth = 0;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'"' => match after_string(self.bytes, at) {
                    Some(end) => at = end,
                    None => return self.open_string(),
                },
                b' ' | b'\n' => at = after_space(self.bytes, at),
                b'{' | b'[' => {
                    at += 1;
                    depth += 1;
                    kinds = kinds << 1 | u64::from(*byte == b'{');
                    if depth == MAX_DEPTH {
                        return self.fail(at, "a value nests too deep");
                    }
                }
                b'}' | b']' => {
                    if (kinds & 1 == 1) != (*byte == b'}') {
                        return self.fail(at, "brackets do not match");
                    }
                    at += 1;
                    depth -= 1;
                    kinds >>= 1;
                    if depth == 0 {
                        self.at = at;
                        return Ok(self.since(start));
                    }
                }
                _ => at += 1,
            }
        }
        self.fail(at, "the document ends inside a value")
    }

    /// The number, `true`, `false` or `null` that begins here.
    fn scalar(&mut self) -> &'d [u8] {
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at)
            && (byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        {
            self.at += 1;
        }
        self.since(start)
    }
}

/// Where the white space at `at` ends. Some registries indent their documents,
/// so spaces are taken eight at a time.
fn after_space(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ') if bytes[at..].first_chunk() == Some(b"        ") => at += 8,
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// Where the string that begins at `start` has ended; `None` if it does not.
#[inline(always)]
#[expect(clippy::inline_always, reason = "measured on the corpus")]
fn after_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at = quote_or_escape(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// Where the first quote or backslash at or after `at` stands; the end if there
/// is none. Looks at eight bytes at a time: most strings are too short for a
/// vector search to pay.
#[inline(always)]
fn quote_or_escape(bytes: &[u8], mut at: usize) -> usize {
    const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
    const ESCAPES: u64 = u64::from_ne_bytes([b'\\'; 8]);
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let chunk = u64::from_le_bytes(*chunk);
        let found = zero_bytes(chunk ^ QUOTES) | zero_bytes(chunk ^ ESCAPES);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    found.map_or(bytes.len(), |found| at + found)
}

/// The high bit of each byte that is zero, and of none below the first one
/// (Warren, "Hacker's Delight", 6-1).
fn zero_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    word.wrapping_sub(ONES) & !word & HIGH
}

/// The contents of a quoted string; `None` if the value is no string, or has a
/// broken escape.
pub(in crate::npm) fn unquote(raw: &[u8]) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if memchr::memchr(b'\\', inside).is_none() {
        return std::str::from_utf8(inside).ok().map(Cow::Borrowed);
    }
    serde_json::from_slice::<String>(raw).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<(String, String)>, String> {
        let mut scanner = Scanner::new(text.as_bytes());
        let mut members = Vec::new();
        let mut walk = || -> Result<(), Damaged> {
            if scanner.enter()? {
                while let Some(key) = scanner.key()? {
                    let value = String::from_utf8_lossy(scanner.value()?).into_owned();
                    members.push((key.text().unwrap_or_default().into_owned(), value));
                }
            }
            scanner.finish()
        };
        walk().map_err(|Damaged| scanner.damage())?;
        Ok(members)
    }

    #[test]
    fn splits_an_object_into_raw_values() {
        let text = r#" {"a": "x\"y", "b\n" : [1, {"c": "]"}], "d":-1.5e3,"e":{}} "#;
        let found = members(text).unwrap();
        let expected = [
            ("a", r#""x\"y""#),
            ("b\n", r#"[1, {"c": "]"}]"#),
            ("d", "-1.5e3"),
            ("e", "{}"),
        ];
        assert_eq!(
            found,
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let deep = format!("{{\"a\":{}", "[".repeat(200));
        let said: Vec<String> = [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1 \"b\":2}",
            "{,}",
            "{\"a\":1,}",
            "{\"a\":[}",
            "{} x",
            "{\"a\":\n\"open",
            "x",
            &deep,
        ]
        .into_iter()
        .map(|text| members(text).unwrap_err())
        .collect();
        insta::assert_snapshot!(said.join("\n"));
    }

    proptest::proptest! {
        /// What `serde_json` reads is split at the same places.
        #[test]
        fn agrees_with_a_full_parser(value in json(), pretty in proptest::bool::ANY) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let found = members(&text).unwrap();
            let expected = value.as_object().cloned().unwrap_or_default();
            assert_eq!(found.len(), expected.len());
            for (key, raw) in found {
                assert_eq!(serde_json::from_str::<serde_json::Value>(&raw).unwrap(), expected[&key]);
            }
        }

        #[test]
        fn never_panics(text in "\\PC{0,60}|[\\[\\]{}\",:\\\\a1 \n]{0,60}") {
            let _ = members(&text);
        }
    }

    fn json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }
}
