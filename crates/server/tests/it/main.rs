//! npm's protocol as the server speaks it: what clients are answered, byte for
//! byte where they look at it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ambiguous;
mod audit;
mod forms;
mod freshness;
mod holding;
mod html;
mod names;
mod operation;
mod packages;
mod pages;
mod service;
mod tarballs;
mod upstream;
mod vanished;
mod world;
mod write_back;
