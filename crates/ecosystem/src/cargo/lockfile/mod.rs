//! What a Rust project is built from: `Cargo.lock`, versions 1 to 4, and the
//! graph that `cargo metadata --format-version 1` prints.
//!
//! Read with `toml` and not with `cargo-lock`, which knows no lines.

mod file;
mod graph;
#[cfg(test)]
mod tests;

use crate::lockfile::text::{shown, without_credentials};
use crate::lockfile::{self, LockedPackage, MAX_BYTES, Origin, Want, check_size, malformed};
use std::fmt;
use tenure_domain::{Ecosystem, PackageId};

/// The name of the file that cargo writes.
pub const FILE_NAME: &str = "Cargo.lock";

/// A hundred times what the largest projects have.
const MAX_PACKAGES: usize = 100_000;

/// What a project is locked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockfile {
    /// The releases, in the order of their lines, each listed once.
    ///
    /// The project itself, its workspace members and other folders are not
    /// among them: nothing is fetched for them.
    pub packages: Vec<LockedPackage>,
    /// Who asks for which range. `Cargo.lock` does not say; the graph does.
    pub wants: Vec<Want>,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Cargo.lock`.
    File,
    /// What `cargo metadata` prints.
    Graph,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "Cargo.lock",
            Self::Graph => "cargo metadata",
        })
    }
}

/// Why bytes could not be read.
pub type LockfileError = lockfile::LockfileError<Kind>;

/// Reads a `Cargo.lock`.
///
/// # Errors
/// When it is none, or of a version that is not known: see [`LockfileError`].
pub fn parse(bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    check_size(Kind::File, "bytes", bytes.len(), MAX_BYTES)?;
    file::read(bytes)
}

/// Reads what `cargo metadata --format-version 1` printed. That is one line, so
/// every [`line`](LockedPackage::line) is 1, unless somebody has laid it out.
///
/// # Errors
/// As [`parse`].
pub fn parse_metadata(bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    check_size(Kind::Graph, "bytes", bytes.len(), MAX_BYTES)?;
    graph::read(bytes)
}

/// A package with a source, as both formats have it.
struct Found<'a> {
    name: &'a str,
    version: &'a str,
    source: &'a str,
    checksum: Option<&'a str>,
    line: u32,
}

/// A name or version that no registry could have is an error and not skipped:
/// skipping would hide the entry from whoever looks for it.
fn locked(kind: Kind, found: &Found<'_>) -> Result<LockedPackage, LockfileError> {
    let package = PackageId::new(Ecosystem::Cargo, found.name)
        .map_err(|error| malformed(kind, found.line, error.to_string()))?;
    if semver::Version::parse(found.version).is_err() {
        let why = format!(
            "`{}` is not a version of {}",
            shown(found.version),
            package.name()
        );
        return Err(malformed(kind, found.line, why));
    }
    let is_hex = |text: &&str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Ok(LockedPackage {
        package,
        version: found.version.into(),
        line: found.line,
        origin: origin(found.source),
        integrity: found.checksum.filter(is_hex).map(Into::into),
    })
}

/// Where a package with this source comes from (cargo's `SourceId`).
fn origin(source: &str) -> Origin {
    let (kind, address) = source.split_once('+').unwrap_or(("", source));
    let address = without_credentials(address);
    let address = shown(&address);
    match kind {
        "registry" => Origin::Registry {
            resolved: Some(address.into()),
        },
        // Cargo takes the `sparse+` for a part of the registry's address.
        "sparse" => Origin::Registry {
            resolved: Some(format!("sparse+{address}").into()),
        },
        "git" => Origin::Elsewhere(format!("the git repository {address}").into()),
        "path" | "directory" | "local-registry" => {
            Origin::Elsewhere(format!("the folder {address}").into())
        }
        _ => Origin::Elsewhere(shown(source).into()),
    }
}

/// Sorts by line and leaves out repetitions.
fn finish(mut packages: Vec<LockedPackage>, wants: Vec<Want>) -> Lockfile {
    packages.sort_by_key(|package| package.line);
    let mut seen = hashbrown::HashSet::new();
    packages
        .retain(|one| seen.insert((one.package.clone(), one.version.clone(), one.origin.clone())));
    Lockfile { packages, wants }
}
