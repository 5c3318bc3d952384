//! The list of all projects of an index (PEP 503 and 691).

use super::hold::Form;
use super::name;
use html5gum::{HtmlString, Token, Tokenizer};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Why bytes are no list of projects.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Not text, not JSON, or cut short.
    #[error("the list is damaged: {0}")]
    Malformed(String),
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    projects: Vec<Project<'a>>,
}

#[derive(Deserialize)]
struct Project<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

/// The names in a list, in JSON or HTML, each as the index writes it. What is
/// no name is left out.
///
/// # Errors
/// When the bytes are not text, or JSON of another shape.
pub fn read(bytes: &[u8]) -> Result<Vec<Box<str>>, ListError> {
    let malformed = |why: String| ListError::Malformed(why);
    let text = std::str::from_utf8(bytes).map_err(|e| malformed(e.to_string()))?;
    if !text.trim_start().starts_with('{') {
        return Ok(links(text));
    }
    let list: List<'_> = serde_json::from_str(text).map_err(|e| malformed(e.to_string()))?;
    let names = list.projects.into_iter();
    let names = names.filter(|project| is_name(&project.name));
    Ok(names.map(|project| project.name.into()).collect())
}

/// The last folder of each link's address.
fn links(text: &str) -> Vec<Box<str>> {
    let mut names = Vec::new();
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        if let Token::StartTag(tag) = token
            && &**tag.name == b"a"
            && let Some(to) = tag.attributes.get(&HtmlString(b"href".to_vec()))
            && let Ok(to) = std::str::from_utf8(to)
            && let Some(last) = to.trim().trim_end_matches('/').rsplit('/').next()
            && let Ok(name) = percent_decode_str(last).decode_utf8()
            && is_name(&name)
        {
            names.push(name.into());
        }
    }
    names
}

fn is_name(name: &str) -> bool {
    name::normalise(name).is_some()
}

/// Writes a list; the links are relative to its own address.
pub fn write(names: &[Box<str>], form: Form) -> Vec<u8> {
    if form == Form::Json {
        let names = names.iter();
        let projects = names.map(|name| json!({ "name": &**name }));
        let projects: serde_json::Value = projects.collect();
        let list = json!({ "meta": { "api-version": "1.4" }, "projects": projects });
        return list.to_string().into_bytes();
    }
    let mut text = String::from(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\"1.4\">\n\
         <title>Simple index</title>\n</head>\n<body>\n",
    );
    for name in names {
        let normal = name::normalise(name).unwrap_or_default();
        // Names have nothing in them that HTML or an address knows. Writing
        // into a text cannot fail.
        let _ = writeln!(text, "<a href=\"{normal}/\">{name}</a>");
    }
    text.push_str("</body>\n</html>\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_written() {
        let json = br#"{"meta": {"api-version": "1.4"}, "projects":
            [{"name": "Zope.Interface", "_last-serial": 1}, {"name": "../x"}, {"name": "a\u0062"}]}"#;
        let html =
            b"<a href='/simple/Zope.Interface/'>x</a> <a href='..'>up</a><a href='ab'>ab</a>";
        for list in [&json[..], &html[..]] {
            let names = read(list).unwrap();
            assert_eq!(names, ["Zope.Interface".into(), "ab".into()]);
            for form in [Form::Json, Form::Html, Form::PlainHtml] {
                let again = read(&write(&names, form)).unwrap();
                let normal = again.iter().map(|name| name::normalise(name).unwrap());
                assert_eq!(normal.collect::<Vec<_>>(), ["zope-interface", "ab"]);
            }
        }
        assert!(read(b"{").is_err() && read(b"\xff").is_err() && read(b"{}").is_err());
    }
}
