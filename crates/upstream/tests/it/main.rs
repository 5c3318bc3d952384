//! The fetcher against a registry that speaks the real protocol.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cache;
mod client;
mod crates;
mod credentials;
mod faults;
mod fetch;
mod nuget;
mod popularity;
mod proof;
mod pypi;
mod recorded;
mod sources;
mod tls;
mod world;
