//! The bytes of a file as text, and pieces of it made fit to be shown.

use super::{LockfileError, line_at, malformed};
use std::borrow::Cow;
use std::fmt::Display;

/// Longer pieces of a file, in bytes, are cut before they are shown.
const MAX_SHOWN: usize = 300;

/// The text of a file without its byte order mark.
pub(crate) fn decoded<F: Display>(format: F, bytes: &[u8]) -> Result<&str, LockfileError<F>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_at(bytes, error.valid_up_to());
        malformed(format, line, "it is not UTF-8 text")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
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
pub(crate) fn cut(text: &str, limit: usize) -> &str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_text_ends_being_text() {
        let error = decoded("bun.lock", b"{\n\n\xff").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a readable bun.lock file, line 3: it is not UTF-8 text"
        );
    }

    #[test]
    fn skips_the_byte_order_mark() {
        assert_eq!(decoded("bun.lock", "\u{feff}{}".as_bytes()), Ok("{}"));
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
}
