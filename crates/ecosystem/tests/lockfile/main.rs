//! Lockfiles as the tools write them, as they should not be, and as chance
//! makes them.
//!
//! The files under `tests/lockfiles` have the shape of what the real tools
//! wrote for the same project, cut to what matters, with other hosts.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod properties;

use std::path::{Path, PathBuf};

/// The folder of the files.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lockfiles")
}
