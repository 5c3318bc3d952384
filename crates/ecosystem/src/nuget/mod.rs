//! NuGet V3: the documents of a feed, versions, and the signatures in packages.

mod document;
pub mod name;
pub mod registration;
pub mod search;
pub mod service;
pub mod signature;
pub mod version;
pub mod versions;
pub mod vulnerability;

pub use document::DocumentError;
