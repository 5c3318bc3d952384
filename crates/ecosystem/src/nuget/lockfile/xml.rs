//! XML as a tree, with the line of each element: as much of it as project files
//! use.

use super::{Format, LockfileError};
use crate::lockfile::{Lines, check_size, malformed};
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Project files nest five levels deep.
const MAX_DEPTH: usize = 64;
/// Ten times the largest.
const MAX_ELEMENTS: usize = 1_000_000;

/// An element.
#[derive(Debug, Default)]
pub(in crate::nuget) struct Element {
    /// Its name, without a prefix.
    pub(in crate::nuget) name: String,
    /// The line that it begins in, from 1.
    pub(in crate::nuget) line: u32,
    /// Names and values, in their order.
    pub(in crate::nuget) attributes: Vec<(String, String)>,
    /// All text directly within it.
    pub(in crate::nuget) text: String,
    pub(in crate::nuget) children: Vec<Self>,
}

impl Element {
    /// An attribute, in whatever case.
    pub(in crate::nuget) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    pub(in crate::nuget) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// What an item says of itself: as an attribute, or as an element within.
    pub(in crate::nuget) fn metadata(&self, name: &str) -> Option<&str> {
        let child = self.children.iter().find(|child| child.is(name));
        let within = child.map(|child| child.text.trim());
        self.attribute(name).or(within)
    }
}

/// Reads a document.
pub(in crate::nuget) fn read(format: Format, text: &str) -> Result<Element, LockfileError> {
    let mut tree = Tree {
        format,
        line: 1,
        open: vec![Element::default()],
        count: 0,
    };
    let mut reader = Reader::from_str(text);
    let mut lines = Lines::new(text.as_bytes());
    loop {
        let at = (reader.buffer_position() as usize).min(text.len());
        tree.line = lines.at(at);
        match reader.read_event() {
            Ok(Event::Eof) => return tree.root(),
            Ok(event) => tree.take(&event)?,
            Err(error) => return Err(tree.wrong(&error.to_string())),
        }
    }
}

struct Tree {
    format: Format,
    line: u32,
    /// From the outermost to the innermost.
    open: Vec<Element>,
    count: usize,
}

impl Tree {
    fn take(&mut self, event: &Event<'_>) -> Result<(), LockfileError> {
        match event {
            Event::Start(start) => self.start(start),
            Event::Empty(start) => {
                self.start(start)?;
                self.end();
                Ok(())
            }
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => {
                let text = text
                    .decode()
                    .map_err(|error| self.wrong(&error.to_string()))?;
                self.text(&text);
                Ok(())
            }
            Event::CData(text) => {
                let text = text
                    .decode()
                    .map_err(|error| self.wrong(&error.to_string()))?;
                self.text(&text);
                Ok(())
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().unwrap_or_default().into_owned();
                let character = reference.resolve_char_ref().ok().flatten();
                let text = match character {
                    Some(character) => character.to_string(),
                    None => resolve_predefined_entity(&name)
                        .ok_or_else(|| self.wrong("it has an entity that is not known"))?
                        .to_owned(),
                };
                self.text(&text);
                Ok(())
            }
            Event::DocType(_) => Err(self.wrong("it has a document type, which no project has")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), LockfileError> {
        self.count += 1;
        check_size(self.format, "elements", self.count, MAX_ELEMENTS)?;
        if self.open.len() > MAX_DEPTH {
            return Err(self.wrong("it nests too deep"));
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.wrong(&error.to_string()))?;
            let value = attribute
                .decoded_and_normalized_value(XmlVersion::Implicit1_0, start.decoder())
                .map_err(|error| self.wrong(&error.to_string()))?;
            let name = text(attribute.key.local_name().as_ref());
            attributes.push((name, value.into_owned()));
        }
        self.open.push(Element {
            name: text(start.local_name().as_ref()),
            line: self.line,
            attributes,
            ..Element::default()
        });
        Ok(())
    }

    fn end(&mut self) {
        if self.open.len() > 1
            && let Some(element) = self.open.pop()
            && let Some(parent) = self.open.last_mut()
        {
            parent.children.push(element);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn root(mut self) -> Result<Element, LockfileError> {
        if self.open.len() > 1 {
            return Err(self.wrong("it ends within an element"));
        }
        let mut roots = self.open.pop().unwrap_or_default().children;
        match roots.pop() {
            Some(root) if roots.is_empty() => Ok(root),
            Some(_) => Err(self.wrong("it has several outermost elements")),
            None => Err(self.wrong("it has no element")),
        }
    }

    fn wrong(&self, why: &str) -> LockfileError {
        malformed(
            self.format,
            self.line,
            format!("it is not XML that is known here: {why}"),
        )
    }
}
