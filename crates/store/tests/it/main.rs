//! The store from outside. Each contract runs on SQLite and a folder, and on
//! PostgreSQL and S3.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contract;
mod crash;
mod errors;
mod facts;
mod process;
mod properties;
mod s3;
mod world;
