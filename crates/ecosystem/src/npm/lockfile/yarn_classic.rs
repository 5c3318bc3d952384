//! yarn 1's `yarn.lock`.
//!
//! Entries are headed by the descriptors (`name@range`) that they answer:
//!
//! ```text
//! chalk@^2.0.0, "chalk@>=2 <3":
//!   version "2.4.2"
//!   resolved "https://registry.example/chalk/-/chalk-2.4.2.tgz#cd42..."
//!   integrity sha512-...
//!   dependencies:
//!     ansi-styles "^3.2.1"
//! ```
//!
//! Two spaces a level; texts are quoted as JSON where they have to be. The
//! project's own manifest is not in the file: a descriptor that no package asks
//! for must be the project's.

use super::collect::{self, Collector, Found};
use super::tree::Budget;
use super::{Format, Lockfile, LockfileError, origin, spec};
use crate::lockfile::text::shown;
use crate::lockfile::{By, Origin, malformed};
use std::borrow::Cow;
use std::collections::HashSet;

const FORMAT: Format = Format::YarnClassic;

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let entries = entries(text)?;
    let mut found = Collector::new(FORMAT);
    for entry in &entries {
        package(entry, &mut found)?;
    }
    asked_by_project(&entries, &mut found)?;
    Ok(found.finish())
}

/// An entry as it is written.
#[derive(Default)]
struct Entry<'a> {
    line: u32,
    descriptors: Vec<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
    integrity: Option<Cow<'a, str>>,
    asks: Vec<(Cow<'a, str>, Cow<'a, str>, u32)>,
    /// The lines that follow belong to `asks`.
    in_asks: bool,
}

fn package(entry: &Entry<'_>, found: &mut Collector) -> Result<(), LockfileError> {
    let mut names: Vec<&str> = Vec::new();
    let mut folder = None;
    for descriptor in &entry.descriptors {
        let (name, range) = split(descriptor, entry.line)?;
        match project_folder(entry, range) {
            Some(path) => folder = Some(path),
            None => names.push(spec::registry(name, range).map_or(name, |(name, _)| name)),
        }
    }
    if let Some(path) = folder {
        asks(entry, &collect::folder(path), found)?;
    }
    names.sort_unstable();
    names.dedup();
    let names = fetched(entry, names);
    for name in &names {
        locked(entry, name, found)?;
    }
    let by = names.first().map(|name| collect::package(name));
    by.map_or(Ok(()), |by| asks(entry, &by, found))
}

/// Which of the names an entry goes by is the one that is fetched. There is
/// more than one where the project's `resolutions` put one package in the
/// place of another.
fn fetched<'n>(entry: &Entry<'_>, names: Vec<&'n str>) -> Vec<&'n str> {
    let is_at_registry = |name: &&&str| matches!(origin_of(entry, name), Origin::Registry { .. });
    let fetched: Vec<&str> = names.iter().filter(is_at_registry).copied().collect();
    if fetched.is_empty() { names } else { fetched }
}

fn origin_of(entry: &Entry<'_>, name: &str) -> Origin {
    let version = entry.version.as_deref().unwrap_or_default();
    if let Some(address) = entry.resolved.as_deref() {
        return origin::of_address(address, name, version);
    }
    let descriptor = entry
        .descriptors
        .first()
        .and_then(|text| spec::split_name(text));
    match descriptor {
        Some((name, range)) if spec::registry(name, range).is_none() => origin::elsewhere(range),
        _ => origin::registry(),
    }
}

fn locked(entry: &Entry<'_>, name: &str, found: &mut Collector) -> Result<(), LockfileError> {
    let version = entry.version.as_deref();
    found.package(Found {
        name,
        version: version.ok_or_else(|| found.malformed(entry.line, "it has no version"))?,
        line: entry.line,
        origin: origin_of(entry, name),
        integrity: entry.integrity.as_deref(),
    })
}

fn split(descriptor: &str, line: u32) -> Result<(&str, &str), LockfileError> {
    spec::split_name(descriptor).ok_or_else(|| {
        let why = format!("`{}` is not a name and a range", shown(descriptor));
        malformed(FORMAT, line, why)
    })
}

/// The folder of the project that a descriptor links to or copies.
fn project_folder<'r>(entry: &Entry<'_>, range: &'r str) -> Option<&'r str> {
    let copied = || {
        range
            .strip_prefix("file:")
            .filter(|_| entry.resolved.is_none())
    };
    range.strip_prefix("link:").or_else(copied)
}

fn asks(entry: &Entry<'_>, by: &By, found: &mut Collector) -> Result<(), LockfileError> {
    entry
        .asks
        .iter()
        .try_for_each(|(name, range, line)| match spec::registry(name, range) {
            Some((name, range)) => found.want(name, range, by, *line),
            None => Ok(()),
        })
}

fn asked_by_project(entries: &[Entry<'_>], found: &mut Collector) -> Result<(), LockfileError> {
    let asks = entries.iter().flat_map(|entry| &entry.asks);
    let asked: HashSet<(&str, &str)> = asks.map(|(name, range, _)| (&**name, &**range)).collect();
    for entry in entries {
        for descriptor in &entry.descriptors {
            let (name, range) = split(descriptor, entry.line)?;
            if asked.contains(&(name, range)) {
                continue;
            }
            if let Some((name, range)) = spec::registry(name, range) {
                found.want(name, range, &By::Root, entry.line)?;
            }
        }
    }
    Ok(())
}

fn entries(text: &str) -> Result<Vec<Entry<'_>>, LockfileError> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut budget = Budget::new();
    for (number, content) in (1..).zip(text.lines()) {
        let bad = |why| malformed(FORMAT, number, why);
        let Some(line) = Line::read(content, &mut budget).map_err(bad)? else {
            continue;
        };
        if line.level == 0 {
            collect::check_count(FORMAT, entries.len())?;
            entries.push(Entry::headed(line, number).map_err(bad)?);
        } else {
            let entry = entries.last_mut().ok_or_else(|| bad("expected an entry"))?;
            entry.add(line, number).map_err(bad)?;
        }
    }
    Ok(entries)
}

impl<'a> Entry<'a> {
    fn headed(line: Line<'a>, number: u32) -> Result<Self, &'static str> {
        if !line.opens || line.words.is_empty() {
            return Err("expected an entry");
        }
        Ok(Self {
            line: number,
            descriptors: line.words,
            ..Self::default()
        })
    }

    /// Adds a line below the head.
    ///
    /// The level decides what a word means: a package may have a dependency
    /// called `version`.
    fn add(&mut self, line: Line<'a>, number: u32) -> Result<(), &'static str> {
        let mut words = line.words.into_iter();
        match (
            line.level,
            line.opens,
            words.next(),
            words.next(),
            words.next(),
        ) {
            (1, true, Some(group), None, None) => {
                self.in_asks = matches!(&*group, "dependencies" | "optionalDependencies");
            }
            (1, false, Some(field), Some(value), None) => {
                self.in_asks = false;
                self.set(&field, value);
            }
            (2, false, Some(name), Some(range), None) => {
                if self.in_asks {
                    self.asks.push((name, range, number));
                }
            }
            (1 | 2, ..) => return Err("expected a name and a value"),
            _ => return Err("it is indented too far"),
        }
        Ok(())
    }

    fn set(&mut self, field: &str, value: Cow<'a, str>) {
        match field {
            "version" => self.version = Some(value),
            "resolved" => self.resolved = Some(value),
            "integrity" => self.integrity = Some(value),
            _ => {}
        }
    }
}

/// A line that says something.
struct Line<'a> {
    level: usize,
    words: Vec<Cow<'a, str>>,
    /// It ends in a colon.
    opens: bool,
}

impl<'a> Line<'a> {
    /// `None` for an empty line or a comment.
    fn read(content: &'a str, budget: &mut Budget) -> Result<Option<Self>, &'static str> {
        let content = content.trim_end();
        let mut rest = content.trim_start_matches(' ');
        let indent = content.len() - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(None);
        }
        if !indent.is_multiple_of(2) {
            return Err("it is indented by an odd number of spaces");
        }
        let opens = rest.ends_with(':');
        rest = rest.strip_suffix(':').unwrap_or(rest);
        let mut words = Vec::new();
        while !rest.is_empty() {
            let (word, after) = next_word(rest)?;
            if !budget.take() {
                return Err("it has too many words");
            }
            words.push(word);
            rest = after.trim_start_matches([' ', ',']);
        }
        Ok(Some(Self {
            level: indent / 2,
            words,
            opens,
        }))
    }
}

fn next_word(text: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    if !text.starts_with('"') {
        let end = text.find([' ', ',']).unwrap_or(text.len());
        return Ok((Cow::Borrowed(&text[..end]), &text[end..]));
    }
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let end = end.ok_or("a quote is not closed")? + 2;
    let (quoted, rest) = text.split_at(end);
    if quoted.contains('\\') {
        let word: String =
            serde_json::from_str(quoted).map_err(|_| "a quoted text is malformed")?;
        return Ok((Cow::Owned(word), rest));
    }
    Ok((Cow::Borrowed(&quoted[1..end - 1]), rest))
}
