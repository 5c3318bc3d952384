//! cargo: index files.

pub mod index;
