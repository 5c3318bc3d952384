//! The store from outside.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod smoke;
