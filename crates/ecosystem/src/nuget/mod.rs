//! NuGet V3: ids of packages, versions, and the signatures in packages.

pub mod name;
pub mod signature;
pub mod version;
