//! Lockfiles of all ecosystems, read into one form.

use std::fmt::Display;
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::lockfile::{LockedPackage, LockfileError, Origin, Want};
use tenure_ecosystem::{cargo, npm, nuget, pypi, sbom};
use tenure_trust::standing::plural;

/// What a lockfile says, whichever tool wrote it.
#[derive(Default)]
pub(crate) struct Lockfile {
    /// Whose packages it locks.
    pub(crate) ecosystems: Vec<Ecosystem>,
    /// The releases, in the order of their lines.
    pub(crate) packages: Vec<LockedPackage>,
    /// Who asks for which range, as far as it tells.
    pub(crate) wants: Vec<Want>,
    /// Further files that it takes in, as it names them.
    pub(crate) includes: Vec<String>,
    /// What it has installed without saying which release: each with its line.
    pub(crate) open: Vec<(u32, String)>,
    /// What it asks for without a version, which another file has to give: each
    /// with its line.
    pub(crate) unversioned: Vec<(u32, PackageId)>,
    /// Of what it only names a range; `open` has that, too.
    pub(crate) floating: Vec<PackageId>,
}

/// The names of the files that are read.
pub(crate) fn names() -> Vec<&'static str> {
    let npm = npm::lockfile::FILE_NAMES.into_iter();
    npm.chain([cargo::lockfile::FILE_NAME])
        .chain(pypi::lockfile::FILE_NAMES)
        .chain(nuget::lockfile::FILE_NAMES)
        .collect()
}

/// Whether a file with this name is a lockfile.
pub(crate) fn is_known(file_name: &str) -> bool {
    npm::lockfile::FILE_NAMES.contains(&file_name)
        || file_name == cargo::lockfile::FILE_NAME
        || pypi::lockfile::Format::of(file_name).is_some()
        || nuget::lockfile::Format::of(file_name).is_some()
}

/// Reads a lockfile's bytes in the format that its name says; what
/// a `requirements.txt` takes in may have any name. An error says which file
/// and line.
pub(crate) fn read(name: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if base == cargo::lockfile::FILE_NAME {
        return read_cargo(name, bytes);
    }
    if pypi::lockfile::Format::of(base).is_some() {
        return read_pypi(name, base, bytes);
    }
    if base.ends_with(".txt") || base.ends_with(".in") {
        return read_pypi(name, "requirements.txt", bytes);
    }
    if nuget::lockfile::Format::of(base).is_some() {
        return read_nuget(name, bytes);
    }
    read_npm(name, bytes)
}

/// An error with the file and the line at its beginning.
fn placed<F: Display>(name: &str, error: LockfileError<F>) -> anyhow::Error {
    match error {
        LockfileError::Malformed {
            format,
            line: Some(line),
            why,
        } => anyhow::anyhow!("{name}:{line}: not a readable {format} file: {why}"),
        LockfileError::UnknownFile { .. } => anyhow::anyhow!(
            "{name}: this is not a lockfile; known are {}",
            names().join(", ")
        ),
        error => anyhow::anyhow!("{name}: {error}"),
    }
}

fn read_npm(name: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    let lockfile = npm::lockfile::parse(name, bytes).map_err(|error| placed(name, error))?;
    Ok(Lockfile {
        ecosystems: vec![Ecosystem::Npm],
        packages: lockfile.packages,
        wants: lockfile.wants,
        ..Lockfile::default()
    })
}

fn read_cargo(name: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    let lockfile = cargo::lockfile::parse(bytes).map_err(|error| placed(name, error))?;
    Ok(Lockfile {
        ecosystems: vec![Ecosystem::Cargo],
        packages: lockfile.packages,
        wants: lockfile.wants,
        ..Lockfile::default()
    })
}

fn read_pypi(name: &str, read_as: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    let lockfile = pypi::lockfile::parse(read_as, bytes).map_err(|error| placed(name, error))?;
    let unpinned = lockfile.wants.iter().map(|want| {
        let text = format!("`{}` is not pinned ({})", want.package.name(), want.range);
        (want.line, text)
    });
    let unnamed = lockfile.unnamed.iter().map(|unnamed| {
        let text = format!("`{}` has no name of a project", unnamed.place);
        (unnamed.line, text)
    });
    let mut open: Vec<_> = unpinned.chain(unnamed).collect();
    open.sort();
    Ok(Lockfile {
        ecosystems: vec![Ecosystem::Pypi],
        packages: lockfile.packages,
        wants: lockfile.wants,
        includes: lockfile
            .includes
            .iter()
            .map(|include| include.path.to_string())
            .collect(),
        open,
        ..Lockfile::default()
    })
}

/// What a project file asks for is a lock where it says with which version the
/// range begins: NuGet takes the lowest one, unless something else that the
/// project needs asks for more.
fn read_nuget(name: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    let lockfile = nuget::lockfile::parse(name, bytes).map_err(|error| placed(name, error))?;
    let mut read = Lockfile {
        ecosystems: vec![Ecosystem::Nuget],
        packages: lockfile.packages,
        ..Lockfile::default()
    };
    if lockfile.format != nuget::lockfile::Format::Project {
        read.wants = lockfile.wants;
        return Ok(read);
    }
    for want in lockfile.wants {
        let name = want.package.name();
        if let Some(version) = nuget::version::lowest(&want.range) {
            read.packages.push(LockedPackage {
                package: want.package,
                version: version.into(),
                line: want.line,
                origin: Origin::Registry { resolved: None },
                integrity: None,
            });
        } else {
            let text = format!("`{name}` is not pinned ({})", want.range);
            read.open.push((want.line, text));
            read.floating.push(want.package);
        }
    }
    for one in lockfile.unresolved {
        if one.text.is_empty() {
            read.unversioned.push((one.line, one.package));
        } else {
            let text = format!("`{}` is not pinned ({})", one.package.name(), one.text);
            read.open.push((one.line, text));
            read.floating.push(one.package);
        }
    }
    Ok(read)
}

/// Reads a list of components. An error says which file and line.
pub(crate) fn read_sbom(name: &str, bytes: &[u8]) -> anyhow::Result<Lockfile> {
    let sbom = sbom::parse(bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
    let mut ecosystems: Vec<_> = sbom
        .packages
        .iter()
        .map(|locked| locked.package.ecosystem())
        .collect();
    ecosystems.sort_unstable();
    ecosystems.dedup();
    let others = sbom.others.iter();
    let mut open: Vec<_> = others
        .map(|(line, purl)| (*line, format!("nobody can be asked about `{purl}`")))
        .collect();
    if sbom.without_purl > 0 {
        let count = plural(sbom.without_purl, "component has", "components have");
        open.push((1, format!("{count} no package url")));
    }
    Ok(Lockfile {
        ecosystems,
        packages: sbom.packages,
        open,
        ..Lockfile::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_pinned_is_open() {
        let text = b"x==1.0\ny>=2\n# a\n./dist/z.whl\n";
        let lockfile = read("requirements.txt", text).unwrap();
        assert_eq!(lockfile.ecosystems, [Ecosystem::Pypi]);
        assert_eq!(lockfile.packages.len(), 1);
        let lines: Vec<u32> = lockfile.open.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 4]);
        assert_eq!(lockfile.open[0].1, "`y` is not pinned (>=2)");
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        for (name, text, said) in [
            (
                "a/Cargo.lock",
                "version = 4\n[[package]\n",
                "a/Cargo.lock:2: not a readable Cargo.lock file",
            ),
            (
                "uv.lock",
                "version = 1\n= x\n",
                "uv.lock:2: not a readable uv.lock file",
            ),
            (
                "x.json",
                "{}",
                "x.json: this is not a lockfile; known are package-lock.json",
            ),
        ] {
            let error = read(name, text.as_bytes()).err().unwrap().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
