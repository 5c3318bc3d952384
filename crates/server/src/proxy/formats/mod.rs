//! What is an ecosystem's own about a package's document: where it is, how it
//! is read, what it says of files, and how it is written with what is held. A
//! file each; everything else of the proxy is the same for all of them.

mod cargo;
mod npm;
pub(super) mod nuget;
pub(super) mod pypi;

use super::early::{Early, Waiting};
use super::integrity::Expected;
use super::ready::Restricted;
use super::{Document, Judged, Proxy, ProxyError};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use tenure_domain::{DocumentKind, Ecosystem, History, HistoryBuilder, PackageId, Source, Time};
use tenure_ecosystem::npm::hold;
use tenure_ecosystem::pypi::hold as pypi_hold;
use tenure_store::Digest;
use tenure_upstream::{FetchError, Upstream};
use url::Url;

/// The ways in which documents are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    Npm(hold::Form),
    CargoIndex,
    Pypi(pypi_hold::Form),
    Nuget(nuget::Form),
}

impl Form {
    /// Tells it from the others within an `ETag`.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Npm(hold::Form::Full) => 0,
            Self::Npm(hold::Form::Abbreviated) => 1,
            Self::CargoIndex => 2,
            Self::Pypi(pypi_hold::Form::Json) => 3,
            Self::Pypi(pypi_hold::Form::Html) => 4,
            Self::Pypi(pypi_hold::Form::PlainHtml) => 5,
            Self::Nuget(form) => form.number(),
        }
    }
}

/// What a document says of a release's file.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) readable: bool,
    pub(super) url: Option<String>,
    pub(super) expected: Option<Expected>,
}

/// By version; by name where a release has several files.
pub(super) type SaidOfAll = HashMap<Box<str>, Said>;

/// Where the document is.
pub(super) fn address(upstream: &Upstream, package: &PackageId) -> Result<Url, FetchError> {
    match package.ecosystem() {
        Ecosystem::Cargo => cargo::address(upstream, package),
        Ecosystem::Pypi => pypi::address(upstream, package),
        Ecosystem::Nuget => nuget::address(upstream, package),
        Ecosystem::Npm => Ok(upstream.packument_url(package)),
    }
}

/// The types that it is asked for by.
pub(super) fn accept(package: &PackageId) -> &'static str {
    match package.ecosystem() {
        Ecosystem::Cargo => cargo::ACCEPT,
        Ecosystem::Pypi => pypi::ACCEPT,
        Ecosystem::Nuget => nuget::ACCEPT,
        Ecosystem::Npm => npm::ACCEPT,
    }
}

/// Whether the document can be passed on at all.
pub(super) fn check(package: &PackageId, bytes: &[u8]) -> Result<(), String> {
    match package.ecosystem() {
        // Reading it is all that there is to check.
        Ecosystem::Cargo | Ecosystem::Pypi | Ecosystem::Nuget => Ok(()),
        Ecosystem::Npm => npm::check(bytes),
    }
}

/// A document as it is written if nothing of it is held.
pub(super) struct Draft {
    pub(super) bytes: Vec<u8>,
    /// The versions in it.
    pub(super) offered: Vec<Box<str>>,
    /// Why there are none, if the upstream says so itself.
    pub(super) nothing_left: Option<Arc<str>>,
}

/// As [`check`]; and the document as it is passed on if nothing is held, where
/// that is worth writing before it is known.
pub(super) fn draft(
    package: &PackageId,
    bytes: &[u8],
    form: Form,
    base: &str,
) -> Result<Option<Draft>, String> {
    match form {
        Form::Npm(form) => npm::draft(bytes, form, base),
        // Written in no time.
        _ => check(package, bytes).map(|()| None),
    }
}

/// What the document at `address` says.
fn read(package: &PackageId, address: &Url, bytes: &[u8]) -> Result<History, String> {
    match package.ecosystem() {
        Ecosystem::Cargo => cargo::read(package, bytes),
        Ecosystem::Pypi => pypi::read(package, address, bytes),
        Ecosystem::Nuget => nuget::read(package, bytes),
        Ecosystem::Npm => npm::read(bytes),
    }
}

/// Whether a document that says so is the one that was asked for.
fn is_about(history: &History, package: &PackageId) -> bool {
    match package.ecosystem() {
        // Asked for in lower case, and published as its authors write it.
        Ecosystem::Cargo => {
            let name = history.package().name();
            name.eq_ignore_ascii_case(package.name())
        }
        _ => history.package() == package,
    }
}

/// What the document at `address` says of the files of its releases.
pub(super) fn files(
    package: &PackageId,
    address: &Url,
    raw: &[u8],
) -> Result<SaidOfAll, ProxyError> {
    match package.ecosystem() {
        Ecosystem::Cargo => cargo::files(package, raw),
        Ecosystem::Pypi => pypi::files(package, address, raw),
        Ecosystem::Nuget => nuget::files(package, raw),
        Ecosystem::Npm => npm::files(package, raw),
    }
}

/// What a document is written with.
pub(super) struct Writing<'a> {
    pub(super) form: Form,
    /// The address of the registry in this view, with a slash at the end.
    pub(super) base: &'a str,
    pub(super) document: &'a Document,
    pub(super) judged: &'a Judged,
    /// The address of the page about the package.
    pub(super) page: &'a str,
}

impl Writing<'_> {
    fn restricted(&self) -> Restricted<'_> {
        Restricted::new(self.document, self.judged)
    }

    /// The document, and why nothing is left in it if that is so.
    pub(super) fn write(&self, raw: &[u8]) -> Result<(Vec<u8>, Option<Arc<str>>), ProxyError> {
        match self.form {
            Form::Npm(form) => npm::write(self, form, raw),
            Form::CargoIndex => Ok((cargo::write(self, raw)?, None)),
            Form::Pypi(form) => Ok((pypi::write(self, form, raw)?, None)),
            Form::Nuget(form) => Ok((nuget::write(self, form, raw)?, None)),
        }
    }
}

impl Proxy {
    /// Reads a document that has come: whole, and of the package that was asked
    /// for, or an error. Meanwhile the answer is made to whoever is `waiting`.
    pub(super) async fn read(
        self: &Arc<Self>,
        package: &PackageId,
        upstream: &Upstream,
        (bytes, digest): (Bytes, Digest),
        now: Time,
        waiting: Option<Waiting>,
    ) -> Result<(History, Option<Early>), ProxyError> {
        let address = address(upstream, package)?;
        let url = address.to_string();
        // What could not be passed on must not take the place of what can.
        let checked = self.checked(package, (bytes.clone(), digest), waiting);
        let wanted = package.clone();
        let read = self.work(move || read(&wanted, &address, &bytes));
        let (checked, read) = tokio::try_join!(checked, read)?;
        let unreadable = |why| FetchError::Unreadable {
            url: url.clone(),
            why,
        };
        let early = checked.map_err(unreadable)?;
        let mut history = read.map_err(unreadable)?;
        if !is_about(&history, package) {
            let got = history.package().clone();
            return Err(FetchError::WrongPackage { url, got }.into());
        }
        let kind: DocumentKind = history.source().kind;
        history.set_source(Source {
            from: url,
            seen: Some(now),
            sha256: digest.to_string(),
            kind,
        });
        let early = early.filter(|early| early.offers_only(&history));
        Ok((history, early))
    }
}

/// The history of a document that is about no package.
fn without_releases(package: &PackageId, kind: DocumentKind) -> History {
    let source = Source {
        from: String::new(),
        seen: None,
        sha256: String::new(),
        kind,
    };
    HistoryBuilder::default().build(package.clone(), source)
}

/// A document was kept that cannot be passed on: by a version of this program
/// that knew less.
pub(super) fn unusable(package: &PackageId, error: &dyn std::fmt::Display) -> ProxyError {
    let name = package.name();
    ProxyError::Damaged(format!(
        "what the registry says of `{name}` cannot be passed on: {error}"
    ))
}
