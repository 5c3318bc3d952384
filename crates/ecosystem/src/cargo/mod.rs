//! cargo: index files, and what the registry's API says of people.

pub mod api;
pub mod index;
mod party;
