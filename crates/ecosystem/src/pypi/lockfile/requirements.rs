//! `requirements.txt`, as pip reads it.

use super::collect::{Collector, Found, elsewhere, registry};
use super::{Format, Include, Lockfile, LockfileError};
use crate::lockfile::malformed;
use crate::lockfile::text::shown;

const FORMAT: Format = Format::Requirements;

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let mut found = Collector::new(FORMAT);
    for (line, logical) in logical_lines(text) {
        let content = without_comment(&logical).trim();
        if content.starts_with('-') {
            option(content, line, &mut found)?;
        } else if !content.is_empty() {
            requirement(content, line, &mut found)?;
        }
    }
    Ok(found.finish())
}

/// Lines, those that end in a backslash joined with what follows; each with the
/// number of its first line. A comment ends where its line does.
fn logical_lines(text: &str) -> Vec<(u32, String)> {
    let mut all: Vec<(u32, String)> = Vec::new();
    let mut is_open = false;
    for (number, line) in (1..).zip(text.lines()) {
        let is_comment = line.trim_start().starts_with('#');
        let (part, goes_on) = match line.strip_suffix('\\') {
            Some(part) if !is_comment => (part, true),
            _ => (line, false),
        };
        match all.last_mut().filter(|_| is_open) {
            Some((_, whole)) if is_comment => whole.push(' '),
            Some((_, whole)) => whole.push_str(part),
            None => all.push((number, part.to_owned())),
        }
        is_open = goes_on;
    }
    all
}

/// A comment begins the line, or follows white space.
fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '#' && before.is_whitespace() {
            return &line[..at];
        }
        before = c;
    }
    line
}

/// Options that take in other files; the others choose where from and how.
fn option(content: &str, line: u32, found: &mut Collector) -> Result<(), LockfileError> {
    for (option, is_constraint) in [
        ("--requirement", false),
        ("-r", false),
        ("--constraint", true),
        ("-c", true),
    ] {
        let Some(rest) = content.strip_prefix(option) else {
            continue;
        };
        let is_long = option.starts_with("--");
        if is_long && !rest.starts_with(|c: char| c == '=' || c.is_whitespace()) {
            continue;
        }
        let path = rest.trim_start_matches('=').trim();
        return found.include(Include {
            path: shown(path).into(),
            is_constraint,
            line,
        });
    }
    let editable = content
        .strip_prefix("--editable")
        .or_else(|| content.strip_prefix("-e"));
    match editable.map(|place| place.trim_start_matches('=').trim()) {
        // Others are folders of the project.
        Some(place) if place.contains("://") => found.unnamed(place, line),
        _ => Ok(()),
    }
}

fn requirement(content: &str, line: u32, found: &mut Collector) -> Result<(), LockfileError> {
    let (requirement, hashes) = split_hashes(content);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let end = requirement
        .find(|c| !is_name(c))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    if is_place(requirement, rest) {
        return found.unnamed(requirement, line);
    }
    let rest = without_extras(rest.trim_start(), line)?;
    if let Some(address) = rest.strip_prefix('@') {
        let address = address.trim();
        let address = address.split(" ;").next().unwrap_or(address);
        return found.package(Found {
            name,
            version: "",
            line,
            origin: elsewhere("the address", address.trim()),
            integrity: hashes.join(" "),
        });
    }
    let specifiers = rest.split(';').next().unwrap_or(rest).trim();
    let specifiers = specifiers
        .trim_start_matches('(')
        .trim_end_matches(')')
        .trim();
    let Some(version) = specifiers.split(',').find_map(pinned) else {
        return found.want(name, specifiers, line);
    };
    found.package(Found {
        name,
        version,
        line,
        origin: registry(None),
        integrity: hashes.join(" "),
    })
}

/// Whether it is an address or a path in place of a requirement.
fn is_place(requirement: &str, after_name: &str) -> bool {
    after_name.starts_with([':', '/', '\\', '+'])
        || requirement.starts_with(['.', '/', '~', '\\'])
        || (after_name.is_empty() && requirement.ends_with(".whl"))
}

/// The requirement, and the digests in its `--hash` options.
fn split_hashes(content: &str) -> (&str, Vec<&str>) {
    let mut requirement = content;
    let mut hashes = Vec::new();
    if let Some(at) = content.find(" --") {
        requirement = content[..at].trim_end();
        let mut words = content[at..].split_whitespace();
        while let Some(word) = words.next() {
            match word.strip_prefix("--hash") {
                Some("") => hashes.extend(words.next()),
                Some(rest) => hashes.extend(rest.strip_prefix('=')),
                None => {}
            }
        }
    }
    (requirement, hashes)
}

fn without_extras(rest: &str, line: u32) -> Result<&str, LockfileError> {
    let Some(extras) = rest.strip_prefix('[') else {
        return Ok(rest);
    };
    let end = extras.find(']');
    let end = end.ok_or_else(|| malformed(FORMAT, line, "a list of extras does not end"))?;
    Ok(extras[end + 1..].trim_start())
}

/// The one version that a specifier allows.
fn pinned(specifier: &str) -> Option<&str> {
    let specifier = specifier.trim();
    let version = specifier
        .strip_prefix("===")
        .or_else(|| specifier.strip_prefix("=="))?;
    let version = version.trim();
    (!version.ends_with('*')).then_some(version)
}
