//! `GET /:package/-/:file`: a tarball. One that is held is still handed out,
//! for lockfiles that have it; one that is blocked is not.

use super::{Asked, failed};
use crate::answer;
use crate::observe;
use crate::proxy::{File, Judged, ProxyError, told};
use crate::range::{self, Wanted};
use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue,
    IF_RANGE,
};
use axum::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use std::ops::Range;
use tenure_domain::PackageId;
use tenure_store::Digest;
use tenure_trust::verdict::Verdict;

pub(super) async fn answer(asked: Asked, package: PackageId, version: &str) -> Response<Body> {
    respond(&asked, &package, version)
        .await
        .unwrap_or_else(|error| failed(&error))
}

async fn respond(
    asked: &Asked,
    package: &PackageId,
    version: &str,
) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let document = proxy.document(package).await?;
    let judged = proxy.judged(&document, &asked.view).await?;
    observe::tarball_asked(judged.verdict(version));
    refuse_blocked(asked, package, version, &judged)?;
    let file = proxy.file(&document, version).await?;
    asked.app.downloads.count(&asked.view, package, version);
    let request = &asked.parts.headers;
    let content = match file {
        File::Bytes(bytes) => Content::Bytes(bytes),
        File::Kept(digest, size) => Content::Kept(digest, size),
        File::Arriving(length, body) => return Ok(arriving(length, body)),
    };
    let sent = whole_or_part(request, &content, asked).await;
    if sent.is_none() {
        proxy.forget_file(&document, version).await;
    }
    sent.ok_or_else(|| {
        ProxyError::Damaged("the tarball is not in the store any more; ask again".to_owned())
    })
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

/// A tarball with a known length.
enum Content {
    Bytes(Bytes),
    Kept(Digest, u64),
}

impl Content {
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Kept(_, size) => *size,
        }
    }

    /// A part of it; `None` if the store has lost it.
    async fn part(&self, part: Range<u64>, asked: &Asked) -> Option<Body> {
        match self {
            Self::Bytes(bytes) => {
                let part = part.start as usize..part.end as usize;
                Some(Body::from(bytes.slice(part)))
            }
            Self::Kept(digest, _) => {
                let stream = asked.app.proxy.store.blobs().stream(digest, part).await;
                stream.ok().flatten().map(Body::from_stream)
            }
        }
    }
}

async fn whole_or_part(
    request: &HeaderMap,
    content: &Content,
    asked: &Asked,
) -> Option<Response<Body>> {
    let size = content.size();
    // A tarball never changes under its name, so a part is always of the same.
    let wanted = if request.contains_key(IF_RANGE) {
        Wanted::All
    } else {
        range::of(request, size)
    };
    let (status, part) = match wanted {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => return Some(unsatisfiable(size)),
    };
    let mut response = Response::new(content.part(part.clone(), asked).await?);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    describe(headers);
    headers.insert(CONTENT_LENGTH, (part.end - part.start).into());
    if status == StatusCode::PARTIAL_CONTENT {
        let shown = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        if let Ok(shown) = HeaderValue::try_from(shown) {
            headers.insert(CONTENT_RANGE, shown);
        }
    }
    Some(response)
}

fn arriving(length: Option<u64>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    describe(headers);
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, length.into());
    }
    response
}

fn describe(headers: &mut HeaderMap) {
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Whether it may be used can change, so each client asks again; its bytes
    // cannot, so the answer can be kept meanwhile.
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
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
