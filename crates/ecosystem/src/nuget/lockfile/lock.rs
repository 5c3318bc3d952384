//! `packages.lock.json`: for each framework the packages, with the digest of
//! their content.

use super::collect::Collector;
use super::{Format, Lockfile, LockfileError};
use crate::lockfile::text::shown;
use crate::lockfile::{By, Lines, line_at, malformed};
use crate::scan::{Damaged, Scanner};
use serde_json::Value;
use std::collections::HashSet;

const FORMAT: Format = Format::Lock;
const SUPPORTED: &str = "versions 1 and 2";

/// A package of a framework, where its key ends and what is said of it.
struct Entry<'d> {
    name: String,
    at: usize,
    raw: &'d [u8],
}

/// The entries of all frameworks, and the version of the format.
#[derive(Default)]
struct File<'d> {
    version: Option<&'d [u8]>,
    entries: Vec<Entry<'d>>,
}

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let bytes = text.as_bytes();
    let mut scanner = Scanner::new(bytes);
    let file = file(&mut scanner)
        .map_err(|Damaged| malformed(FORMAT, line_at(bytes, scanner.at()), scanner.damage()))?;
    let file = file.ok_or_else(|| malformed(FORMAT, 1, "it is no object"))?;
    if !matches!(file.version, Some(b"1" | b"2")) {
        let found = file.version.map(String::from_utf8_lossy);
        let found = found.unwrap_or("none".into());
        return Err(LockfileError::UnsupportedVersion {
            format: FORMAT,
            found: format!("version {}", shown(&found)).into(),
            supported: SUPPORTED,
        });
    }
    collect(bytes, file.entries)
}

fn collect(bytes: &[u8], entries: Vec<Entry<'_>>) -> Result<Lockfile, LockfileError> {
    let mut lines = Lines::new(bytes);
    let mut all = Vec::with_capacity(entries.len());
    let mut projects = HashSet::new();
    for entry in entries {
        let line = lines.at(entry.at);
        let said: Value = serde_json::from_slice(entry.raw)
            .map_err(|error| malformed(FORMAT, line, error.to_string()))?;
        let kind = said["type"].as_str().unwrap_or_default();
        if kind.eq_ignore_ascii_case("project") {
            projects.insert(entry.name.to_lowercase());
        }
        all.push((entry.name, line, said));
    }
    let mut found = Collector::new(FORMAT);
    for (name, line, said) in &all {
        package(name, *line, said, &projects, &mut found)?;
    }
    Ok(found.finish())
}

fn file<'d>(scanner: &mut Scanner<'d>) -> Result<Option<File<'d>>, Damaged> {
    if !scanner.enter()? {
        return Ok(None);
    }
    let mut file = File::default();
    while let Some(key) = scanner.key()? {
        match key.written() {
            b"version" => file.version = Some(scanner.value()?),
            b"dependencies" if scanner.enter()? => {
                while scanner.key()?.is_some() {
                    framework(scanner, &mut file.entries)?;
                }
            }
            b"dependencies" => {}
            _ => _ = scanner.value()?,
        }
    }
    scanner.finish()?;
    Ok(Some(file))
}

fn framework<'d>(scanner: &mut Scanner<'d>, entries: &mut Vec<Entry<'d>>) -> Result<(), Damaged> {
    if !scanner.enter()? {
        return Ok(());
    }
    while let Some(key) = scanner.key()? {
        let at = scanner.at();
        let name = key.text().unwrap_or_default().into_owned();
        let raw = scanner.value()?;
        entries.push(Entry { name, at, raw });
    }
    Ok(())
}

/// Projects are not fetched from anywhere, nor is what asks for one.
fn package(
    name: &str,
    line: u32,
    said: &Value,
    projects: &HashSet<String>,
    found: &mut Collector,
) -> Result<(), LockfileError> {
    let text = |key: &str| said[key].as_str();
    let by = if projects.contains(&name.to_lowercase()) {
        By::Member(shown(name).into())
    } else {
        let version = text("resolved").unwrap_or_default();
        found.package(name, version, text("contentHash"), line)?;
        if let Some(range) = text("requested") {
            found.want(name, range, &By::Root, line)?;
        }
        By::Package(name.to_lowercase().into())
    };
    for (id, range) in said["dependencies"].as_object().into_iter().flatten() {
        if !projects.contains(&id.to_lowercase()) {
            found.want(id, range.as_str().unwrap_or_default(), &by, line)?;
        }
    }
    Ok(())
}
