//! cargo: index files, what the registry's API and its dump say of people, and
//! lock files.

pub mod api;
pub mod dump;
pub mod index;
pub mod lockfile;
mod party;
