//! Fake registries that speak the real protocols, for tests.
//!
//! [`FakeNpm`] serves packuments that a test writes with [`Packument`] or that
//! were recorded, well enough for npm itself to install from it, and misbehaves
//! on demand. [`FakeCargo`] does the same for crates, and knows who published
//! them; [`FakePypi`] for Python packages, with who attested them; [`FakeNuget`]
//! for those of NuGet, signed with their owners. [`FakeWeb`] has the pages and the
//! forge on which people show their keys, and [`FakeDns`] says where those are.

mod advisories;
pub mod corpus;
mod crates_dump;
mod dependency_graph;
mod fake_cargo;
mod fake_dns;
mod fake_npm;
mod fake_nuget;
mod fake_pypi;
mod fake_web;
mod files;
pub mod http;
pub mod oracle;
mod packument;
#[cfg(unix)]
mod postgres;
mod serving;
mod site;
mod zip;

pub use advisories::{Advisories, write_zip};
pub use crates_dump::CratesDump;
pub use dependency_graph::{DependencyGraph, Edge};
pub use fake_cargo::{Crate, CrateRelease, FakeCargo};
pub use fake_dns::FakeDns;
pub use fake_npm::{FakeNpm, Fault, Keep, Pace, Request};
pub use fake_nuget::{FakeNuget, NugetPackage};
pub use fake_pypi::{FakePypi, JournalEntry, PypiProject};
pub use fake_web::FakeWeb;
pub use files::{folder_with, write_files};
pub use packument::{Packument, Release};
#[cfg(unix)]
pub use postgres::Postgres;

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// `bytes`, compressed in a hurry.
///
/// # Panics
/// Never: memory can be written.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

/// Says on standard error that a test did not run, and why: a test without
/// what it needs must not look like one that passed.
#[expect(
    clippy::print_stderr,
    reason = "the message is for whoever reads the run"
)]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// Says that a test did not run for want of something that `cargo xtask test`
/// installs. Where `CI` is set there is no excuse.
///
/// # Panics
/// In CI.
pub fn missing(what: &str) {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test run says through the environment that it is CI's"
    )]
    let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    assert!(!is_ci, "{what}");
    skipped(what);
}
