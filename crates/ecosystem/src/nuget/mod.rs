//! NuGet V3: the documents of a feed, versions, the signatures in packages, and
//! what projects are locked to.

mod document;
pub mod lockfile;
pub mod name;
pub mod registration;
pub mod search;
pub mod service;
pub mod signature;
pub mod signers;
pub mod sources;
pub mod version;
pub mod versions;
pub mod vulnerability;

pub use document::DocumentError;
