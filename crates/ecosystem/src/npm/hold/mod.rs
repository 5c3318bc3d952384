//! From an upstream packument to the document that a proxy serves: some of its
//! versions held back, everything else as it was.
//!
//! A held version leaves `versions` and keeps its date in `time`, so that
//! clients with a lockfile still find it dated. Its manifest moves under
//! `policyRestrictions` (npm RFC 15), from where npm explains why nothing
//! matched. No tag points at it any more. `dist.tarball` of every manifest is
//! re-pointed at the proxy. What is not touched stays byte for byte.
//!
//! This is a security boundary: what is judged must be what a client reads. So
//! wherever `JSON.parse` and this reader could understand a document in two
//! ways (a key that is written twice, or with escapes), the whole document is
//! refused, or the version counts as restricted.

mod abbreviated;
mod beginning;
mod document;
mod full;
mod release;
mod tags;
mod write;

pub use beginning::Beginning;

use super::packument::PackumentError;
use document::Document;
use release::{Held, Release};
use std::collections::BTreeMap;

/// Which of npm's two documents to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// All fields, as upstream sent them.
    Full,
    /// The fields that an installation needs
    /// (`application/vnd.npm.install-v1+json`).
    Abbreviated,
}

/// For whom, and with what held back, a document is written.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Which document.
    pub form: Form,
    /// The address that tarballs are served below. Ends with a slash.
    pub base: &'a str,
    /// Whether a version is held back. Asked at most once for every version.
    pub is_restricted: &'a dyn Fn(&str) -> bool,
    /// What npm prints when only restricted versions match. Asked once, if
    /// anything is held back here.
    pub message: &'a dyn Fn(&Restricted<'_>) -> String,
}

/// What is held back from a document.
#[derive(Clone, Copy, Debug)]
pub struct Restricted<'a> {
    /// The package.
    pub name: &'a str,
    /// Every version that is held back here, in the document's order.
    pub versions: &'a [String],
    /// Those of them whose manifests can be understood in more than one way.
    pub unreadable: &'a [String],
}

/// A document to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The document.
    pub bytes: Vec<u8>,
    /// Every version that is held back here, in the document's order; not those
    /// that upstream restricts itself.
    pub restricted: Vec<String>,
    /// Those of them that are restricted because their manifests can be
    /// understood in more than one way.
    pub unreadable: Vec<String>,
    /// How many versions are left in it.
    pub offered: usize,
    /// What it says of those that are held back, here or upstream; `None` if
    /// there are none.
    pub message: Option<String>,
}

/// The manifest of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// It may be served.
    Offered {
        /// Of which version.
        version: String,
        /// The manifest, with its tarball at the proxy.
        bytes: Vec<u8>,
    },
    /// It is held back, and so may not be served here.
    Restricted {
        /// Which version was asked for, or the tag that was asked for points at.
        version: String,
        /// What upstream says, if it is upstream that holds it back.
        upstream: Option<String>,
    },
}

/// What upstream says of a version's tarball.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOf {
    /// The version.
    pub version: String,
    /// Whether every client understands its manifest alike. What is said
    /// otherwise is left out here.
    pub readable: bool,
    /// Where upstream serves it.
    pub tarball: Option<String>,
    /// `dist.integrity`: digests as in Subresource Integrity.
    pub integrity: Option<String>,
    /// `dist.shasum`: SHA-1 in hex.
    pub shasum: Option<String>,
}

/// Writes the document to serve.
///
/// # Errors
/// When the bytes are not JSON, or not a packument, or one that clients could
/// understand in another way.
pub fn render(document: &[u8], view: &View<'_>) -> Result<Rendered, PackumentError> {
    let document = Document::read(document, view.form, view.is_restricted)?;
    let (restricted, unreadable) = (
        document.held_here(|_| true),
        document.held_here(|r| !r.readable),
    );
    let message = message(&document, view, &restricted, &unreadable);
    let bytes = match view.form {
        Form::Full => full::write(&document, view.base, message.as_deref()),
        Form::Abbreviated => abbreviated::write(&document, view.base, message.as_deref()),
    };
    Ok(Rendered {
        bytes,
        offered: document.offered().count(),
        message,
        restricted,
        unreadable,
    })
}

/// What is said of everything that is held back: of what is held here, and
/// what upstream says of what it holds itself. `None` if nothing is held back.
fn message(
    document: &Document<'_>,
    view: &View<'_>,
    restricted: &[String],
    unreadable: &[String],
) -> Option<String> {
    let ours = (!restricted.is_empty()).then(|| {
        (view.message)(&Restricted {
            name: &document.name,
            versions: restricted,
            unreadable,
        })
    });
    let theirs = document.held(Held::Upstream).next();
    let theirs = theirs.map(|_| document.upstream_message());
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(format!("{ours}\n{theirs}")),
        (ours, theirs) => ours.or(theirs),
    }
}

/// Whether the document can be served at all, before anything is known of what
/// is held back.
///
/// # Errors
/// As [`render`].
pub fn check(document: &[u8]) -> Result<(), PackumentError> {
    Document::read(document, Form::Full, &|_| false).map(drop)
}

/// The manifest of one version, or of the version that a tag points at; `None`
/// if there is no such version or tag. It is the full manifest in either form.
///
/// # Errors
/// As [`render`].
pub fn manifest(
    document: &[u8],
    version_or_tag: &str,
    view: &View<'_>,
) -> Result<Option<Manifest>, PackumentError> {
    let document = Document::read(document, Form::Full, view.is_restricted)?;
    let found = document.release(version_or_tag).or_else(|| {
        let served = tags::served(&document);
        let served = served.iter().find(|(tag, _)| tag == version_or_tag);
        // A tag that could not be moved is as restricted as what it points at.
        let upstream = document.tags.iter().find(|(tag, _)| tag == version_or_tag);
        let version = served.map_or_else(|| upstream?.1.as_ref(), |(_, version)| Some(version))?;
        document.release(version)
    });
    Ok(found.map(|release| {
        let version = release.version.to_owned();
        if !release.is_offered() {
            let upstream = (release.held == Held::Upstream).then(|| document.upstream_message());
            return Manifest::Restricted { version, upstream };
        }
        let bytes = full::manifest(&document, release, view.base);
        Manifest::Offered { version, bytes }
    }))
}

/// Where each tag points once restricted versions are held back.
///
/// # Errors
/// As [`render`].
pub fn dist_tags(
    document: &[u8],
    is_restricted: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, String>, PackumentError> {
    let document = Document::read(document, Form::Full, is_restricted)?;
    Ok(tags::served(&document).into_iter().collect())
}

/// What upstream says of the tarball of each version, held back or not.
///
/// # Errors
/// As [`render`].
pub fn files(document: &[u8]) -> Result<Vec<FileOf>, PackumentError> {
    let document = Document::read(document, Form::Full, &|_| false)?;
    Ok(document.releases.iter().map(Release::file).collect())
}
