//! Text from elsewhere, made fit for a line in a terminal, a header or a page.

/// On one line, without anything that a terminal obeys or that shows text in
/// another order than it has.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() || c.is_whitespace() {
            ' '
        } else if misleads(c) {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// As [`plain`], and no longer than anybody reads.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 300;
    let short: String = text.chars().take(LONGEST).collect();
    plain(&short)
}

/// Printable ASCII on one line, as a header or a reason phrase takes it.
pub(crate) fn ascii(text: &str) -> String {
    let plain = |c: char| match c {
        '→' => '>',
        ' '..='~' => c,
        c if c.is_whitespace() => ' ',
        _ => '?',
    };
    text.chars().map(plain).collect()
}

/// Characters of no width, and those that turn the direction of writing.
fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_a_terminal_obeys() {
        let text = "a\u{1b}[31mb\nc\u{9b}d\u{202e}e\u{200b}f\u{2028}g é 水";
        assert_eq!(plain(text), "a [31mb c d\u{fffd}e\u{fffd}f g é 水");
        assert_eq!(ascii("a → b\u{1b}\u{a0}水"), "a > b? ?");
        assert_eq!(short(&"x".repeat(1000)).len(), 300);
    }
}
