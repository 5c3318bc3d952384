//! Bytes of registries and lockfiles, read into the domain.
//!
//! One folder per ecosystem with the same file names. Nothing here does I/O,
//! and every reader is bounded: what is malformed becomes an error that says
//! where, or an unknown fact, never a panic.

pub mod cargo;
pub mod digest;
mod html;
pub mod identity;
pub mod lockfile;
pub mod npm;
pub mod nuget;
pub mod osv;
pub mod pairs;
pub mod pypi;
pub mod repository;
pub mod sbom;
mod scan;
pub mod vouch;
