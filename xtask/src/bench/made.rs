//! What made-up registries are made of.

use crate::process;
use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Digits that nothing can be saved of, as those of a digest.
pub(super) fn digest(at: usize) -> String {
    let mut word = at as u64 + 1;
    let mut digits = String::new();
    for _ in 0..4 {
        word = word.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        // Writing into a text cannot fail.
        let _ = write!(digits, "{word:016x}");
    }
    digits
}

/// Bytes that nothing could be compressed away of; no proxy looks into them.
pub(super) fn noise(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at * at / 7) as u8).collect()
}

/// The digest of a file.
pub(super) fn sha256(file: &Path) -> anyhow::Result<String> {
    let printed = process::output(Command::new("sha256sum").arg(file))?;
    let digest = printed.split(' ').next().context("no digest")?;
    Ok(digest.to_owned())
}
