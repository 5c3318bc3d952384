//! The graph of `cargo metadata --format-version 1` (The Cargo Book, "cargo
//! metadata").

use super::{Found, Kind, Lockfile, LockfileError, MAX_PACKAGES, finish, locked};
use crate::lockfile::{By, Want, check_size, malformed};
use serde::Deserialize;
use tenure_domain::{Ecosystem, PackageId};

/// A package asks for a dozen others on average.
const MAX_WANTS: usize = 2_000_000;
/// Longer ranges exist in no registry.
const MAX_RANGE: usize = 1024;

#[derive(Deserialize)]
struct Graph {
    version: u64,
    packages: Vec<Package>,
    #[serde(default)]
    workspace_members: Vec<String>,
    resolve: Option<Resolve>,
}

#[derive(Deserialize)]
struct Resolve {
    root: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
    source: Option<String>,
    kind: Option<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let kind = Kind::Graph;
    let graph: Graph = serde_json::from_slice(bytes).map_err(|error| {
        let line = u32::try_from(error.line().max(1)).unwrap_or(u32::MAX);
        malformed(kind, line, error.to_string())
    })?;
    if graph.version != 1 {
        return Err(LockfileError::UnsupportedVersion {
            format: kind,
            found: format!("version {}", graph.version).into(),
            supported: "version 1",
        });
    }
    check_size(kind, "packages", graph.packages.len(), MAX_PACKAGES)?;
    let wanted = graph
        .packages
        .iter()
        .map(|package| package.dependencies.len());
    check_size(kind, "dependencies", wanted.sum(), MAX_WANTS)?;
    let (mut packages, mut wants) = (Vec::new(), Vec::new());
    for package in &graph.packages {
        let by = graph.asker(package);
        let asked = package.dependencies.iter();
        wants.extend(asked.filter_map(|dependency| want(dependency, &by)));
        if let Some(source) = &package.source {
            let found = Found {
                name: &package.name,
                version: &package.version,
                source,
                checksum: None,
                line: 1,
            };
            packages.push(locked(kind, &found)?);
        }
    }
    Ok(finish(packages, wants))
}

impl Graph {
    fn asker(&self, package: &Package) -> By {
        let root = self
            .resolve
            .as_ref()
            .and_then(|resolve| resolve.root.as_ref());
        if root == Some(&package.id) {
            By::Root
        } else if self.workspace_members.contains(&package.id) {
            By::Member(package.name.as_str().into())
        } else {
            By::Package(package.name.as_str().into())
        }
    }
}

/// What is asked of a registry. What only a package's own tests need is asked
/// for by nobody else.
fn want(of: &Dependency, by: &By) -> Option<Want> {
    let is_unasked = of.kind.as_deref() == Some("dev") && matches!(by, By::Package(_));
    let from_registry = of
        .source
        .as_deref()
        .is_some_and(|source| source.starts_with("registry+") || source.starts_with("sparse+"));
    let fits = of.req.len() <= MAX_RANGE && !of.req.contains(char::is_control);
    (from_registry && fits && !is_unasked).then_some(())?;
    Some(Want {
        package: PackageId::new(Ecosystem::Cargo, &of.name).ok()?,
        range: of.req.as_str().into(),
        by: by.clone(),
        line: 1,
    })
}
