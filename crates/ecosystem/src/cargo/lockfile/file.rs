//! `Cargo.lock`. Version 1 has checksums in `[metadata]`, later ones in each
//! package; version 3 changed how git sources are written, and 4 how their
//! addresses are encoded.

use super::{
    Found, Kind, Lockfile, LockfileError, MAX_PACKAGES, check_size, finish, locked, malformed,
};
use crate::npm::lockfile::text::newlines;
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
    let line = |at: usize| newlines(bytes.get(..at).unwrap_or(bytes)) + 1;
    let text = std::str::from_utf8(bytes)
        .map_err(|error| malformed(kind, line(error.valid_up_to()), "it is not UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = bytes.len() - text.len();
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span: Range<usize>| span.start);
        malformed(kind, line(skipped + at), error.message())
    })?;
    if let Some(found) = file.version.filter(|version| !(1..=4).contains(version)) {
        let supported = SUPPORTED;
        return Err(LockfileError::UnsupportedVersion {
            kind,
            found,
            supported,
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

/// Counts lines up to places that mostly come in order.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u32,
}

impl<'b> Lines<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    fn at(&mut self, place: usize) -> u32 {
        if place < self.at {
            *self = Self::new(self.bytes);
        }
        self.line += newlines(self.bytes.get(self.at..place).unwrap_or_default());
        self.at = place;
        self.line
    }
}
