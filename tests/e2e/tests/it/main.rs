//! The whole way, as a user goes it: the real npm makes a project, the built
//! `tenure` checks it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod linked;
mod project;
mod reach;
mod reachable;
mod recorded;
mod vouched;
