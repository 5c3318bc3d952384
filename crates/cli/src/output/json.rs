//! JSON for programs.

use serde::Serialize;

/// A document, indented, with a newline at its end.
pub(crate) fn pretty(document: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
