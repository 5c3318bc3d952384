//! cargo's registry protocol: the sparse index, and the files of crates.

mod config;
mod index;

use crate::answer::{failure_to, refusal_to};
use crate::asked::Asked;
use crate::file;
use crate::names;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::cargo::{config as upstream_config, index as files};

/// What a path below the registry's own asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Config,
    /// A crate's file of the index.
    Index(PackageId),
    /// The file of a version.
    File(PackageId, String),
    /// Something of the API, which belongs to the registry behind this one.
    Api,
}

/// Answers a request for `path` below a registry, and says of what kind it is.
pub(crate) async fn answer(asked: &Asked, path: &str) -> (&'static str, Response<Body>) {
    let reads = matches!(asked.parts.method, Method::GET | Method::HEAD);
    let (kind, found) = match read(path) {
        Some(Wanted::Api) => return ("write", refuse_api(asked)),
        Some(Wanted::Config) if reads => ("config", Ok(config::answer(asked))),
        Some(Wanted::Index(package)) if reads => ("index", index::respond(asked, &package).await),
        Some(Wanted::File(package, version)) if reads => {
            let found = file::respond(asked, &package, &version).await;
            ("crate", found)
        }
        Some(_) => {
            let why = "this address can only be read";
            let refused = refusal_to(Ecosystem::Cargo, StatusCode::METHOD_NOT_ALLOWED, why);
            return ("unknown", refused);
        }
        None => {
            let why = "there is no such address in this registry".to_owned();
            ("unknown", Err(ProxyError::NotFound(why)))
        }
    };
    (
        kind,
        found.unwrap_or_else(|error| failure_to(Ecosystem::Cargo, &error)),
    )
}

fn read(path: &str) -> Option<Wanted> {
    if path == upstream_config::NAME {
        return Some(Wanted::Config);
    }
    let package = |name: &str| {
        let name = Some(name).filter(|name| files::is_name(name))?;
        // A crate is found in lower case; its authors may write it otherwise.
        PackageId::new(Ecosystem::Cargo, &name.to_ascii_lowercase()).ok()
    };
    let segments: Vec<&str> = path.split('/').collect();
    match segments.as_slice() {
        ["dl", name, version, "download"] => {
            let version = names::decode(version).filter(|version| !version.is_empty())?;
            Some(Wanted::File(package(name)?, version))
        }
        ["api", ..] => Some(Wanted::Api),
        _ => Some(Wanted::Index(package(files::name_at(path)?)?)),
    }
}

/// Publishing, yanking, owners and searching: cargo asks all of it of the
/// address that the configuration names.
fn refuse_api(asked: &Asked) -> Response<Body> {
    let behind = asked.behind(Ecosystem::Cargo);
    let why = format!(
        "this server passes crates on and hosts none; publish, yank, search and look after owners at the registry behind it{behind}"
    );
    refusal_to(Ecosystem::Cargo, StatusCode::FORBIDDEN, &why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_that_cargo_asks_for() {
        let crate_ = |name: &str| PackageId::new(Ecosystem::Cargo, name).unwrap();
        let index = |name: &str| Some(Wanted::Index(crate_(name)));
        assert_eq!(read("config.json"), Some(Wanted::Config));
        for name in ["a", "ab", "abc", "serde", "dlib", "api-x"] {
            assert_eq!(read(&files::path(name).unwrap()), index(name));
        }
        let file = |name: &str, version: &str| {
            let version = version.to_owned();
            Some(Wanted::File(crate_(name), version))
        };
        assert_eq!(
            read("dl/Inflector/0.11.4/download"),
            file("inflector", "0.11.4")
        );
        assert_eq!(
            read("dl/x/1.0.0%2Bbuild/download"),
            file("x", "1.0.0+build")
        );
        assert_eq!(read("api/v1/crates/new"), Some(Wanted::Api));
        for path in ["", "serde", "se/rd/Serde", "dl/x/1.0.0", "dl/../1/download"] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
