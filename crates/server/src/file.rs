//! The file of a release. One that is held is still handed out, for lockfiles
//! that have it; one that is blocked is not.

use crate::answer;
use crate::asked::Asked;
use crate::negotiate;
use crate::observe;
use crate::proxy::{Document, File, Judged, ProxyError, told};
use crate::range::{self, Wanted};
use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue,
};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;
use tenure_domain::PackageId;
use tenure_store::Digest;
use tenure_trust::verdict::Verdict;

/// The file of a release that has one.
pub(crate) async fn respond(
    asked: &Asked,
    package: &PackageId,
    version: &str,
) -> Result<Response<Body>, ProxyError> {
    let document = asked.app.proxy.document(package).await?;
    of(asked, &document, version, version).await
}

/// A file of a release, by its name in the document.
pub(crate) async fn of(
    asked: &Asked,
    document: &Arc<Document>,
    name: &str,
    version: &str,
) -> Result<Response<Body>, ProxyError> {
    let judged = asked.app.proxy.judged(document, &asked.view).await?;
    if asked.parts.method == Method::GET {
        observe::tarball_asked(judged.verdict(version));
    }
    refuse_blocked(asked, &document.package, version, &judged)?;
    content(asked, document, name, Some(version)).await
}

/// What a document names, without a look at verdicts; a download of `counted`,
/// if that is a version.
pub(crate) async fn content(
    asked: &Asked,
    document: &Arc<Document>,
    name: &str,
    counted: Option<&str>,
) -> Result<Response<Body>, ProxyError> {
    for _ in 0..2 {
        if let Some(response) = found(asked, document, name, counted).await? {
            return Ok(response);
        }
        // Then it is fetched anew.
        asked.app.proxy.forget_file(document, name).await;
    }
    Err(ProxyError::Damaged(format!(
        "`{name}` of `{}` was lost from the store again and again",
        document.package.name()
    )))
}

/// The answer; `None` if the store has lost the file.
async fn found(
    asked: &Asked,
    document: &Arc<Document>,
    name: &str,
    counted: Option<&str>,
) -> Result<Option<Response<Body>>, ProxyError> {
    let (proxy, package) = (&asked.app.proxy, &document.package);
    let counted = counted.filter(|_| asked.parts.method == Method::GET);
    let content = match proxy.file(document, name).await? {
        File::Bytes(digest, bytes) => Content::Bytes(digest, bytes),
        File::Kept(digest, size) => Content::Kept(digest, size),
        File::Arriving(length, body) => {
            if let Some(version) = counted {
                asked.app.downloads.count(&asked.view, package, version);
            }
            return Ok(Some(arriving(length, body)));
        }
    };
    let Some((sent, response)) = content.answer(asked).await else {
        return Ok(None);
    };
    // The rest of a download that broke off is no other download.
    if let Some(version) = counted.filter(|_| sent == Some(0)) {
        asked.app.downloads.count(&asked.view, package, version);
    }
    Ok(Some(response))
}

fn refuse_blocked(
    asked: &Asked,
    package: &PackageId,
    version: &str,
    judged: &Judged,
) -> Result<(), ProxyError> {
    match judged.of(version) {
        Some(restriction) if restriction.verdict == Verdict::Block => {
            Err(ProxyError::Blocked(format!(
                "{}@{version} {}",
                package.name(),
                told(restriction, &asked.page(package))
            )))
        }
        _ => Ok(()),
    }
}

/// A tarball that is whole.
enum Content {
    Bytes(Digest, Bytes),
    Kept(Digest, u64),
}

impl Content {
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(_, bytes) => bytes.len() as u64,
            Self::Kept(_, size) => *size,
        }
    }

    fn etag(&self) -> String {
        let (Self::Bytes(digest, _) | Self::Kept(digest, _)) = self;
        format!("\"{digest}\"")
    }

    /// A part of it; `None` if the store has lost it.
    async fn part(&self, part: Range<u64>, asked: &Asked) -> Option<Body> {
        match self {
            Self::Bytes(_, bytes) => {
                let part = part.start as usize..part.end as usize;
                Some(Body::from(bytes.slice(part)))
            }
            Self::Kept(digest, _) => {
                let stream = asked.app.proxy.store.blobs().stream(digest, part).await;
                stream.ok().flatten().map(Body::from_stream)
            }
        }
    }

    /// What of it the client asks for, and from where on any of it is sent.
    /// `None` if the store has lost it.
    async fn answer(&self, asked: &Asked) -> Option<(Option<u64>, Response<Body>)> {
        let (request, size, etag) = (&asked.parts.headers, self.size(), self.etag());
        if negotiate::has_already(request, &etag) {
            let mut response = Response::new(answer::of_unsaid_length());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            describe(response.headers_mut(), Some(&etag));
            return Some((None, response));
        }
        let (status, part) = match range::of(request, &etag, size) {
            Wanted::All => (StatusCode::OK, 0..size),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
            Wanted::Nothing => return Some((None, unsatisfiable(size))),
        };
        let mut response = Response::new(self.part(part.clone(), asked).await?);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        describe(headers, Some(&etag));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(TARBALL));
        headers.insert(CONTENT_LENGTH, (part.end - part.start).into());
        if status == StatusCode::PARTIAL_CONTENT {
            let shown = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            if let Ok(shown) = HeaderValue::try_from(shown) {
                headers.insert(CONTENT_RANGE, shown);
            }
        }
        Some((Some(part.start), response))
    }
}

const TARBALL: &str = "application/octet-stream";

/// Its digest is not known before its end, so nothing names it yet.
fn arriving(length: Option<u64>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    describe(headers, None);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(TARBALL));
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, length.into());
    }
    response
}

fn describe(headers: &mut HeaderMap, etag: Option<&str>) {
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(Ok(etag)) = etag.map(HeaderValue::try_from) {
        headers.insert(ETAG, etag);
    }
    // Its bytes never change, but whether it may be used does: a block has to
    // show at once. Clients keep files by their digest and ask for none that
    // they have, so this costs nothing.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

fn unsatisfiable(size: u64) -> Response<Body> {
    let mut response = answer::refusal(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "the tarball is not as long as that",
    );
    if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}
