//! One table of a dump: rows of texts by the names of their columns.

use super::DumpError;
use super::metered::Meter;
use csv::ByteRecord;
use std::io::Read;
use tenure_domain::Time;

/// The parts of a file that are read at once.
const BUFFER: usize = 256 * 1024;

/// A table, read row by row.
pub(super) struct Table<'m, R> {
    reader: csv::Reader<R>,
    columns: ByteRecord,
    meter: &'m Meter,
    row: ByteRecord,
}

impl<'m, R: Read> Table<'m, R> {
    pub(super) fn new(file: R, meter: &'m Meter) -> Result<Self, DumpError> {
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(BUFFER)
            .from_reader(file);
        let columns = reader.byte_headers().map_err(unpacking)?.clone();
        Ok(Self {
            reader,
            columns,
            meter,
            row: ByteRecord::new(),
        })
    }

    /// The place of a column, where there is one.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name.as_bytes())
    }

    /// Gives every row to `each`, with the place for errors.
    pub(super) fn rows(
        mut self,
        table: &'static str,
        mut each: impl FnMut(&Row<'_>) -> Result<(), DumpError>,
    ) -> Result<(), DumpError> {
        loop {
            self.meter.rewind();
            let more = self.reader.read_byte_record(&mut self.row);
            if !more.map_err(|error| damaged(table, error))? {
                return Ok(());
            }
            each(&Row {
                table,
                row: &self.row,
            })?;
        }
    }
}

fn unpacking(error: csv::Error) -> DumpError {
    DumpError::Archive(error.into())
}

fn damaged(table: &'static str, error: csv::Error) -> DumpError {
    match error.position() {
        Some(at) => DumpError::Row {
            table,
            line: at.line(),
            why: error.to_string(),
        },
        None => unpacking(error),
    }
}

/// A row of a table.
pub(super) struct Row<'r> {
    pub(super) table: &'static str,
    row: &'r ByteRecord,
}

impl<'r> Row<'r> {
    /// The text of a column; empty where it is null, or is no UTF-8.
    pub(super) fn text(&self, column: usize) -> &'r str {
        let bytes = self.row.get(column).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// A number that must be there.
    pub(super) fn number(&self, column: usize) -> Result<u32, DumpError> {
        self.text(column).parse().map_err(|_| {
            let text: String = self.text(column).chars().take(40).collect();
            DumpError::Row {
                table: self.table,
                line: self.row.position().map_or(0, csv::Position::line),
                why: format!("`{text}` is not the number of a row"),
            }
        })
    }

    /// Whether a truth value is true.
    pub(super) fn is_true(&self, column: usize) -> bool {
        self.text(column) == "t"
    }

    /// A moment: `2026-08-20 07:15:00.123456+00`, in UTC also where an old dump
    /// does not say so.
    pub(super) fn time(&self, column: usize) -> Option<Time> {
        let text = self.text(column);
        let text = text.strip_suffix("+00").unwrap_or(text);
        let (date, time) = text.split_once(' ')?;
        let has_offset = time.contains(['+', '-', 'Z']);
        if text.len() > 40 || has_offset {
            return None;
        }
        format!("{date}T{time}Z").parse().ok()
    }
}
