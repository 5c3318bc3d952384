//! Files of JSON lines, plain or compressed.

use anyhow::Context as _;
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line that is read, in bytes.
const MAX_LINE: u64 = 16 << 20;

/// Hands out what is on each line; `what` says of one that cannot be read what it
/// is, such as `no key`.
pub(super) fn each_line<T: DeserializeOwned>(
    path: &Path,
    what: &str,
    mut take: impl FnMut(T),
) -> anyhow::Result<()> {
    let reader: Box<dyn Read> = match path.extension() {
        Some(end) if end == "gz" => Box::new(GzDecoder::new(File::open(path)?)),
        _ => Box::new(File::open(path)?),
    };
    let mut reader = BufReader::new(reader);
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if reader.by_ref().take(MAX_LINE).read_line(&mut line)? == 0 {
            break;
        }
        let read = serde_json::from_str(&line);
        take(read.with_context(|| format!("line {number} is {what}"))?);
    }
    Ok(())
}
