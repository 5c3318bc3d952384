//! What the built server makes of an end without warning, of a full disk and
//! of too much of everything.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(target_os = "linux")]
mod disk;
#[cfg(unix)]
mod kill;
#[cfg(target_os = "linux")]
mod memory;
mod registry;
mod serving;
