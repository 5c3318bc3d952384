//! The dialect of INI that `.npmrc` is written in, and its `${VAR}`.

/// One assignment of an `.npmrc`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) key: String,
    pub(super) value: String,
    /// Written with `[]`: adds to a list instead of replacing.
    pub(super) list: bool,
    /// Counted from 1.
    pub(super) line: u32,
}

/// Reads the assignments above the first section; npm keeps none below one.
pub(super) fn parse(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Vec<Assignment> {
    let text = text.trim_start_matches('\u{feff}');
    // npm splits at a lone carriage return, too; `\r\n` then leaves an empty
    // piece that must not count as a line.
    let lines = text.split('\n').zip(1..);
    lines
        .flat_map(|(line, number)| line.split('\r').map(move |piece| (piece.trim(), number)))
        .take_while(|(line, _)| !is_section(line))
        .filter(|(line, _)| !line.is_empty() && !line.starts_with([';', '#']))
        .map(|(line, number)| assignment(line, number, variable))
        .collect()
}

fn is_section(line: &str) -> bool {
    line.starts_with('[') && line.ends_with(']') && line.matches(']').count() == 1
}

fn assignment(line: &str, number: u32, variable: &dyn Fn(&str) -> Option<String>) -> Assignment {
    let (key, value) = match line.split_once('=') {
        Some((key, value)) => (plain(key), plain(value)),
        // A key alone is a switch that is on.
        None => (plain(line), "true".to_owned()),
    };
    let (key, list) = match key.strip_suffix("[]") {
        Some(key) if !key.is_empty() => (key, true),
        _ => (key.as_str(), false),
    };
    Assignment {
        key: expand(key, variable),
        value: expand(&value, variable),
        list,
        line: number,
    }
}

/// Takes quotes, escapes and a trailing comment off a key or a value.
fn plain(text: &str) -> String {
    let text = text.trim();
    if text.len() > 1 && text.starts_with('"') && text.ends_with('"') {
        return serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
    }
    if text.len() > 1 && text.starts_with('\'') && text.ends_with('\'') {
        let inner = &text[1..text.len() - 1];
        return serde_json::from_str(inner).unwrap_or_else(|_| inner.to_owned());
    }
    uncommented(text)
}

fn uncommented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' | '#' => break,
            '\\' => match chars.next() {
                Some(escaped @ ('\\' | ';' | '#')) => out.push(escaped),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out.trim().to_owned()
}

/// Replaces `${VAR}` by the variable, `${VAR?}` by the variable or nothing.
/// Like npm, leaves `${VAR}` standing when there is no such variable, and
/// takes `\${VAR}` literally.
pub(super) fn expand(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some((name, optional, len)) = reference(&rest[start..]) else {
            out.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        let escapes = rest[..start].bytes().rev().take_while(|b| *b == b'\\');
        let escapes = escapes.count();
        out.push_str(&rest[..start - escapes.div_ceil(2)]);
        let literal = &rest[start..start + len];
        if escapes % 2 == 1 {
            out.push_str(literal);
        } else {
            match variable(name) {
                Some(value) => out.push_str(&value),
                None if optional => {}
                None => out.push_str(literal),
            }
        }
        rest = &rest[start + len..];
    }
    out.push_str(rest);
    out
}

/// Reads `${NAME}` or `${NAME?}` at the start: the name, whether it may be
/// missing, and the length of the whole.
fn reference(text: &str) -> Option<(&str, bool, usize)> {
    let end = text.find('}')?;
    let inner = &text[2..end];
    let (name, optional) = match inner.strip_suffix('?') {
        Some(name) => (name, true),
        None => (inner, false),
    };
    let well_formed = !name.is_empty() && !name.contains(['$', '{', '?']);
    well_formed.then_some((name, optional, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Option<String> {
        (name == "TOKEN").then(|| "s3cret".to_owned())
    }

    fn read(text: &str) -> Vec<(String, String)> {
        parse(text, &variable)
            .into_iter()
            .map(|a| (a.key, a.value))
            .collect()
    }

    fn one(line: &str) -> (String, String) {
        read(line).remove(0)
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn reads_keys_values_and_switches() {
        let text = "\u{feff}; comment\r\n# another\n\nregistry = https://registry.example/ ; why\nignore-scripts\n";
        assert_eq!(
            read(text),
            [
                pair("registry", "https://registry.example/"),
                pair("ignore-scripts", "true"),
            ]
        );
        assert_eq!(parse(text, &variable)[0].line, 4);
    }

    #[test]
    fn keeps_what_quotes_and_backslashes_protect() {
        assert_eq!(one(r#"a = "x;y""#), pair("a", "x;y"));
        assert_eq!(one("a = 'x#y'"), pair("a", "x#y"));
        assert_eq!(one(r"a = x\;y"), pair("a", "x;y"));
        assert_eq!(one(r#"ca="l1\nl2""#), pair("ca", "l1\nl2"));
        assert_eq!(one("a = b=c=="), pair("a", "b=c=="));
        assert_eq!(one(r#"a = ""#), pair("a", "\""));
    }

    #[test]
    fn lists_are_told_apart() {
        let all = parse("ca[]=one\nca[]=two\n", &variable);
        assert!(all.iter().all(|a| a.list && a.key == "ca"));
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn what_stands_in_a_section_is_not_a_setting() {
        assert_eq!(
            read("a=1\n[section]\nregistry=https://registry.example/"),
            [pair("a", "1")]
        );
    }

    #[test]
    fn variables_are_replaced_as_npm_does() {
        let cases = [
            ("${TOKEN}", "s3cret"),
            ("a${TOKEN}b${TOKEN}", "as3cretbs3cret"),
            ("${NONE}", "${NONE}"),
            ("${NONE?}", ""),
            (r"\${TOKEN}", "${TOKEN}"),
            (r"\\${TOKEN}", r"\s3cret"),
            (r"\\\${TOKEN}", r"\${TOKEN}"),
            ("${", "${"),
            ("${}", "${}"),
            ("${${TOKEN}", "${s3cret"),
            ("$TOKEN", "$TOKEN"),
        ];
        for (text, expected) in cases {
            assert_eq!(expand(text, &variable), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(
            text in r#"(\PC|\r|\n|\\|\$\{TOKEN\}|[;#='"\[\]{}$?]){0,60}"#
        ) {
            for assignment in parse(&text, &variable) {
                assert!(assignment.line > 0);
            }
            let _ = expand(&text, &variable);
        }

        #[test]
        fn text_without_references_is_left_as_it_is(text in "[^$]{0,40}") {
            assert_eq!(expand(&text, &variable), text);
        }
    }

    #[test]
    fn keys_are_expanded_too() {
        assert_eq!(
            one("//registry.example/${TOKEN}/:_authToken=x").0,
            "//registry.example/s3cret/:_authToken"
        );
    }
}
