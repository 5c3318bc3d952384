//! Colours, symbols and widths. Colours are never the only signal, and
//! `anstream` takes them out where they do not belong.

use owo_colors::OwoColorize as _;
use std::borrow::Cow;
use std::fmt::Display;
use tenure_domain::{Ecosystem, Party};
use tenure_trust::verdict::Verdict;
use tenure_upstream::Environment;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// More than ASCII.
    pub(crate) unicode: bool,
    /// Columns.
    pub(crate) width: usize,
}

/// Lines longer than this are hard to read.
const WIDEST: usize = 110;
const NARROWEST: usize = 48;
const USUAL: usize = 80;

impl Look {
    /// What the environment says of the terminal.
    pub(crate) fn of(env: &Environment) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| env.variable(name))
            .unwrap_or_default()
            .to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        let dumb = env.variable("TERM") == Some("dumb");
        let given = env.variable("COLUMNS").and_then(|text| text.parse().ok());
        let width = given.or_else(terminal_width).unwrap_or(USUAL);
        Self {
            unicode: utf8 && !dumb,
            width: width.clamp(NARROWEST, WIDEST),
        }
    }

    /// An arrow from old to new hands.
    pub(crate) fn arrow(self) -> &'static str {
        if self.unicode { "→" } else { "->" }
    }

    /// Between two parts of a line.
    pub(crate) fn dot(self) -> &'static str {
        if self.unicode { "·" } else { "-" }
    }
}

fn terminal_width() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(usize::from(columns))
}

/// A verdict's word in its colour, padded to `width`.
pub(crate) fn verdict(verdict: Verdict, width: usize) -> String {
    in_colour_of(verdict, &format!("{verdict:<width$}"))
}

/// A text in the colour of a verdict.
pub(crate) fn in_colour_of(verdict: Verdict, text: &str) -> String {
    match verdict {
        Verdict::Pass => text.green().to_string(),
        Verdict::Note => text.cyan().to_string(),
        Verdict::Unknown => text.yellow().to_string(),
        Verdict::Hold => text.magenta().bold().to_string(),
        Verdict::Block => text.red().bold().to_string(),
    }
}

/// A text that leads.
pub(crate) fn strong(text: impl Display) -> String {
    text.bold().to_string()
}

/// A text that steps back.
pub(crate) fn faint(text: impl Display) -> String {
    text.dimmed().to_string()
}

/// A text from outside, made harmless for a terminal.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        Cow::Owned(text.chars().map(shown).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A party as it is shown among others of npm: without the ecosystem.
pub(crate) fn short(party: &Party) -> String {
    let text = party.to_string();
    let prefix = format!("{}:", Ecosystem::Npm);
    let text = text.strip_prefix(&prefix).unwrap_or(&text);
    safe(text).into_owned()
}

/// As [`short`], with no more of a workflow's id than tells it apart.
pub(crate) fn brief(party: &Party) -> String {
    const SHOWN: usize = 13;
    let text = short(party);
    match party {
        Party::Workflow {
            config: Some(config),
            ..
        } if config.chars().count() > SHOWN => {
            let beyond = config.chars().count() - SHOWN;
            text.chars().take(text.chars().count() - beyond).collect()
        }
        _ => text,
    }
}

/// Breaks a text that starts in column `indent` into lines of at most `width`
/// columns, the following ones indented as far.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        let fresh = column == indent;
        if !fresh && column + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// `1,203`
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_about_unicode() {
        let with = |name: &str, value: &str| Environment::empty("/").with_variable(name, value);
        assert!(Look::of(&with("LANG", "de_DE.UTF-8")).unicode);
        assert!(Look::of(&with("LC_ALL", "C.utf8")).unicode);
        assert!(!Look::of(&with("LANG", "C")).unicode);
        assert!(!Look::of(&with("LANG", "C.UTF-8").with_variable("TERM", "dumb")).unicode);
        assert_eq!(Look::of(&with("COLUMNS", "20")).width, NARROWEST);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(safe("a\u{1b}[31mb"), "a\u{fffd}[31mb");
        assert_eq!(safe("plain"), "plain");
    }

    #[test]
    fn the_id_of_a_workflow_is_cut_where_it_is_only_looked_at() {
        let party: Party = "npm:workflow/github/oidc:8f45378a-d953-4dff-96dc-dc77da57f198"
            .parse()
            .unwrap();
        assert_eq!(brief(&party), "workflow/github/oidc:8f45378a");
        assert_eq!(brief(&Party::account(Ecosystem::Npm, "ada")), "ada");
    }

    #[test]
    fn wraps_at_words() {
        assert_eq!(wrap("one two three four", 9, 2), "one two\n  three\n  four");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [7, 999, 1_203, 1_000_000].map(thousands),
            ["7", "999", "1,203", "1,000,000"]
        );
    }
}
