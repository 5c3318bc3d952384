//! The Python package index: its pages, its facts, lockfiles, versions.

pub mod facts;
pub mod hold;
pub mod list;
pub mod lockfile;
pub mod name;
pub mod simple;
pub mod version;
