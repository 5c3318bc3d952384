//! npm's protocol as the server speaks it: what clients are answered, byte for
//! byte where they look at it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code)]

mod forms;
mod names;
mod packages;
mod world;
