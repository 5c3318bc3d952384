//! The protocol of Python's indexes: pages of projects (PEP 503 and 691), and
//! their files.

mod file;
mod list;
mod page;

use crate::answer::{failure_to, refusal_to};
use crate::asked::Asked;
use crate::names;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::header::{ACCEPT, HeaderValue, LOCATION, VARY};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::pypi::hold::Form;
use tenure_ecosystem::pypi::name;

/// What a path below the index's own asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// The names of all projects.
    List,
    /// A project's page.
    Page(PackageId),
    /// A file of a project, by its name, or its metadata.
    File(PackageId, String),
    /// Something that lies at another path below the index.
    Elsewhere(String),
    /// An upload, which belongs to the index behind this one.
    Upload,
}

/// Answers a request for `path` below an index, and says of what kind it is.
pub(crate) async fn answer(asked: &Asked, path: &str) -> (&'static str, Response<Body>) {
    let wanted = read(path);
    if wanted == Some(Wanted::Upload) {
        return ("write", refuse_upload(asked));
    }
    if !matches!(asked.parts.method, Method::GET | Method::HEAD) {
        let why = "this address can only be read";
        let refused = refusal_to(Ecosystem::Pypi, StatusCode::METHOD_NOT_ALLOWED, why);
        return ("unknown", refused);
    }
    let (kind, found) = match wanted {
        Some(Wanted::List) => ("list", list::respond(asked).await),
        Some(Wanted::Page(package)) => ("page", page::respond(asked, &package).await),
        Some(Wanted::File(package, name)) => {
            let found = file::respond(asked, &package, &name).await;
            ("file", found)
        }
        Some(Wanted::Elsewhere(path)) => ("redirect", Ok(moved(asked, &path))),
        Some(Wanted::Upload) | None => {
            let why = "there is no such address in this index".to_owned();
            ("unknown", Err(ProxyError::NotFound(why)))
        }
    };
    (
        kind,
        found.unwrap_or_else(|error| failure_to(Ecosystem::Pypi, &error)),
    )
}

fn read(path: &str) -> Option<Wanted> {
    let segments: Vec<&str> = path.split('/').collect();
    let project = |written: &str| {
        let normal = name::normalise(&names::decode(written)?)?;
        let package = PackageId::new(Ecosystem::Pypi, &normal).ok()?;
        Some((package, normal == written))
    };
    match segments.as_slice() {
        ["simple"] => Some(Wanted::Elsewhere("simple/".to_owned())),
        ["simple", ""] => Some(Wanted::List),
        ["simple", name, rest @ ..] if matches!(rest, [] | [""]) => {
            let (package, is_normal) = project(name)?;
            if is_normal && rest == [""] {
                return Some(Wanted::Page(package));
            }
            let path = format!("simple/{}/", package.name());
            Some(Wanted::Elsewhere(path))
        }
        ["files", name, file] => {
            let (package, _) = project(name)?;
            let file = names::decode(file).filter(|file| !file.is_empty())?;
            Some(Wanted::File(package, file))
        }
        ["legacy", ..] => Some(Wanted::Upload),
        _ => None,
    }
}

/// Where it is, for good.
fn moved(asked: &Asked, path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let to = format!("{}{path}", asked.base(Ecosystem::Pypi));
    if let Ok(to) = HeaderValue::try_from(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

/// twine and uv print the reason phrase.
fn refuse_upload(asked: &Asked) -> Response<Body> {
    let behind = asked.behind(Ecosystem::Pypi);
    let why = format!(
        "this server passes Python packages on and hosts none; upload to the index behind it{behind}"
    );
    refusal_to(Ecosystem::Pypi, StatusCode::FORBIDDEN, &why)
}

/// The form that a client asks for, in as many lines as it likes.
fn form(headers: &HeaderMap) -> Result<Form, Box<Response<Body>>> {
    let lines = headers.get_all(ACCEPT).into_iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let accept = (!lines.is_empty()).then(|| lines.join(", "));
    Form::accepted(accept.as_deref()).ok_or_else(|| {
        let why =
            "this index is written in version 1 of the simple repository API, as HTML or JSON";
        let mut refused = refusal_to(Ecosystem::Pypi, StatusCode::NOT_ACCEPTABLE, why);
        let varies = HeaderValue::from_static(VARIES);
        refused.headers_mut().insert(VARY, varies);
        Box::new(refused)
    })
}

/// What of a request a page depends on.
const VARIES: &str = "accept, accept-encoding";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_an_index() {
        let package = |name: &str| PackageId::new(Ecosystem::Pypi, name).unwrap();
        let elsewhere = |path: &str| Some(Wanted::Elsewhere(path.to_owned()));
        let file =
            |project: &str, name: &str| Some(Wanted::File(package(project), name.to_owned()));
        assert_eq!(read("simple/"), Some(Wanted::List));
        assert_eq!(read("simple"), elsewhere("simple/"));
        let page = Some(Wanted::Page(package("zope-interface")));
        assert_eq!(read("simple/zope-interface/"), page);
        for path in [
            "simple/Zope.Interface/",
            "simple/zope-interface",
            "simple/zope%2Einterface/",
        ] {
            assert_eq!(read(path), elsewhere("simple/zope-interface/"), "{path}");
        }
        assert_eq!(read("files/a/a-1.0.zip"), file("a", "a-1.0.zip"));
        assert_eq!(read("files/a/a-1.0%2Bx.zip"), file("a", "a-1.0+x.zip"));
        assert_eq!(read("legacy/"), Some(Wanted::Upload));
        for path in [
            "simple/a/b",
            "simple/-/",
            "files/a/",
            "files/a",
            "pypi/a/json",
            "simple//",
        ] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
