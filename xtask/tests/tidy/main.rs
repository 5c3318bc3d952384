//! Rules about the repository's text that no compiler checks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod changes;
mod lock_files;
mod size;
mod tracked;
mod unfinished;
