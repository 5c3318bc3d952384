//! What a user names: a package, or a release of one.

use std::str::FromStr;
use tenure_domain::{Ecosystem, PackageError, PackageId};
use tenure_ecosystem::{nuget, pypi};

/// `PACKAGE[@VERSION]`, by name or as a package url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The package.
    pub(crate) package: PackageId,
    /// The version, where one was named.
    pub(crate) version: Option<String>,
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The `@` of a scope stands first, or escaped in a package url.
        let (name, version) = match text.rfind('@').filter(|at| *at > 0) {
            Some(at) if !text[at..].contains('/') => (&text[..at], Some(&text[at + 1..])),
            _ => (text, None),
        };
        let package = if name.starts_with("pkg:") {
            name.parse()
        } else {
            PackageId::new(Ecosystem::Npm, name)
        };
        let package = package.and_then(in_normal_form);
        let package = package.map_err(|error| error.to_string())?;
        match version {
            Some("") => Err(format!("`{text}` ends where a version should follow")),
            version => Ok(Self {
                package,
                version: version.map(str::to_owned),
            }),
        }
    }
}

/// Names of Python projects, and ids of NuGet packages, have several forms;
/// registries know one.
fn in_normal_form(package: PackageId) -> Result<PackageId, PackageError> {
    let ecosystem = package.ecosystem();
    let normal = match ecosystem {
        Ecosystem::Pypi => pypi::name::normalise(package.name()),
        Ecosystem::Nuget => nuget::name::normalise(package.name()),
        Ecosystem::Npm | Ecosystem::Cargo => None,
    };
    normal.map_or(Ok(package), |name| PackageId::new(ecosystem, &name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_package_urls() {
        for (text, name, version) in [
            ("chalk", "chalk", None),
            ("chalk@5.0.0", "chalk", Some("5.0.0")),
            ("@babel/core", "@babel/core", None),
            ("@babel/core@7.0.0", "@babel/core", Some("7.0.0")),
            ("pkg:npm/chalk", "chalk", None),
            ("pkg:pypi/Zope.Interface@7.0", "zope-interface", Some("7.0")),
            ("pkg:cargo/BurntSushi", "BurntSushi", None),
            (
                "pkg:nuget/Newtonsoft.Json@13.0.1",
                "newtonsoft.json",
                Some("13.0.1"),
            ),
            ("pkg:npm/chalk@5.0.0", "chalk", Some("5.0.0")),
            ("pkg:npm/%40babel/core@7.0.0", "@babel/core", Some("7.0.0")),
        ] {
            let subject: Subject = text.parse().unwrap();
            assert_eq!(subject.package.name(), name, "{text}");
            assert_eq!(subject.version.as_deref(), version, "{text}");
        }
        for text in ["", "a b", "chalk@", "pkg:gem/x"] {
            assert!(text.parse::<Subject>().is_err(), "{text:?}");
        }
    }
}
