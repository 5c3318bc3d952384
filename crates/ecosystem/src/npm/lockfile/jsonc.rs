//! bun's JSON: with trailing commas, and, since people may edit it, comments.

use std::borrow::Cow;

/// `text` as plain JSON, where trailing commas and comments are blanks. Nothing
/// moves, so lines stay what they are.
pub(super) fn blanked(text: &str) -> Cow<'_, str> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        blanks: Vec::new(),
        comma: None,
    };
    while let Some(byte) = scanner.bytes.get(scanner.at).copied() {
        scanner.step(byte);
    }
    if scanner.blanks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for (from, to) in scanner.blanks {
        for byte in &mut bytes[from..to] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    // Only whole comments and commas became blanks, so this is text still.
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    blanks: Vec<(usize, usize)>,
    /// A comma after which there was nothing but space.
    comma: Option<usize>,
}

impl Scanner<'_> {
    fn step(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.comma = None;
                self.skip_string();
            }
            b'/' if self.next_is(b'/') => self.blank_until(b"\n"),
            b'/' if self.next_is(b'*') => self.blank_until(b"*/"),
            b',' => {
                self.comma = Some(self.at);
                self.at += 1;
            }
            b'}' | b']' => {
                self.blanks.extend(self.comma.take().map(|at| (at, at + 1)));
                self.at += 1;
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    self.comma = None;
                }
                self.at += 1;
            }
        }
    }

    fn next_is(&self, byte: u8) -> bool {
        self.bytes.get(self.at + 1) == Some(&byte)
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'"' {
                return;
            }
        }
    }

    /// A comment that does not end goes on to the end of the file.
    fn blank_until(&mut self, end: &[u8]) {
        let from = self.at;
        let rest = self.bytes.get(from + 2..).unwrap_or_default();
        let length = rest.windows(end.len()).position(|window| window == end);
        let to = length.map_or(self.bytes.len(), |length| from + 2 + length + end.len());
        self.blanks.push((from, to));
        self.at = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_trailing_commas_and_comments() {
        for (text, json) in [
            ("[1, 2,]", "[1, 2 ]"),
            ("{\"a\": [1,\n],\n}", "{\"a\": [1 \n] \n}"),
            ("[1, // x,\n]", "[1       \n]"),
            ("[1/* \u{e4}\n,*/,]", "[1     \n    ]"),
            ("[\"//,]\", \"\\\"/*,\"]", "[\"//,]\", \"\\\"/*,\"]"),
            ("[1,,]", "[1, ]"),
            ("// x", "    "),
            ("\"a\\", "\"a\\"),
            ("/", "/"),
            ("/*", "  "),
        ] {
            assert_eq!(blanked(text), json, "{text}");
        }
    }

    #[test]
    fn leaves_plain_json_alone() {
        assert!(matches!(blanked("{\"a\": [1, 2]}"), Cow::Borrowed(_)));
    }
}
