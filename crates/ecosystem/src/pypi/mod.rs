//! The Python package index: its pages, its facts, lockfiles, versions.

pub mod name;
pub mod version;
