//! npm: packuments, lockfiles, versions and ranges.

pub mod hold;
pub mod lockfile;
pub mod packument;
pub mod version;
