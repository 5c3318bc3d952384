//! `packages.config`: `<package id="..." version="..."/>` for every package.

use super::collect::Collector;
use super::{Format, Lockfile, LockfileError, xml};
use crate::lockfile::malformed;

const FORMAT: Format = Format::Config;

pub(super) fn read(text: &str) -> Result<Lockfile, LockfileError> {
    let root = xml::read(FORMAT, text)?;
    if !root.is("packages") {
        return Err(malformed(FORMAT, root.line, "it is no list of packages"));
    }
    let mut found = Collector::new(FORMAT);
    for package in root.children.iter().filter(|child| child.is("package")) {
        let id = package.attribute("id").unwrap_or_default();
        let version = package.attribute("version").unwrap_or_default();
        found.package(id, version, None, package.line)?;
    }
    Ok(found.finish())
}
