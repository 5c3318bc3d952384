//! JSON and YAML alike, as what lockfiles need of them: texts, lists and maps
//! whose keys know their line.

use super::{Format, LockfileError};
use crate::lockfile::malformed;
use std::borrow::Cow;

/// Deeper nesting is refused. npm's first lockfile version nests as deep as
/// `node_modules` folders do; nothing else comes close.
pub(super) const MAX_DEPTH: usize = 128;

/// As many values as the tools put into 60 MiB; bounds the memory that a
/// hostile file can ask for.
const MAX_NODES: usize = 2_000_000;

/// A value.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// A text; in YAML, any scalar but null.
    Text(Cow<'a, str>),
    /// JSON's other scalars, and YAML's null, as they are written.
    Bare(Cow<'a, str>),
    /// A list.
    List(Vec<Self>),
    /// A map in the file's order. Repeated keys are kept.
    Map(Vec<Entry<'a>>),
}

/// An entry of a map.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) line: u32,
    pub(super) value: Node<'a>,
}

impl<'a> Node<'a> {
    /// The value of a key. Of a repeated key the last counts, as it does for
    /// JavaScript.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.entries().iter().rev();
        let mut values = entries.filter(|entry| entry.key == key);
        values.next().map(|entry| &entry.value)
    }

    /// The entries of a map; none for anything else.
    pub(super) fn entries(&self) -> &[Entry<'a>] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entries of the map under a key; none if there is no map.
    pub(super) fn map_in(&self, key: &str) -> &[Entry<'a>] {
        self.get(key).map_or(&[], Self::entries)
    }

    /// The entries under a key that has a map if it is there at all. Taking
    /// anything else for an empty map would hide what a tool might find in it.
    pub(super) fn section(&self, key: &str, format: Format) -> Result<&[Entry<'a>], LockfileError> {
        match self.get(key) {
            Some(Self::Map(entries)) => Ok(entries),
            None => Ok(&[]),
            Some(Self::Bare(null)) if matches!(&**null, "" | "~" | "null") => Ok(&[]),
            Some(_) => Err(malformed(
                format,
                None,
                format!("its `{key}` are not a map"),
            )),
        }
    }

    /// The items of a list; none for anything else.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// A text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, a number or the like, as it is written.
    pub(super) fn as_scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Bare(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a key; an empty one counts as absent.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text().filter(|text| !text.is_empty())
    }

    /// Whether the key's value is `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).and_then(Self::as_scalar) == Some("true")
    }
}

/// Counts values while a tree is built.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Self {
        Self(MAX_NODES)
    }

    /// Takes one value; `false` if there are too many.
    pub(super) fn take(&mut self) -> bool {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// The error when the [`Budget`] is spent.
pub(super) fn too_many_values(format: Format) -> LockfileError {
    LockfileError::TooLarge {
        format,
        what: "values",
        limit: MAX_NODES,
    }
}

/// The error when [`MAX_DEPTH`] is passed.
pub(super) fn too_deep(format: Format, line: Option<u32>) -> LockfileError {
    malformed(format, line, "it is nested too deeply")
}
