//! The protocol of NuGet's feeds, version 3: where everything is, lists of
//! versions, registrations, packages, and search.

mod document;
mod package;
mod search;
mod service;
mod vulnerabilities;

use crate::answer::{failure_to, refusal_to};
use crate::asked::Asked;
use crate::names;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::nuget::registration::Hive;
use tenure_ecosystem::nuget::{name, version};

/// What a path below the registry's own asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// Where everything is.
    Service,
    /// The versions of a package.
    Versions(PackageId),
    /// What is known of each version of a package.
    Registration(Hive, PackageId),
    /// What is known of one version.
    Leaf(Hive, PackageId, String),
    /// The file of a version.
    File(PackageId, String),
    /// What a version says of itself.
    Manifest(PackageId, String),
    Search,
    Completion,
    /// The list of pages of vulnerabilities.
    Vulnerabilities,
    /// What is held, as a page of it.
    Held,
    /// A page of the feed's own, by its number.
    Vulnerable(usize),
    /// The certificates that the feed signs with.
    Signers,
}

/// Answers a request for `path` below a registry, and says of what kind it is.
pub(crate) async fn answer(asked: &Asked, path: &str) -> (&'static str, Response<Body>) {
    if !matches!(asked.parts.method, Method::GET | Method::HEAD) {
        let why = "this server passes packages on and hosts none; this address can only be read";
        let refused = refusal_to(Ecosystem::Nuget, StatusCode::METHOD_NOT_ALLOWED, why);
        return ("write", refused);
    }
    let (kind, found) = match read(path) {
        Some(Wanted::Service) => ("service", service::respond(asked).await),
        Some(Wanted::Versions(package)) => ("versions", document::versions(asked, &package).await),
        Some(Wanted::Registration(hive, package)) => {
            let found = document::registration(asked, &package, hive).await;
            ("registration", found)
        }
        Some(Wanted::Leaf(hive, package, version)) => {
            let found = document::leaf(asked, &package, hive, &version).await;
            ("registration", found)
        }
        Some(Wanted::File(package, version)) => {
            ("nupkg", package::file(asked, &package, &version).await)
        }
        Some(Wanted::Manifest(package, version)) => {
            ("nuspec", package::manifest(asked, &package, &version).await)
        }
        Some(Wanted::Search) => ("search", search::respond(asked).await),
        Some(Wanted::Completion) => ("search", search::complete(asked).await),
        Some(Wanted::Vulnerabilities) => ("audit", vulnerabilities::index(asked).await),
        Some(Wanted::Held) => ("audit", Ok(vulnerabilities::held(asked))),
        Some(Wanted::Vulnerable(page)) => ("audit", vulnerabilities::page(asked, page).await),
        Some(Wanted::Signers) => ("service", service::signers(asked).await),
        None => {
            let why = "there is no such address in this feed".to_owned();
            ("unknown", Err(ProxyError::NotFound(why)))
        }
    };
    (
        kind,
        found.unwrap_or_else(|error| failure_to(Ecosystem::Nuget, &error)),
    )
}

fn read(path: &str) -> Option<Wanted> {
    let below = path.strip_prefix("v3/")?;
    let segments: Vec<&str> = below.split('/').collect();
    let package = |written: &str| name::package(&names::decode(written)?);
    let normal = |written: &str| version::normalised(&names::decode(written)?);
    let hive = |segment: &str| match segment {
        "registration" => Some(Hive::All),
        "registration-semver1" => Some(Hive::SemVer1),
        _ => None,
    };
    match segments.as_slice() {
        ["index.json"] => Some(Wanted::Service),
        ["search"] => Some(Wanted::Search),
        ["autocomplete"] => Some(Wanted::Completion),
        ["vulnerabilities", "index.json"] => Some(Wanted::Vulnerabilities),
        ["vulnerabilities", "held.json"] => Some(Wanted::Held),
        ["vulnerabilities", page] => {
            let number = page.strip_suffix(".json")?.parse().ok()?;
            Some(Wanted::Vulnerable(number))
        }
        ["signatures", "index.json"] => Some(Wanted::Signers),
        ["flat", id, "index.json"] => Some(Wanted::Versions(package(id)?)),
        ["flat", id, version, file] => {
            let (package, version) = (package(id)?, normal(version)?);
            let file = names::decode(file)?.to_lowercase();
            let id = package.name();
            if file == format!("{id}.{version}.nupkg") {
                return Some(Wanted::File(package, version));
            }
            let is_manifest = file == format!("{id}.nuspec");
            is_manifest.then_some(Wanted::Manifest(package, version))
        }
        [segment, id, "index.json"] => {
            let hive = hive(segment)?;
            Some(Wanted::Registration(hive, package(id)?))
        }
        [segment, id, leaf] => {
            let (hive, leaf) = (hive(segment)?, leaf.strip_suffix(".json")?);
            Some(Wanted::Leaf(hive, package(id)?, normal(leaf)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_that_clients_ask_for() {
        let river = || name::package("river").unwrap();
        let file = |version: &str| Some(Wanted::File(river(), version.to_owned()));
        for (path, wanted) in [
            ("v3/index.json", Some(Wanted::Service)),
            ("v3/flat/river/index.json", Some(Wanted::Versions(river()))),
            ("v3/flat/River/index.json", Some(Wanted::Versions(river()))),
            ("v3/flat/river/1.0.0/river.1.0.0.nupkg", file("1.0.0")),
            (
                "v3/flat/river/1.0.0-RC/river.1.0.0-rc.nupkg",
                file("1.0.0-rc"),
            ),
            (
                "v3/flat/river/1.0.0/river.nuspec",
                Some(Wanted::Manifest(river(), "1.0.0".to_owned())),
            ),
            (
                "v3/registration/river/index.json",
                Some(Wanted::Registration(Hive::All, river())),
            ),
            (
                "v3/registration-semver1/river/1.0.json",
                Some(Wanted::Leaf(Hive::SemVer1, river(), "1.0.0".to_owned())),
            ),
            ("v3/vulnerabilities/2.json", Some(Wanted::Vulnerable(2))),
        ] {
            assert_eq!(read(path), wanted, "{path}");
        }
        for path in [
            "index.json",
            "v3/flat/river/1.0.0/other.1.0.0.nupkg",
            "v3/flat/a..b/index.json",
            "v3/flat/%2e%2e/index.json",
            "v3/registration/river/latest.json",
            "v3/other/river/index.json",
        ] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
