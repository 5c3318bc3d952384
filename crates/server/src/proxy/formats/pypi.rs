//! A project's page in a Python index.

use super::{Said, SaidOfAll, Writing, address as address_of, unusable};
use crate::proxy::integrity::Expected;
use crate::proxy::message::AMBIGUOUS;
use crate::proxy::{ProxyError, told};
use tenure_domain::{History, PackageId};
use tenure_ecosystem::pypi::hold::{self, Form, View};
use tenure_ecosystem::pypi::simple::{self, File, Metadata, Page, SimpleError};
use tenure_upstream::{FetchError, Upstream};
use url::Url;

/// JSON says more.
pub(super) const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, \
                                 application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// What a file's metadata is called beside it (PEP 658).
pub(in crate::proxy) const METADATA: &str = ".metadata";

pub(super) fn address(upstream: &Upstream, package: &PackageId) -> Result<Url, FetchError> {
    upstream.below(&format!("{}/", package.name()))
}

/// HTML begins with an angle bracket, JSON with a curly one.
fn parsed(package: &PackageId, address: &Url, bytes: &[u8]) -> Result<Page, SimpleError> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        simple::read_json(bytes, package.name(), address)
    } else {
        simple::read_html(bytes, package.name(), address)
    }
}

/// The page in a document.
pub(in crate::proxy) fn page(
    package: &PackageId,
    address: &Url,
    raw: &[u8],
) -> Result<Page, ProxyError> {
    parsed(package, address, raw).map_err(|error| unusable(package, &error))
}

pub(super) fn read(package: &PackageId, address: &Url, bytes: &[u8]) -> Result<History, String> {
    let page = parsed(package, address, bytes).map_err(|error| error.to_string())?;
    page.history().map_err(|error| error.to_string())
}

pub(super) fn files(
    package: &PackageId,
    address: &Url,
    raw: &[u8],
) -> Result<SaidOfAll, ProxyError> {
    let page = page(package, address, raw)?;
    let mut all = SaidOfAll::with_capacity(page.files.len() * 2);
    for file in &page.files {
        if let Some(digest) = digest_of_metadata(file) {
            let mut url = file.url.clone();
            url.set_path(&format!("{}{METADATA}", url.path()));
            let name = format!("{}{METADATA}", file.name);
            all.insert(name.into(), said(file, &url, Some(digest)));
        }
    }
    for file in &page.files {
        let digest = file.hashes.get("sha256");
        all.insert(file.name.clone(), said(file, &file.url, digest));
    }
    Ok(all)
}

fn said(file: &File, url: &Url, digest: Option<&str>) -> Said {
    Said {
        readable: !file.is_ambiguous(),
        url: Some(url.to_string()),
        expected: digest.map(|digest| Expected::Sha256(digest.to_owned())),
    }
}

fn digest_of_metadata(file: &File) -> Option<&str> {
    match file.metadata.as_ref()? {
        Metadata::Hashed(hashes) => hashes.get("sha256"),
        Metadata::Offered => None,
    }
}

pub(super) fn write(writing: &Writing<'_>, form: Form, raw: &[u8]) -> Result<Vec<u8>, ProxyError> {
    let package = &writing.document.package;
    let address = address_of(&writing.document.upstream, package)?;
    let mut page = page(package, &address, raw)?;
    for file in &mut page.files {
        // What cannot be verified is not passed on: who is not told of it takes
        // it out of the file.
        if digest_of_metadata(file).is_none() {
            file.metadata = None;
        }
    }
    let restricted = writing.restricted();
    let hold = |version: &str| match writing.judged.of(version) {
        Some(restriction) => {
            let told = told(restriction, writing.page);
            Some(told.strip_prefix("is ").unwrap_or(&told).to_owned())
        }
        None => restricted
            .is(version)
            .then(|| format!("held, for {AMBIGUOUS}")),
    };
    let rendered = hold::render(
        &page,
        &View {
            form,
            address: &|file| format!("{}files/{}/{}", writing.base, package.name(), escaped(file)),
            hold: &hold,
            unreadable: "held, for its name does not say which release it is of",
        },
    );
    for file in &rendered.unreadable {
        tracing::debug!(%package, file, "a file is held, for its name does not say of which release it is");
    }
    Ok(rendered.bytes)
}

/// A file's name as a part of an address. It has neither spaces nor slashes.
fn escaped(file: &File) -> String {
    url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect()
}
