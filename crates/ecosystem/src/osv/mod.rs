//! Advisories in the OSV format (`OpenSSF`, "Open Source Vulnerability format",
//! schema 1), as far as they say that releases contain malicious code.
//!
//! Ordinary vulnerabilities are read and not kept: a mistake is no incident of a
//! person.

mod document;
mod matcher;
#[cfg(test)]
mod tests;

pub use matcher::{Matcher, kept_as};

use crate::lockfile::text::shown;
use crate::{cargo, nuget, pypi};
use document::{Document, Event, Package, Part, Range};
use serde_json::Value;
use tenure_domain::{Advisory, Affected, Bound, Ecosystem, PackageId, Time};

/// The largest real document has some hundred kilobytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Packages of one document; versions and ends of ranges of one package.
const MAX_PACKAGES: usize = 10_000;
const MAX_VERSIONS: usize = 50_000;
const MAX_BOUNDS: usize = 1000;
/// Ids of one document, and the length of each in bytes.
const MAX_IDS: usize = 1000;
const MAX_ID: usize = 128;
/// The length of a version in bytes: no registry takes longer ones.
const MAX_VERSION: usize = 256;
/// Of a summary, in characters: what is longer is no line.
const MAX_SUMMARY: usize = 300;

/// Why bytes are no usable advisory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OsvError {
    /// No JSON, or of another form.
    #[error("line {line} is not readable as an OSV document: {why}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// Something that has to be there is missing.
    #[error("it has no `{0}`")]
    Missing(&'static str),
    /// A field says what nothing can be made of.
    #[error("its `{field}` cannot be used: {why}")]
    Unusable {
        /// The field, with the way to it.
        field: String,
        /// What is wrong.
        why: String,
    },
    /// It is larger than any.
    #[error("it is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is read.
        limit: usize,
    },
}

/// Reads an advisory; `source` is the file that it is in.
///
/// Of one that is not about malicious code, or about none of the ecosystems
/// that are known here, nothing is affected.
///
/// # Errors
/// When it is none, or says of malicious code what cannot be understood.
pub fn read(bytes: &[u8], source: &str) -> Result<Advisory, OsvError> {
    check("bytes", bytes.len(), MAX_BYTES)?;
    // The reader of JSON takes a list for an object, too.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let why = "it is no object".to_owned();
        return Err(OsvError::Malformed { line: 1, why });
    }
    let document: Document =
        serde_json::from_slice(bytes).map_err(|error| OsvError::Malformed {
            line: error.line(),
            why: error.to_string(),
        })?;
    let id = document.id.as_deref().ok_or(OsvError::Missing("id"))?;
    let is_id = (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    if !is_id {
        return Err(unusable("id", format!("`{}` is no id", shown(id))));
    }
    let modified = moment("modified", document.modified.as_deref())?;
    let modified = modified.ok_or(OsvError::Missing("modified"))?;
    let mut advisory = Advisory {
        id: id.into(),
        aliases: Vec::new(),
        modified,
        published: modified,
        withdrawn: None,
        summary: "".into(),
        source: source.into(),
        affected: Vec::new(),
    };
    if is_about_malice(id, &document) {
        advisory.withdrawn = moment("withdrawn", document.withdrawn.as_deref())?;
        let published = moment("published", document.published.as_deref())?;
        advisory.published = published.unwrap_or(modified);
        let summary = document.summary.unwrap_or_default();
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        advisory.summary = summary.chars().map(plain).take(MAX_SUMMARY).collect();
        let aliases = document.aliases.unwrap_or_default();
        check("aliases", aliases.len(), MAX_IDS)?;
        let aliases = aliases.into_iter().filter(|alias| alias.len() <= MAX_ID);
        // They are kept as lines.
        let aliases = aliases.filter(|alias| !alias.contains(char::is_control));
        advisory.aliases = aliases.map(Into::into).collect();
        advisory.affected = affected(&document.affected.unwrap_or_default())?;
    }
    Ok(advisory)
}

/// Whether it says that somebody put malicious code in on purpose.
///
/// Ids that begin with `MAL-` are those of the collection of malicious packages
/// (OSV schema, "id, modified fields"). Others say it by a weakness: CWE-506,
/// "Embedded Malicious Code", and what MITRE's list puts below it: 507 (Trojan
/// horse) with 508 and 509 (non-replicating and replicating code), 510
/// (trapdoor), 511 (logic or time bomb) and 512 (spyware).
fn is_about_malice(id: &str, document: &Document) -> bool {
    let parts = document.affected.iter().flatten();
    let specific = parts.filter_map(|part| part.database_specific.as_ref());
    id.starts_with("MAL-")
        || document
            .database_specific
            .iter()
            .chain(specific)
            .any(names_malice)
}

/// What a database says in a field of its own: GitHub's `cwe_ids` is a list of
/// ids, the collection of malicious packages has `cwes` with a `cweId` each.
fn names_malice(specific: &Value) -> bool {
    let ids = specific["cwe_ids"].as_array().into_iter().flatten();
    let cwes = specific["cwes"].as_array().into_iter().flatten();
    let ids = ids.chain(cwes.map(|cwe| &cwe["cweId"]));
    ids.filter_map(Value::as_str)
        .any(|id| matches!(id.strip_prefix("CWE-"), Some(number) if MALICE.contains(&number)))
}

const MALICE: [&str; 7] = ["506", "507", "508", "509", "510", "511", "512"];

fn affected(parts: &[Part]) -> Result<Vec<Affected>, OsvError> {
    check("packages", parts.len(), MAX_PACKAGES)?;
    let mut affected: Vec<Affected> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let Some(package) = &part.package else {
            continue;
        };
        let Some(package) = package_of(package, at)? else {
            continue;
        };
        let said = said(part, at, package)?;
        let known = (affected.iter_mut()).find(|known| known.package == said.package);
        match known {
            // One package may be there several times, such as once a branch.
            Some(known) => {
                known.versions.extend(said.versions);
                known.ranges.extend(said.ranges);
            }
            None => affected.push(said),
        }
    }
    affected.retain(|one| !one.versions.is_empty() || !one.ranges.is_empty());
    Ok(affected)
}

/// The package, in the form under which it is kept; `None` if it is of an
/// ecosystem that is not known here. An ecosystem with a suffix is another
/// registry's (OSV schema, "Defined ecosystems").
fn package_of(package: &Package, at: usize) -> Result<Option<PackageId>, OsvError> {
    let ecosystem = match package.ecosystem.as_str() {
        "npm" => Ecosystem::Npm,
        "crates.io" => Ecosystem::Cargo,
        "PyPI" => Ecosystem::Pypi,
        "NuGet" => Ecosystem::Nuget,
        _ => return Ok(None),
    };
    let name = package.name.as_str();
    let read = match ecosystem {
        Ecosystem::Cargo if !cargo::index::is_name(name) => None,
        Ecosystem::Npm | Ecosystem::Cargo => PackageId::new(ecosystem, name).ok(),
        Ecosystem::Pypi => {
            pypi::name::normalise(name).and_then(|name| PackageId::new(ecosystem, &name).ok())
        }
        Ecosystem::Nuget => nuget::name::package(name),
    };
    let why = || format!("`{}` is no package of {ecosystem}", shown(name));
    let read = read.ok_or_else(|| unusable(format!("affected[{at}].package.name"), why()))?;
    Ok(Some(kept_as(&read)))
}

fn said(part: &Part, at: usize, package: PackageId) -> Result<Affected, OsvError> {
    let listed = part.versions.as_deref().unwrap_or_default();
    check("versions of a package", listed.len(), MAX_VERSIONS)?;
    for version in listed {
        let is_text = !version.contains(char::is_control);
        if !is_text || !(1..=MAX_VERSION).contains(&version.len()) {
            let why = format!("`{}` is no version", shown(version));
            return Err(unusable(format!("affected[{at}].versions"), why));
        }
    }
    let mut ranges = Vec::new();
    for (number, range) in part.ranges.iter().flatten().enumerate() {
        // What a range of commits means, only the repository knows.
        if matches!(range.kind.as_str(), "SEMVER" | "ECOSYSTEM") {
            let place = || format!("affected[{at}].ranges[{number}]");
            ranges.push(bounds(range, package.ecosystem(), place)?);
        }
    }
    let bounds = ranges.iter().map(Vec::len).sum();
    check("ends of ranges of a package", bounds, MAX_BOUNDS)?;
    Ok(Affected {
        package,
        versions: listed.iter().map(|one| one.as_str().into()).collect(),
        ranges,
    })
}

fn bounds(
    range: &Range,
    ecosystem: Ecosystem,
    place: impl Fn() -> String,
) -> Result<Vec<Bound>, OsvError> {
    let events = range.events.as_deref().unwrap_or_default();
    let mut bounds = Vec::with_capacity(events.len().min(MAX_BOUNDS));
    for event in events {
        let bound = bound(event);
        let bound = bound.ok_or_else(|| {
            let why = "an event is exactly one of `introduced`, `fixed`, `last_affected`, `limit`";
            unusable(place(), why.to_owned())
        })?;
        let is_end = match &bound {
            Bound::Introduced(version) => &**version == "0",
            Bound::Limit(version) => &**version == "*",
            _ => false,
        };
        let version = bound.version();
        let is_version = version.len() <= MAX_VERSION && matcher::is_valid(ecosystem, version);
        if !is_end && !is_version {
            let why = format!("`{}` is no version of {ecosystem}", shown(version));
            return Err(unusable(place(), why));
        }
        bounds.push(bound);
    }
    Ok(bounds)
}

fn bound(event: &Event) -> Option<Bound> {
    let text = |text: &String| text.as_str().into();
    let all = [
        event.introduced.as_ref().map(text).map(Bound::Introduced),
        event.fixed.as_ref().map(text).map(Bound::Fixed),
        (event.last_affected.as_ref())
            .map(text)
            .map(Bound::LastAffected),
        event.limit.as_ref().map(text).map(Bound::Limit),
    ];
    let mut said = all.into_iter().flatten();
    let first = said.next()?;
    said.next().is_none().then_some(first)
}

fn moment(field: &'static str, text: Option<&str>) -> Result<Option<Time>, OsvError> {
    let parsed = text.map(str::parse::<Time>).transpose();
    parsed.map_err(|error| unusable(field, error.to_string()))
}

fn unusable(field: impl Into<String>, why: String) -> OsvError {
    let field = field.into();
    OsvError::Unusable { field, why }
}

fn check(what: &'static str, size: usize, limit: usize) -> Result<(), OsvError> {
    if size <= limit {
        return Ok(());
    }
    Err(OsvError::TooLarge { what, limit })
}
