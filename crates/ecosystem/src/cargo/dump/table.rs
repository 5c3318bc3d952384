//! One table of a dump: rows of texts by the names of their columns.

use super::DumpError;
use super::metered::Meter;
use simd_csv::{ByteRecord, ErrorKind, ZeroCopyByteRecord, ZeroCopyReader, ZeroCopyReaderBuilder};
use std::borrow::Cow;
use std::io::Read;
use tenure_domain::Time;

/// The parts of a file that are read at once.
const BUFFER: usize = 256 * 1024;

/// A table, read row by row.
pub(super) struct Table<'m, R> {
    reader: ZeroCopyReader<R>,
    columns: ByteRecord,
    meter: &'m Meter,
}

impl<'m, R: Read> Table<'m, R> {
    pub(super) fn new(file: R, meter: &'m Meter) -> Result<Self, DumpError> {
        let mut reader = ZeroCopyReaderBuilder::with_capacity(BUFFER).from_reader(file);
        let columns = reader.byte_headers().map_err(unpacking)?.clone();
        Ok(Self {
            reader,
            columns,
            meter,
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
        let mut number = 0;
        loop {
            self.meter.rewind();
            number += 1;
            let row = self.reader.read_byte_record();
            let row = row.map_err(|error| damaged((table, number), error))?;
            let Some(fields) = row else {
                return Ok(());
            };
            each(&Row {
                table,
                number,
                fields,
            })?;
        }
    }
}

fn unpacking(error: simd_csv::Error) -> DumpError {
    DumpError::Archive(error.into())
}

fn damaged((table, row): (&'static str, u64), error: simd_csv::Error) -> DumpError {
    match error.kind() {
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => DumpError::Row {
            table,
            row,
            why: format!("it has {len} fields, and the table has {expected_len} columns"),
        },
        _ => unpacking(error),
    }
}

/// A row of a table.
pub(super) struct Row<'r> {
    table: &'static str,
    number: u64,
    fields: ZeroCopyByteRecord<'r>,
}

impl Row<'_> {
    /// The text of a column; empty where it is null, or is no UTF-8.
    pub(super) fn text(&self, column: usize) -> Cow<'_, str> {
        match self.fields.unescape(column).unwrap_or_default() {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).unwrap_or_default().into(),
            Cow::Owned(bytes) => String::from_utf8(bytes).unwrap_or_default().into(),
        }
    }

    /// A number that must be there.
    pub(super) fn number(&self, column: usize) -> Result<u32, DumpError> {
        self.text(column).parse().map_err(|_| {
            let text: String = self.text(column).chars().take(40).collect();
            DumpError::Row {
                table: self.table,
                row: self.number,
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
        if text.len() > 40 || !text.contains(' ') {
            return None;
        }
        if text.ends_with("+00") {
            return text.parse().ok();
        }
        format!("{text}+00").parse().ok()
    }
}
