//! cargo: index files, and what the registry's API and its dump say of people.

pub mod api;
pub mod dump;
pub mod index;
mod party;
