//! npm's protocol as the server speaks it: what clients are answered, byte for
//! byte where they look at it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ambiguous;
mod audit;
mod forms;
mod freshness;
mod holding;
mod names;
mod operation;
mod packages;
mod service;
mod tarballs;
mod upstream;
mod world;
mod write_back;
