//! A range as npm reads it, put into the words that `js-semver` knows.
//!
//! The differences were found by the differential test. npm takes any white
//! space, sets no limit to a range's length, drops builds wherever they stand,
//! and after `^`, `~` and around the hyphen of `1.x.3-beta - 2` it forgets what
//! follows a wildcard, even a prerelease.

use super::parse;
use js_semver::{Range as Plain, Version};

/// The longest number that npm looks at, in digits.
const MOST_DIGITS: usize = 256;

/// A range: alternatives, of which a version satisfies at least one.
///
/// Some that npm takes are not valid here, and nobody writes: an alternative of
/// more than 256 letters, and a `*` where none belongs (`1.2.*3`), which npm
/// drops.
pub(super) struct Range(Vec<Plain>);

impl Range {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = single_spaced(text);
        let alternatives = text.split("||").map(|one| {
            let one = without_builds(one);
            let words: Vec<&str> = one.split(' ').filter(|word| !word.is_empty()).collect();
            Plain::parse(&plain(&words)?).ok()
        });
        let mut alternatives: Vec<Plain> = alternatives.collect::<Option<_>>()?;
        // Beside `*`, which takes no prereleases, npm forgets the others.
        if alternatives.len() > 1
            && let Some(any) = alternatives.iter().position(is_any)
        {
            alternatives = vec![alternatives.swap_remove(any)];
        }
        Some(Self(alternatives))
    }

    pub(super) fn allows(&self, version: &Version) -> bool {
        self.0.iter().any(|range| range.satisfies(version))
    }
}

fn is_any(range: &Plain) -> bool {
    Plain::parse("*").is_ok_and(|any| any.to_string() == range.to_string())
}

/// White space as JavaScript has it.
pub(super) fn is_space(letter: char) -> bool {
    letter == '\u{feff}' || (letter.is_whitespace() && letter != '\u{85}')
}

fn single_spaced(text: &str) -> String {
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The text without any `+build`.
fn without_builds(text: &str) -> String {
    let is_identifier = |part: &str| {
        let mut letters = part.bytes();
        !part.is_empty() && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    };
    let mut pieces = text.split('+');
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_build = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
        let (build, rest) = piece.split_at(piece.find(|c| !is_build(c)).unwrap_or(piece.len()));
        // A dot at the end, or two in a row, end the build before them.
        let parts = build.split('.').take_while(|part| is_identifier(part));
        let length: usize = parts.map(|part| part.len() + 1).sum();
        match length.checked_sub(1) {
            Some(length) => kept.push_str(&build[length..]),
            None => kept.extend(["+", build]),
        }
        kept.push_str(rest);
    }
    kept
}

/// An alternative, given as words, without what npm would forget.
fn plain(words: &[&str]) -> Option<String> {
    if let [from, "-", to] = words {
        return Some(format!("{} - {}", end(from), end(to)));
    }
    let mut text = String::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut word = (*word).to_owned();
        // White space may stand between these operators and their version;
        // before it, npm takes `~>` for `~`.
        while word.starts_with(['^', '~']) && word.ends_with(OPERATORS) {
            if word == "~>" {
                word.pop();
            }
            word.push_str(rest.next()?);
        }
        text.push(' ');
        text.push_str(&comparator(&word)?);
    }
    Some(text)
}

const OPERATORS: [char; 4] = ['^', '~', '>', '='];

/// One condition, such as `^1.2`; only those with a caret or a tilde are
/// changed.
fn comparator(word: &str) -> Option<String> {
    let operator = ["^", "~>", "~"]
        .iter()
        .find(|operator| word.starts_with(**operator));
    let Some(operator) = operator else {
        return Some(word.to_owned());
    };
    let version = word[operator.len()..].trim_start_matches(['v', '=']);
    let begins = version.starts_with(|first: char| first.is_ascii_digit() || "xX*".contains(first));
    begins.then(|| format!("{operator}{}", until_wildcard(version)))
}

/// One end of `1.2 - 2`.
fn end(word: &str) -> &str {
    let version = word.trim_start_matches(['v', '=']);
    if parse(version).is_some() {
        // Then npm takes it as it stands.
        return word;
    }
    until_wildcard(version)
}

/// A version up to its first wildcard, if what follows is something that npm
/// would forget; else the version as it is.
fn until_wildcard(version: &str) -> &str {
    let (numbers, tags) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_forgotten = parts.len() <= 3
        && parts
            .iter()
            .all(|part| is_wildcard(part) || is_number(part))
        && (tags.is_empty() || (parts.len() == 3 && are_tags(tags)));
    match parts.iter().position(|part| is_wildcard(part)) {
        Some(wildcard) if is_forgotten => {
            let kept: usize = parts[..=wildcard].iter().map(|part| part.len() + 1).sum();
            &version[..kept - 1]
        }
        _ => version,
    }
}

fn is_wildcard(part: &str) -> bool {
    matches!(part, "x" | "X" | "*")
}

fn is_number(part: &str) -> bool {
    (1..=MOST_DIGITS).contains(&part.len())
        && part.bytes().all(|digit| digit.is_ascii_digit())
        && (part.len() == 1 || !part.starts_with('0'))
}

/// Whether these are a prerelease or a build, or both.
fn are_tags(tags: &str) -> bool {
    parse(&format!("0.0.0{tags}")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_what_follows_a_wildcard() {
        assert_eq!(plain(&["^1.x.3-beta"]).unwrap(), " ^1.x");
        assert_eq!(plain(&["~", ">", "*.2.3", "<2"]).unwrap(), " ~* <2");
        assert_eq!(plain(&["x.1.2", "-", "1.X.5"]).unwrap(), "x - 1.X");
    }

    #[test]
    fn drops_builds() {
        assert_eq!(without_builds("^1.2.3+a.b-1 <2+c"), "^1.2.3 <2");
        assert_eq!(without_builds("1+a..b 1+ +2"), "1..b 1+ ");
    }

    #[test]
    fn keeps_what_npm_would_not_accept() {
        for word in [
            "1.x-beta", "1.x.3-", "1.x.01", "x.y", "1.2.3.x", "-", "latest",
        ] {
            assert_eq!(until_wildcard(word), word);
        }
    }

    #[test]
    fn is_as_long_as_it_takes() {
        let long = ["1.2.3"; 100].join(" || ");
        let range = Range::parse(&long).unwrap();
        assert!(range.allows(&parse("1.2.3").unwrap()));
        assert!(!range.allows(&parse("1.2.4").unwrap()));
    }
}
