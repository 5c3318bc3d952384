//! npm's document of a package ("packument"), full or abbreviated.

use tenure_domain::History;

/// Why a document is not a packument.
#[derive(Debug, thiserror::Error)]
pub enum PackumentError {
    /// Not JSON, or cut short.
    #[error("not a packument: {0}")]
    Malformed(String),
    /// JSON, but not a packument.
    #[error("not a packument: {0}")]
    NotAPackument(String),
}

/// Reads a packument.
///
/// # Errors
/// When the bytes are no packument.
pub fn read(_bytes: &[u8]) -> Result<History, PackumentError> {
    Err(PackumentError::NotAPackument(String::new()))
}
