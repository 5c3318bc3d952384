//! Texts and histories as columns.

use crate::StoreError;
use tenure_domain::History;

/// Names the form in which histories are kept. To be counted up whenever the
/// shape of a history changes; a test notices when that was forgotten. A history
/// in another form is put together again from the ledger.
const HISTORY: [u8; 8] = *b"tnrHST01";

/// What comes out of unpacking is bounded: nothing that is packed here is
/// larger, so whatever is was damaged.
const MOST: usize = 1 << 30;

/// zstd's own default: facts shrink to a fiftieth, at 300 MB/s.
pub(crate) const LEVEL: i32 = 3;

/// Makes bytes smaller.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    // Compressing memory into memory fails only without memory.
    zstd::bulk::compress(bytes, LEVEL).unwrap_or_default()
}

/// Undoes [`pack`]; `None` where the bytes are damaged.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
    let size = usize::try_from(size).ok().filter(|size| *size <= MOST)?;
    let bytes = zstd::bulk::decompress(packed, size).ok()?;
    (bytes.len() == size).then_some(bytes)
}

/// A packed text; `what` names it, should it be damaged.
pub(crate) fn unpack_text(packed: &[u8], at: &str, what: &str) -> Result<String, StoreError> {
    let text = unpack(packed).and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| StoreError::Damaged {
        at: at.to_owned(),
        what: what.to_owned(),
        why: "it cannot be unpacked".to_owned(),
    })
}

/// A history as it is kept.
pub(crate) fn history_to_column(history: &History) -> Vec<u8> {
    // Plain data always has a form, and memory takes it.
    postcard::to_extend(history, HISTORY.to_vec()).unwrap_or_default()
}

/// A history as it was kept; `None` where it has another form or is damaged.
pub(crate) fn history_from_column(bytes: &[u8]) -> Option<History> {
    let history: History = postcard::from_bytes(bytes.strip_prefix(&HISTORY)?).ok()?;
    history.is_consistent().then_some(history)
}
