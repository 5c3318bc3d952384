//! The protocols of npm, cargo, Python's indexes and NuGet as the server speaks
//! them: what clients are answered, byte for byte where they look at it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ambiguous;
mod audit;
mod cargo;
mod forms;
mod freshness;
mod holding;
mod html;
mod large;
mod names;
mod nuget;
mod operation;
mod packages;
mod pages;
mod pypi;
mod service;
mod tarballs;
mod upstream;
mod vanished;
mod world;
mod write_back;
