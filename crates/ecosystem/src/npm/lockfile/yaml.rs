//! YAML into [`Node`]s, with the line of every key.
//!
//! Tools write a small part of YAML and read all of it. What could make a file
//! mean something else here than to them, and that no tool writes, is refused:
//! aliases (so there is nothing to expand), tags and merge keys.

use super::tree::{Budget, Entry, MAX_DEPTH, Node, too_deep, too_many_values};
use super::{Format, LockfileError};
use crate::lockfile::malformed;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span};
use std::borrow::Cow;

/// pnpm and yarn write longer keys in YAML's form for long keys, which has no
/// limit; some tools that edit lockfiles do not.
const MAX_SIMPLE_KEY: usize = 16 * 1024;

/// Reads all documents of a YAML file.
pub(super) fn parse(format: Format, text: &str) -> Result<Vec<Node<'_>>, LockfileError> {
    let options = granit_parser::options! {
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
        simple_key_max_lookahead: MAX_SIMPLE_KEY,
        emit_comments: false,
    };
    let mut builder = Builder {
        format,
        documents: Vec::new(),
        open: Vec::new(),
        budget: Budget::new(),
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|e| describe(format, &e))?;
        builder.event(event, line(&span))?;
    }
    Ok(builder.documents)
}

fn line(span: &Span) -> u32 {
    span.start.line() as u32
}

fn describe(format: Format, error: &granit_parser::ScanError) -> LockfileError {
    let line = error.marker().line() as u32;
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(format, Some(line)),
        _ => malformed(format, line, format!("it is not YAML: {}", error.info())),
    }
}

/// A list or map whose end has not come yet.
enum Open<'a> {
    List(Vec<Node<'a>>),
    Map(Vec<Entry<'a>>, Option<(Cow<'a, str>, u32)>),
}

/// Puts events together, without recursion.
struct Builder<'a> {
    format: Format,
    documents: Vec<Node<'a>>,
    open: Vec<Open<'a>>,
    budget: Budget,
}

impl<'a> Builder<'a> {
    fn event(&mut self, event: Event<'a>, line: u32) -> Result<(), LockfileError> {
        match event {
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => Err(self.malformed(line, "it has a YAML tag")),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                Err(self.malformed(line, "it has a YAML alias"))
            }
            Event::Scalar(text, style, ..) => self.scalar(text, style, line),
            Event::SequenceStart(..) => self.push(Open::List(Vec::new()), line),
            Event::MappingStart(..) => self.push(Open::Map(Vec::new(), None), line),
            Event::SequenceEnd | Event::MappingEnd => self.close(line),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        line: u32,
    ) -> Result<(), LockfileError> {
        match self.open.last_mut() {
            Some(Open::Map(_, key @ None)) => {
                if text == "<<" && style == ScalarStyle::Plain {
                    return Err(self.malformed(line, "it has a YAML merge key"));
                }
                *key = Some((text, line));
                Ok(())
            }
            _ if style == ScalarStyle::Plain && is_null(&text) => {
                self.value(Node::Bare(text), line)
            }
            _ => self.value(Node::Text(text), line),
        }
    }

    fn push(&mut self, open: Open<'a>, line: u32) -> Result<(), LockfileError> {
        if matches!(self.open.last(), Some(Open::Map(_, None))) {
            return Err(self.malformed(line, "a key is a list or a map"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(self.format, Some(line)));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, line: u32) -> Result<(), LockfileError> {
        match self.open.pop() {
            Some(Open::List(items)) => self.value(Node::List(items), line),
            Some(Open::Map(entries, _)) => self.value(Node::Map(entries), line),
            None => Ok(()),
        }
    }

    fn value(&mut self, value: Node<'a>, line: u32) -> Result<(), LockfileError> {
        if !self.budget.take() {
            return Err(too_many_values(self.format));
        }
        match self.open.last_mut() {
            None => self.documents.push(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(entries, key)) => {
                let (key, line) = key.take().unwrap_or((Cow::Borrowed(""), line));
                entries.push(Entry { key, line, value });
            }
        }
        Ok(())
    }

    fn malformed(&self, line: u32, why: &str) -> LockfileError {
        malformed(self.format, line, why)
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_line_of_every_key() {
        let text = "# x\na:\n  'b@1': {c: d,\n    e: [f]}\n  ? long\n  : g\n---\nh: |\n  i\nj:\n";
        let documents = parse(Format::Pnpm, text).unwrap();
        let a = documents[0].get("a").unwrap();
        let lines: Vec<(&str, u32)> = a.entries().iter().map(|e| (&*e.key, e.line)).collect();
        assert_eq!(lines, [("b@1", 3), ("long", 5)]);
        assert_eq!(a.get("b@1").unwrap().entries()[1].line, 4);
        assert_eq!(documents[1].text("h"), Some("i\n"));
        assert_eq!(documents[1].text("j"), None);
    }

    #[test]
    fn refuses_what_no_tool_writes() {
        let error = |text: &str| parse(Format::Pnpm, text).unwrap_err().to_string();
        for (text, why) in [
            ("a: &x 1\nb: *x", "line 2: it has a YAML alias"),
            ("a: !!str 1", "line 1: it has a YAML tag"),
            ("a:\n  <<: {b: 1}", "line 2: it has a YAML merge key"),
            ("[a]: b", "line 1: a key is a list or a map"),
            (&"[".repeat(500), "line 1: it is nested too deeply"),
        ] {
            assert_eq!(
                error(text),
                format!("not a readable pnpm-lock.yaml file, {why}")
            );
        }
        assert!(
            error("a: 'b").contains("it is not YAML: "),
            "{}",
            error("a: 'b")
        );
    }
}
