//! Lists of components, read by their package urls: CycloneDX in JSON (ECMA-424)
//! and SPDX 2 and 3 in JSON.
//!
//! Such a list says what somebody says that something is made of; it has no
//! line that an installer reads.

#[cfg(test)]
mod tests;

use crate::lockfile::text::shown;
use crate::lockfile::{LockedPackage, Origin, newlines};
use crate::pypi;
use hashbrown::HashSet;
use memchr::memmem;
use serde_json::Value;
use std::fmt;
use tenure_domain::{Ecosystem, PackageId};

/// The largest list of a real product has some 50 MB.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// A few times what the largest have.
const MAX_COMPONENTS: usize = 200_000;
/// A list that writes so many package urls with escapes, or in another order
/// than it has them, is not searched for lines any more: each search may go
/// through all of it.
const MAX_MISSES: usize = 100;
/// Components within components; deeper ones are somebody's joke.
const MAX_DEPTH: usize = 64;

/// Forms of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CycloneDX.
    CycloneDx,
    /// SPDX.
    Spdx,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CycloneDx => "CycloneDX",
            Self::Spdx => "SPDX",
        })
    }
}

/// What a list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sbom {
    /// The form it was in.
    pub format: Format,
    /// The releases of ecosystems that are known here, each once.
    pub packages: Vec<LockedPackage>,
    /// The components that nobody can be asked about, each with its line: of
    /// another ecosystem, or without a version.
    pub others: Vec<(u32, Box<str>)>,
    /// How many components have no package url at all.
    pub without_purl: usize,
}

/// Why bytes are no such list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SbomError {
    /// No JSON.
    #[error("line {line} is not readable as JSON: {why}")]
    Malformed {
        /// The line, from 1.
        line: u32,
        /// What is wrong.
        why: String,
    },
    /// JSON, but no list of a known form.
    #[error(
        "it is neither CycloneDX (`bomFormat`) nor SPDX (`spdxVersion`, or version 3's `@context`) in JSON"
    )]
    OtherForm,
    /// It is larger than any.
    #[error("it is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

/// Reads a list.
///
/// # Errors
/// When it is none: see [`SbomError`].
pub fn parse(bytes: &[u8]) -> Result<Sbom, SbomError> {
    check("bytes", bytes.len(), MAX_BYTES)?;
    let document: Value = serde_json::from_slice(bytes).map_err(|error| SbomError::Malformed {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX).max(1),
        why: error.to_string(),
    })?;
    let mut reading = Reading::new(bytes);
    let format = if document["bomFormat"] == "CycloneDX" {
        reading.components(&document["components"], 0)?;
        Format::CycloneDx
    } else if document["spdxVersion"]
        .as_str()
        .is_some_and(|version| version.starts_with("SPDX-2"))
    {
        reading.spdx2(&document["packages"])?;
        Format::Spdx
    } else if is_spdx3(&document["@context"]) {
        reading.spdx3(&document["@graph"])?;
        Format::Spdx
    } else {
        return Err(SbomError::OtherForm);
    };
    Ok(Sbom {
        format,
        packages: reading.packages,
        others: reading.others,
        without_purl: reading.without_purl,
    })
}

/// SPDX 3 is JSON-LD, whose context names it
/// (`https://spdx.org/rdf/3.0.1/spdx-context.jsonld`), alone or among others.
fn is_spdx3(context: &Value) -> bool {
    let names = |one: &Value| {
        let address = one.as_str();
        address.is_some_and(|address| address.starts_with("https://spdx.org/rdf/3."))
    };
    names(context) || context.as_array().is_some_and(|all| all.iter().any(names))
}

fn check(what: &'static str, size: usize, limit: usize) -> Result<(), SbomError> {
    if size <= limit {
        return Ok(());
    }
    Err(SbomError::TooLarge { what, limit })
}

struct Reading<'b> {
    bytes: &'b [u8],
    packages: Vec<LockedPackage>,
    others: Vec<(u32, Box<str>)>,
    without_purl: usize,
    /// The package urls so far.
    seen: HashSet<Box<str>>,
    /// Lines are counted on from the last one: components come in order.
    at: usize,
    line: u32,
    misses: usize,
}

impl<'b> Reading<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            packages: Vec::new(),
            others: Vec::new(),
            without_purl: 0,
            seen: HashSet::new(),
            at: 0,
            line: 1,
            misses: 0,
        }
    }

    fn components(&mut self, list: &Value, depth: usize) -> Result<(), SbomError> {
        check("levels", depth, MAX_DEPTH)?;
        for component in list.as_array().into_iter().flatten() {
            match component["purl"].as_str() {
                Some(purl) => self.component(purl)?,
                None => self.without_purl += 1,
            }
            self.components(&component["components"], depth + 1)?;
        }
        Ok(())
    }

    fn spdx2(&mut self, list: &Value) -> Result<(), SbomError> {
        for package in list.as_array().into_iter().flatten() {
            let references = package["externalRefs"].as_array().into_iter().flatten();
            let purl = references
                .filter(|reference| reference["referenceType"] == "purl")
                .find_map(|reference| reference["referenceLocator"].as_str());
            match purl {
                Some(purl) => self.component(purl)?,
                None => self.without_purl += 1,
            }
        }
        Ok(())
    }

    /// Packages are elements among others; a package url is a property of
    /// theirs, or an identifier.
    fn spdx3(&mut self, graph: &Value) -> Result<(), SbomError> {
        let elements = graph.as_array().into_iter().flatten();
        for package in elements.filter(|element| element["type"] == "software_Package") {
            let identifiers = package["externalIdentifier"].as_array();
            let identified = || {
                let mut all = identifiers.into_iter().flatten();
                all.find(|one| one["externalIdentifierType"] == "packageUrl")
                    .and_then(|one| one["identifier"].as_str())
            };
            let purl = package["software_packageUrl"].as_str();
            match purl.or_else(identified) {
                Some(purl) => self.component(purl)?,
                None => self.without_purl += 1,
            }
        }
        Ok(())
    }

    fn component(&mut self, purl: &str) -> Result<(), SbomError> {
        check("components", self.seen.len() + 1, MAX_COMPONENTS)?;
        if !self.seen.insert(purl.into()) {
            return Ok(());
        }
        let line = self.line_of(purl);
        let release = release(purl);
        let Some((package, version)) = release else {
            self.others.push((line, shown(purl).into()));
            return Ok(());
        };
        self.packages.push(LockedPackage {
            package,
            version: version.into(),
            line,
            origin: Origin::Registry { resolved: None },
            integrity: None,
        });
        Ok(())
    }

    /// The line of a package url; it may be written with escapes, and then the
    /// line of the one before has to do.
    fn line_of(&mut self, purl: &str) -> u32 {
        if self.misses == MAX_MISSES {
            return self.line;
        }
        let quoted = format!("\"{purl}\"");
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if let Some(found) = memmem::find(rest, quoted.as_bytes()) {
            self.line += newlines(&rest[..found]);
            self.at += found;
        } else {
            self.misses += 1;
        }
        self.line
    }
}

/// The release that a package url names.
fn release(purl: &str) -> Option<(PackageId, String)> {
    let package: PackageId = purl.parse().ok()?;
    let path = purl.split(['?', '#']).next()?;
    let (_, version) = path.rsplit_once('@').filter(|(before, version)| {
        // The `@` of an npm scope is no version's.
        !before.ends_with('/') && !version.contains('/')
    })?;
    let version = percent_encoding::percent_decode_str(version)
        .decode_utf8()
        .ok()?;
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace();
    if version.is_empty() || version.len() > 256 || !version.chars().all(is_plain) {
        return None;
    }
    let package = match package.ecosystem() {
        Ecosystem::Pypi => {
            let name = pypi::name::normalise(package.name())?;
            PackageId::new(Ecosystem::Pypi, &name).ok()?
        }
        _ => package,
    };
    Some((package, version.into_owned()))
}
