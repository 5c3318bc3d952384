//! The rows of an answer: arrays of scalars within an array, as XML-RPC writes
//! them.

use super::FactsError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// An array within an array is as deep as it goes: nine elements.
const MAX_DEPTH: usize = 32;
/// The longest name of a file that an action names is far shorter.
const MAX_TEXT: usize = 4096;
/// Project, version, moment, action and number.
const COLUMNS: usize = 5;

/// An entry: its values as they are written.
#[derive(Debug, Default)]
pub(super) struct Row {
    values: [String; COLUMNS],
    count: usize,
}

impl Row {
    pub(super) fn project(&self) -> &str {
        &self.values[0]
    }

    pub(super) fn seconds(&self) -> Option<i64> {
        self.values[2].trim().parse().ok()
    }

    pub(super) fn action(&self) -> &str {
        &self.values[3]
    }

    pub(super) fn serial(&self) -> Option<u64> {
        self.values[4].trim().parse().ok()
    }
}

/// What has been read of an answer.
#[derive(Default)]
struct Reading {
    depth: usize,
    /// How many arrays are open.
    arrays: usize,
    row: Row,
    text: String,
    is_answer: bool,
    is_fault: bool,
}

/// Hands out each row.
pub(super) fn read(bytes: &[u8], mut row: impl FnMut(&Row)) -> Result<(), FactsError> {
    let malformed = |why: &dyn ToString| FactsError::Malformed(why.to_string());
    let mut reader = Reader::from_reader(bytes);
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|error| malformed(&error))? {
            Event::Start(element) => reading.open(element.local_name().as_ref())?,
            Event::End(element) => reading.close(element.local_name().as_ref(), &mut row),
            // `<nil/>`, or an empty text.
            Event::Empty(element) if element.local_name().as_ref() == b"value" => reading.take(),
            Event::Text(text) => reading.add(&text.decode().map_err(|error| malformed(&error))?),
            Event::CData(text) => reading.add(&text.decode().map_err(|error| malformed(&error))?),
            Event::GeneralRef(named) => {
                let name = named.decode().map_err(|error| malformed(&error))?;
                let character = named.resolve_char_ref().ok().flatten();
                match character {
                    Some(character) => reading.add(character.encode_utf8(&mut [0; 4])),
                    None => reading.add(resolve_predefined_entity(&name).unwrap_or_default()),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if reading.depth > 0 {
        return Err(FactsError::Malformed("it is cut short".to_owned()));
    }
    if reading.is_fault || !reading.is_answer {
        let what = "a journal: the index answers something else";
        return Err(FactsError::Other(what.to_owned()));
    }
    Ok(())
}

impl Reading {
    fn open(&mut self, name: &[u8]) -> Result<(), FactsError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FactsError::Malformed("it is nested too deep".to_owned()));
        }
        match name {
            b"fault" => self.is_fault = true,
            b"array" => {
                self.arrays += 1;
                self.is_answer = true;
                self.row = Row::default();
            }
            b"value" => self.text.clear(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8], row: &mut impl FnMut(&Row)) {
        self.depth = self.depth.saturating_sub(1);
        match name {
            b"value" if self.arrays == 2 => self.take(),
            b"array" => {
                if self.arrays == 2 && self.row.count == COLUMNS {
                    row(&self.row);
                }
                self.row = Row::default();
                self.arrays = self.arrays.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// The value that ends here. Of a row with more of them than there are
    /// columns nothing is taken.
    fn take(&mut self) {
        if self.arrays != 2 {
            return;
        }
        if let Some(value) = self.row.values.get_mut(self.row.count) {
            *value = std::mem::take(&mut self.text);
        }
        self.row.count += 1;
    }

    fn add(&mut self, text: &str) {
        if self.text.len() + text.len() <= MAX_TEXT {
            self.text.push_str(text);
        }
    }
}
