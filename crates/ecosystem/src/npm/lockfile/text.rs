//! The bytes of a file as text, and pieces of it made fit to be shown.

use super::error::malformed;
use super::{Format, LockfileError};
use std::borrow::Cow;

/// Longer pieces of a file, in bytes, are cut before they are shown.
const MAX_SHOWN: usize = 300;

/// The text of a file without its byte order mark.
///
/// Conflict markers are looked for here, because the parsers of the formats
/// would only call them unexpected characters. npm and yarn repair conflicts by
/// themselves when they install; what they would choose is not known here.
pub(super) fn check(format: Format, bytes: &[u8]) -> Result<&str, LockfileError> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = newlines(&bytes[..e.valid_up_to()]) + 1;
        malformed(format, line, "it is not UTF-8 text")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1..).zip(text.split('\n')) {
        if is_conflict_marker(content) {
            let why = "a merge conflict is left unresolved here";
            return Err(malformed(format, line, why));
        }
    }
    Ok(text)
}

/// Lockfiles have nothing else that begins a line this way: JSON strings have
/// no line breaks, and YAML texts over several lines are indented.
fn is_conflict_marker(line: &str) -> bool {
    line.starts_with("<<<<<<< ")
        || line.starts_with(">>>>>>> ")
        || matches!(line.trim_end(), "<<<<<<<" | "=======" | ">>>>>>>")
}

/// How many lines end in `bytes`.
pub(crate) fn newlines(bytes: &[u8]) -> u32 {
    bytes.iter().map(|b| u32::from(*b == b'\n')).sum()
}

/// A piece of a file as it may be shown in a terminal: cut, and without
/// control characters.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    let start = cut(text, MAX_SHOWN);
    if start.len() == text.len() && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut shown: String = start.chars().map(visible).collect();
    if start.len() < text.len() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// The first `limit` bytes of `text`, or a few less to end at a character.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// `text` without the login and password that an address may carry: lockfiles
/// are shown in logs.
pub(crate) fn without_credentials(text: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Cow::Borrowed(text);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        // `git@` is how everybody is called there; it is no secret.
        Some(at) if &rest[..at] != "git" => Cow::Owned(format!("{scheme}://{}", &rest[at + 1..])),
        _ => Cow::Borrowed(text),
    }
}

/// `%2F` and the like as the characters that they stand for; `None` if the
/// result is not UTF-8.
pub(super) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%').then(|| hex_pair(bytes, at + 1)).flatten();
        decoded.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn hex_pair(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    Some((digit(at)? * 16 + digit(at + 1)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_conflicts_and_their_line() {
        let error = |text: &str| check(Format::Pnpm, text.as_bytes()).unwrap_err();
        let line = |text: &str| match error(text) {
            LockfileError::Malformed { line, .. } => line,
            other => panic!("{other}"),
        };
        assert_eq!(line("a: 1\r\n<<<<<<< HEAD\nb: 2\n"), Some(2));
        assert_eq!(line("a: 1\nb: 2\n=======\r\nb: 3\n"), Some(3));
        assert_eq!(line("a: 1\nb: 2\n>>>>>>> theirs"), Some(3));
        assert!(check(Format::Pnpm, b"a: |\n  =======\n").is_ok());
    }

    #[test]
    fn says_where_text_ends_being_text() {
        let error = check(Format::Bun, b"{\n\n\xff").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a readable bun.lock file, line 3: it is not UTF-8 text"
        );
    }

    #[test]
    fn skips_the_byte_order_mark() {
        assert_eq!(check(Format::Bun, "\u{feff}{}".as_bytes()), Ok("{}"));
    }

    #[test]
    fn shows_no_escape_sequences_and_no_novels() {
        assert_eq!(shown("a\u{1b}[31m"), "a\u{fffd}[31m");
        assert_eq!(shown(&"ä".repeat(400)), format!("{}…", "ä".repeat(150)));
    }

    #[test]
    fn keeps_logins_out() {
        for (text, safe) in [
            (
                "git+https://me:secret@git.example/a.git",
                "git+https://git.example/a.git",
            ),
            (
                "git+ssh://git@git.example/a.git#1",
                "git+ssh://git@git.example/a.git#1",
            ),
            (
                "https://registry.example/@a/b",
                "https://registry.example/@a/b",
            ),
            ("./a@b", "./a@b"),
        ] {
            assert_eq!(without_credentials(text), safe);
        }
    }

    #[test]
    fn decodes_percent_signs() {
        assert_eq!(percent_decoded("a%40b%2fc%2").as_deref(), Some("a@b/c%2"));
        assert_eq!(percent_decoded("%ff"), None);
    }
}
