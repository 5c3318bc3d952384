//! `Cargo.lock`. Version 1 has checksums in `[metadata]`, later ones in each
//! package; version 3 changed how git sources are written, and 4 how their
//! addresses are encoded.

use super::{Found, Kind, Lockfile, LockfileError, MAX_PACKAGES, finish, locked};
use crate::lockfile::text::decoded;
use crate::lockfile::{Lines, check_size, line_at, malformed};
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::Range;
use toml::Spanned;

const SUPPORTED: &str = "versions 1 to 4";

#[derive(Deserialize)]
struct File {
    version: Option<u64>,
    #[serde(default)]
    package: Vec<Spanned<Package>>,
    /// Version 1: `checksum NAME VERSION (SOURCE)` and the digest.
    #[serde(default)]
    metadata: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let kind = Kind::File;
    let text = decoded(kind, bytes)?;
    let skipped = bytes.len() - text.len();
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span: Range<usize>| span.start);
        malformed(kind, line_at(bytes, skipped + at), error.message())
    })?;
    if let Some(found) = file.version.filter(|version| !(1..=4).contains(version)) {
        return Err(LockfileError::UnsupportedVersion {
            format: kind,
            found: format!("version {found}").into(),
            supported: SUPPORTED,
        });
    }
    check_size(kind, "packages", file.package.len(), MAX_PACKAGES)?;
    let mut lines = Lines::new(bytes);
    let mut packages = Vec::new();
    for package in &file.package {
        let line = lines.at(skipped + package.span().start);
        let package = package.get_ref();
        let Some(source) = &package.source else {
            continue;
        };
        let Package {
            name,
            version,
            checksum,
            ..
        } = package;
        let in_metadata = || {
            file.metadata
                .get(&format!("checksum {name} {version} ({source})"))
        };
        let found = Found {
            name,
            version,
            source,
            checksum: checksum.as_ref().or_else(in_metadata).map(String::as_str),
            line,
        };
        packages.push(locked(kind, &found)?);
    }
    Ok(finish(packages, Vec::new()))
}
