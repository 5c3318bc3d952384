//! The bytes of a file as text.

use super::{Format, LockfileError};
use crate::lockfile::malformed;
use crate::lockfile::text::decoded;

/// The text of a file without its byte order mark.
///
/// Conflict markers are looked for here, because the parsers of the formats
/// would only call them unexpected characters. npm and yarn repair conflicts by
/// themselves when they install; what they would choose is not known here.
pub(super) fn check(format: Format, bytes: &[u8]) -> Result<&str, LockfileError> {
    let text = decoded(format, bytes)?;
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
}
