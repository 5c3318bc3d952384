//! NuGet V3: ids of packages, and versions.

pub mod name;
pub mod version;
