//! Project files, and those beside them that several projects take in
//! (`MSBuild`). What they say of packages are items: `PackageReference`, and
//! `PackageVersion` where versions are kept in one place.

use super::collect::Collector;
use super::properties::Properties;
use super::xml::{self, Element};
use super::{Format, Lockfile, LockfileError};
use crate::lockfile::{By, malformed};

const FORMAT: Format = Format::Project;

/// Items that ask for a package, and what each calls its range. That of a
/// reference may replace the one that is kept elsewhere.
const ITEMS: [(&str, &[&str]); 4] = [
    ("PackageReference", &["VersionOverride", "Version"]),
    ("PackageVersion", &["Version"]),
    ("GlobalPackageReference", &["Version"]),
    ("PackageDownload", &["Version"]),
];

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let root = xml::read(FORMAT, text)?;
    if !root.is("Project") {
        return Err(malformed(FORMAT, root.line, "it is no project"));
    }
    let properties = Properties::of(&root);
    let mut found = Collector::new(FORMAT);
    items(&root, &properties, &mut found)?;
    Ok(found.finish())
}

/// Items stand in groups, which may stand in conditions and targets.
fn items(
    element: &Element,
    properties: &Properties,
    found: &mut Collector,
) -> Result<(), LockfileError> {
    for child in &element.children {
        match ITEMS.iter().find(|(name, _)| child.is(name)) {
            Some((_, ranges)) => item(child, ranges, properties, found)?,
            None => items(child, properties, found)?,
        }
    }
    Ok(())
}

fn item(
    item: &Element,
    ranges: &[&str],
    properties: &Properties,
    found: &mut Collector,
) -> Result<(), LockfileError> {
    let ids = item
        .attribute("Include")
        .or_else(|| item.attribute("Update"));
    let range = ranges.iter().find_map(|name| item.metadata(name));
    let ids = properties.expand(ids.unwrap_or_default());
    let all = properties.expand(range.unwrap_or_default());
    // Several with semicolons between them.
    let ids = ids.iter().flat_map(|ids| ids.split(';'));
    for id in ids.map(str::trim).filter(|id| !id.is_empty()) {
        if id.contains(['$', '@', '%', '*']) {
            // Put together when the project is built; no id of a package.
            continue;
        }
        for ranges in &all {
            for range in ranges.split(';') {
                found.want(id, range, &By::Root, item.line)?;
            }
        }
    }
    Ok(())
}
