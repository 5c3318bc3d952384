//! What all JSON documents of a V3 feed have in common.

use serde_json::Value;

/// Several times the largest document.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Longer texts of one line are cut: nothing shows them.
const MAX_LINE: usize = 8 * 1024;

/// Why bytes are not the document that they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or cut short.
    #[error("the document is damaged: {0}")]
    Malformed(String),
    /// JSON, but something else.
    #[error("the document is not {0}")]
    Other(&'static str),
    /// It is larger than any.
    #[error("the document is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

pub(super) fn checked_size<B: AsRef<[u8]>>(bytes: B) -> Result<B, DocumentError> {
    if bytes.as_ref().len() > MAX_BYTES {
        let (what, limit) = ("bytes", MAX_BYTES);
        return Err(DocumentError::TooLarge { what, limit });
    }
    Ok(bytes)
}

pub(super) fn parse(bytes: &[u8]) -> Result<Value, DocumentError> {
    let bytes = checked_size(bytes)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| DocumentError::Malformed(error.to_string()))
}

/// The elements of a list, which a feed may write as its only element.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(all) => all,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// An address that can be asked.
pub(super) fn address(value: &Value) -> Option<Box<str>> {
    let text = value.as_str().filter(|text| text.len() <= MAX_LINE)?;
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    (is_web && !text.contains(char::is_control)).then(|| text.into())
}

/// A text as one line, without what a terminal would obey.
pub(super) fn one_line(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(MAX_LINE)];
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
