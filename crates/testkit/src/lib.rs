//! Fake registries that speak the real protocols, for tests.
//!
//! [`FakeNpm`] serves packuments that a test writes with [`Packument`] or that
//! were recorded, well enough for npm itself to install from it, and misbehaves
//! on demand.

pub mod corpus;
mod fake_npm;
mod packument;

pub use fake_npm::{FakeNpm, Fault, Keep, Request};
pub use packument::{Packument, Release};

/// Says on standard error that a test did not run, and why: a test without
/// what it needs must not look like one that passed.
#[expect(
    clippy::print_stderr,
    reason = "the message is for whoever reads the run"
)]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
