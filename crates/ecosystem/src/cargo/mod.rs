//! cargo: an index and its files, what the registry's API and its dump say of people, lock
//! files, versions, and the trust statements of cargo-vet.

pub mod api;
pub mod config;
pub mod dump;
pub mod index;
pub mod lockfile;
mod party;
pub mod version;
pub mod vet;
