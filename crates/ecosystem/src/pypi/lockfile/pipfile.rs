//! pipenv's `Pipfile.lock`: JSON, a map of packages for each group.

use super::collect::{Collector, Found, elsewhere, registry};
use super::{Format, Lockfile, LockfileError};
use crate::lockfile::{Lines, Origin, line_at, malformed};
use crate::scan::{Damaged, Scanner};
use serde_json::Value;

const FORMAT: Format = Format::Pipfile;

/// An entry of a group, where its key ends and what it says.
struct Entry<'d> {
    name: String,
    at: usize,
    raw: &'d [u8],
}

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let bytes = text.as_bytes();
    let mut scanner = Scanner::new(bytes);
    let entries = entries(&mut scanner)
        .map_err(|Damaged| malformed(FORMAT, line_at(bytes, scanner.at()), scanner.damage()))?;
    let entries = entries.ok_or_else(|| malformed(FORMAT, 1, "it is no object"))?;
    let mut found = Collector::new(FORMAT);
    let mut lines = Lines::new(bytes);
    for entry in entries {
        package(&entry, lines.at(entry.at), &mut found)?;
    }
    Ok(found.finish())
}

/// The entries of all groups; `None` where it is no object.
fn entries<'d>(scanner: &mut Scanner<'d>) -> Result<Option<Vec<Entry<'d>>>, Damaged> {
    if !scanner.enter()? {
        return Ok(None);
    }
    let mut entries = Vec::new();
    while let Some(group) = scanner.key()? {
        if group.written() == b"_meta" {
            scanner.value()?;
        } else if scanner.enter()? {
            while let Some(key) = scanner.key()? {
                let at = scanner.at();
                let name = key.text().unwrap_or_default().into_owned();
                let raw = scanner.value()?;
                entries.push(Entry { name, at, raw });
            }
        }
    }
    scanner.finish()?;
    Ok(Some(entries))
}

fn package(entry: &Entry<'_>, line: u32, found: &mut Collector) -> Result<(), LockfileError> {
    let value: Value = serde_json::from_slice(entry.raw)
        .map_err(|error| malformed(FORMAT, line, error.to_string()))?;
    let text = |key: &str| value[key].as_str();
    let version = value
        .as_str()
        .or_else(|| text("version"))
        .unwrap_or_default();
    let version = version.trim_start_matches('=').trim();
    if text("path").is_some() && value["editable"] == true {
        // The project itself, or a folder of it.
        return Ok(());
    }
    let hashes = value["hashes"].as_array().into_iter().flatten();
    let hashes: Vec<&str> = hashes.filter_map(Value::as_str).collect();
    found.package(Found {
        name: &entry.name,
        version,
        line,
        origin: origin(&value),
        integrity: hashes.join(" "),
    })
}

fn origin(value: &Value) -> Origin {
    const PLACES: [(&str, &str); 6] = [
        ("git", "the git repository"),
        ("hg", "the repository"),
        ("svn", "the repository"),
        ("bzr", "the repository"),
        ("file", "the address"),
        ("path", "the local file"),
    ];
    let mut places = PLACES.iter();
    let place = places.find_map(|(key, what)| Some(elsewhere(what, value[*key].as_str()?)));
    place.unwrap_or_else(|| registry(None))
}
