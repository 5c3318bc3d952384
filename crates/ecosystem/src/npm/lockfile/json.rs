//! JSON into a [`Node`], with the line of every key.

use super::tree::{Budget, Entry, Node, too_deep, too_many_values};
use super::{Format, LockfileError};
use crate::lockfile::{malformed, newlines};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Reads a JSON document. `serde_json` nests 128 levels deep at most.
pub(super) fn parse(format: Format, text: &str) -> Result<Node<'_>, LockfileError> {
    let mut reader = Reader::new(text);
    let mut json = serde_json::Deserializer::from_str(text);
    let node = NodeSeed(&mut reader).deserialize(&mut json);
    node.and_then(|node| json.end().map(|()| node))
        .map_err(|e| describe(format, &e, &reader))
}

fn describe(format: Format, error: &serde_json::Error, reader: &Reader<'_>) -> LockfileError {
    let line = Some(error.line() as u32).filter(|line| *line > 0);
    let said = error.to_string();
    let why = said.split(" at line ").next().unwrap_or(&said);
    if reader.budget.is_spent() {
        too_many_values(format)
    } else if why.contains("recursion limit") {
        too_deep(format, line)
    } else {
        malformed(format, line, format!("it is not JSON: {why}"))
    }
}

/// Walks along the text with the parser, counting lines.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    budget: Budget,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            budget: Budget::new(),
        }
    }

    /// The line of a key.
    ///
    /// A key without escapes is a slice of the text, so its address tells where
    /// it stands. Names of packages and fields need no escapes; of a key that
    /// has some, which lies elsewhere, the line is that of the key before it.
    fn line_of(&mut self, key: &str) -> u32 {
        let offset = key.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        if let Some(passed) = self.text.as_bytes().get(self.at..offset) {
            self.line += newlines(passed);
            self.at = offset;
        }
        self.line
    }

    fn take<E: de::Error>(&mut self) -> Result<(), E> {
        let left = self.budget.take();
        left.then_some(())
            .ok_or_else(|| E::custom("too many values"))
    }
}

/// Reads one value.
struct NodeSeed<'r, 't>(&'r mut Reader<'t>);

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, '_> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        self.0.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_, '_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bare(Cow::Borrowed(if value {
            "true"
        } else {
            "false"
        })))
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Bare(Cow::Borrowed("null")))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Bare(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Bare(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::Bare(Cow::Owned(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(NodeSeed(self.0))? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key_seed(KeySeed)? {
            let line = self.0.line_of(&key);
            let value = map.next_value_seed(NodeSeed(self.0))?;
            entries.push(Entry { key, line, value });
        }
        Ok(Node::Map(entries))
    }
}

/// Reads a key, borrowed where it has no escapes.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_line_of_every_key() {
        let text =
            "{\n \"a\": {\"b\": 1,\n\n  \"c\\n\": [true, {\n\"d\": null}]},\r\n \"e\": \"x\\ty\" }";
        let node = parse(Format::Bun, text).unwrap();
        let mut lines = Vec::new();
        collect(&node, &mut lines);
        let expected = [("a", 2), ("b", 2), ("c\n", 2), ("d", 5), ("e", 6)];
        assert_eq!(lines, expected.map(|(key, line)| (key.to_owned(), line)));
        assert_eq!(node.text("e"), Some("x\ty"));
    }

    fn collect(node: &Node<'_>, lines: &mut Vec<(String, u32)>) {
        for entry in node.entries() {
            lines.push((entry.key.clone().into_owned(), entry.line));
            collect(&entry.value, lines);
        }
        for item in node.items() {
            collect(item, lines);
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let error = |text: &str| parse(Format::PackageLock, text).unwrap_err().to_string();
        assert_eq!(
            error("{\n\"a\": }"),
            "not a readable package-lock.json file, line 2: it is not JSON: expected value"
        );
        assert_eq!(
            error("{}\n{}"),
            "not a readable package-lock.json file, line 2: it is not JSON: trailing characters"
        );
        assert_eq!(
            error(&"[".repeat(200)),
            "not a readable package-lock.json file, line 1: it is nested too deeply"
        );
        assert_eq!(
            error(&format!("[{}0]", "0,".repeat(2_000_000))),
            "this package-lock.json file is too large: more than 2000000 values"
        );
    }
}
