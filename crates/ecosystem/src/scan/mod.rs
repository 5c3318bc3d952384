//! Walks a JSON document once and hands out keys and the raw text of values.
//!
//! A packument is megabytes of text around kilobytes of facts. This splits it
//! at its structure and makes nothing of it: the few values that matter are
//! parsed by `serde_json` afterwards, and mostly not even that, since they
//! repeat from version to version and equal text has equal meaning.
//!
//! What is passed over is JSON (RFC 8259) all the same, as every parser that
//! comes later would find: grammar, numbers, escapes, control characters. Only
//! two things are left to others: that the bytes are UTF-8, and that an escape
//! `\u` is no half of a surrogate pair, which `JSON.parse` takes, too.

mod lexical;
#[cfg(test)]
mod tests;

use lexical::{after_scalar, after_space, after_string};
use std::borrow::Cow;

/// How deep a value may nest; real manifests reach ten levels.
const MAX_DEPTH: u32 = 64;

/// A document is no JSON; [`Scanner::damage`] says where and why. The mark is
/// empty so that the results of the innermost steps stay in registers.
#[derive(Debug)]
pub(crate) struct Damaged;

/// A key of an object.
#[derive(Clone, Copy)]
pub(crate) struct Key<'d> {
    quoted: &'d [u8],
}

impl<'d> Key<'d> {
    /// The key as it is written between its quotes. A field name written with
    /// escapes is not recognised, and so is no fact; no registry writes one.
    pub(crate) fn written(self) -> &'d [u8] {
        &self.quoted[1..self.quoted.len() - 1]
    }

    /// The key with its quotes, as a string value of the same text would be
    /// written.
    pub(crate) fn quoted(self) -> &'d [u8] {
        self.quoted
    }

    /// The key's text; `None` if it is no UTF-8 or has a broken escape.
    pub(crate) fn text(self) -> Option<Cow<'d, str>> {
        unquote(self.quoted)
    }
}

/// A place in a document.
pub(crate) struct Scanner<'d> {
    bytes: &'d [u8],
    at: usize,
    why: &'static str,
    /// An object was entered and no member has been read yet.
    fresh: bool,
}

impl<'d> Scanner<'d> {
    /// Before the document's value.
    pub(crate) fn new(bytes: &'d [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            why: "",
            fresh: false,
        }
    }

    /// Within an object of a document: behind one of its members that ends at
    /// `at`, or, where it is `fresh`, behind its brace.
    pub(crate) fn within(bytes: &'d [u8], at: usize, fresh: bool) -> Self {
        Self {
            at: at.min(bytes.len()),
            fresh,
            ..Self::new(bytes)
        }
    }

    /// Enters the object that comes next. Any other value is passed over, and
    /// the answer is `false`.
    pub(crate) fn enter(&mut self) -> Result<bool, Damaged> {
        if self.next_byte() != Some(b'{') {
            return self.value().map(|_| false);
        }
        self.at += 1;
        self.fresh = true;
        Ok(true)
    }

    /// How many bytes have been read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The next key of the entered object, or its end. After a key, its value
    /// must be taken with [`value`](Self::value) or entered.
    pub(crate) fn key(&mut self) -> Result<Option<Key<'d>>, Damaged> {
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
    pub(crate) fn value(&mut self) -> Result<&'d [u8], Damaged> {
        match self.next_byte() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.container(),
            Some(_) => {
                let start = self.at;
                self.at = self.after_scalar(start)?;
                Ok(self.since(start))
            }
            None => self.fail(self.at, "the document ends where a value should be"),
        }
    }

    /// Nothing may follow the document's value.
    pub(crate) fn finish(&mut self) -> Result<(), Damaged> {
        match self.next_byte() {
            None => Ok(()),
            Some(_) => self.fail(self.at, "something follows the end of the document"),
        }
    }

    /// What is wrong and where, by line and column from 1.
    pub(crate) fn damage(&self) -> String {
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
        self.at = self.after_string(start)?;
        Ok(self.since(start))
    }

    /// Where the string that begins at `start` has ended.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "measured on the corpus")]
    fn after_string(&mut self, start: usize) -> Result<usize, Damaged> {
        if let Some(end) = after_string(self.bytes, start) {
            return Ok(end);
        }
        let (at, why) = lexical::string_damage(self.bytes, start);
        self.fail(at, why)
    }

    /// Where the number, `true`, `false` or `null` that begins at `start` has
    /// ended.
    #[inline]
    fn after_scalar(&mut self, start: usize) -> Result<usize, Damaged> {
        match after_scalar(self.bytes, start) {
            Some(end) => Ok(end),
            None if start < self.bytes.len() => self.fail(start, "expected a value"),
            None => self.fail(start, "the document ends inside a value"),
        }
    }

    /// The array or object that begins here.
    #[inline(never)]
    fn container(&mut self) -> Result<&'d [u8], Damaged> {
        let start = self.at;
        let mut at = start;
        // One bit per open container: set for an object.
        let mut kinds: u64 = 0;
        let mut depth = 0;
        loop {
            // Here a value begins.
            match self.bytes.get(at) {
                Some(b'"') => at = self.after_string(at)?,
                Some(open @ (b'{' | b'[')) => {
                    let is_object = *open == b'{';
                    kinds = kinds << 1 | u64::from(is_object);
                    depth += 1;
                    if depth == MAX_DEPTH {
                        return self.fail(at, "a value nests too deep");
                    }
                    at = after_space(self.bytes, at + 1);
                    if self.bytes.get(at) != Some(if is_object { &b'}' } else { &b']' }) {
                        if is_object {
                            at = self.after_key(at)?;
                        }
                        continue;
                    }
                }
                _ => at = self.after_scalar(at)?,
            }
            // Here a value has ended, or an empty container is about to.
            loop {
                at = after_space(self.bytes, at);
                let is_object = kinds & 1 == 1;
                match self.bytes.get(at) {
                    Some(b',') => {
                        at = after_space(self.bytes, at + 1);
                        if is_object {
                            at = self.after_key(at)?;
                        }
                        break;
                    }
                    Some(b'}') if is_object => {}
                    Some(b']') if !is_object => {}
                    Some(b'}' | b']') => return self.fail(at, "brackets do not match"),
                    Some(_) => return self.fail(at, "expected a comma or a closing bracket"),
                    None => return self.fail(at, "the document ends inside a value"),
                }
                at += 1;
                depth -= 1;
                kinds >>= 1;
                if depth == 0 {
                    self.at = at;
                    return Ok(self.since(start));
                }
            }
        }
    }

    /// Where the value of the key begins that is expected at `at`.
    fn after_key(&mut self, at: usize) -> Result<usize, Damaged> {
        if self.bytes.get(at) != Some(&b'"') {
            return self.fail(at, "expected a key");
        }
        let at = self.after_string(at)?;
        let at = after_space(self.bytes, at);
        if self.bytes.get(at) != Some(&b':') {
            return self.fail(at, "expected a colon");
        }
        Ok(after_space(self.bytes, at + 1))
    }
}

/// The contents of a quoted string; `None` if the value is no string, or has a
/// broken escape.
pub(crate) fn unquote(raw: &[u8]) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if memchr::memchr(b'\\', inside).is_none() {
        return std::str::from_utf8(inside).ok().map(Cow::Borrowed);
    }
    serde_json::from_slice::<String>(raw).ok().map(Cow::Owned)
}
