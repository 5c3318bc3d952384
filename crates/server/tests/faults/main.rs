//! What the server makes of a registry that misbehaves, and of clients that do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crowds;
mod documents;
mod forgery;
mod gone;
mod tarballs;
mod world;
