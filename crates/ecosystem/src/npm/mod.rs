//! npm: packuments, lockfiles, versions and ranges.

pub mod packument;
pub mod repository;
pub mod version;
