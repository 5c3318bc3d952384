//! npm: packuments, lockfiles, versions and ranges.

pub mod packument;
