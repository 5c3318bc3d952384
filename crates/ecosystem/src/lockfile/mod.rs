//! What the lockfiles of all ecosystems have in common: what they say of a
//! release, and why bytes are none.

mod error;
mod lines;
pub(crate) mod text;

pub use error::LockfileError;
pub(crate) use error::{check_size, malformed};
pub(crate) use lines::{Lines, line_at, newlines};

use tenure_domain::PackageId;

/// No lockfile of a real project comes near this many bytes.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A release that a lockfile pins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPackage {
    /// The package by its real registry name, also where the project knows it
    /// under an alias.
    pub package: PackageId,
    /// The version; for something from elsewhere that states none, what the
    /// lockfile has in its place.
    pub version: Box<str>,
    /// The line of its entry, counted from 1.
    pub line: u32,
    /// Where it comes from.
    pub origin: Origin,
    /// The digest that the installer compares the registry's file with.
    ///
    /// `None` for yarn 2 and later: their checksum is of a file that yarn
    /// makes itself.
    pub integrity: Option<Box<str>>,
}

/// Where a release comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A registry.
    Registry {
        /// The address of the file, or of the registry, where the lockfile
        /// gives one; its host need not be the registry that Tenure asks.
        /// Without an address the installer takes the registry that it is
        /// configured with.
        resolved: Option<Box<str>>,
    },
    /// Not a registry: a git repository, a local file, a tarball at an address
    /// that is not laid out like a registry's or that names another release.
    /// In words for people.
    Elsewhere(Box<str>),
}

/// A range of a package that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// The package by its real registry name.
    pub package: PackageId,
    /// A range or a tag, as the registry would be asked for it; `*` where the
    /// asker leaves it empty.
    pub range: Box<str>,
    /// Who asks.
    pub by: By,
    /// The line that says so, counted from 1; of the entry as a whole where
    /// the format does not list it on its own.
    pub line: u32,
}

/// Who asks for a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The project itself.
    Root,
    /// Another folder of the project: a workspace member, by its path.
    Member(Box<str>),
    /// A package, by its real registry name.
    Package(Box<str>),
}
