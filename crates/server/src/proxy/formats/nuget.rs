//! The registration of a package in a NuGet feed, with all its pages within it,
//! and the feed's service index, which is looked up, kept and confirmed as if it
//! were one.

use super::{Said, SaidOfAll, Writing, unusable, without_releases};
use crate::proxy::integrity::Expected;
use crate::proxy::message::{AMBIGUOUS, told_with_link};
use crate::proxy::{Document, Judged, ProxyError};
use std::collections::HashMap;
use tenure_domain::{DocumentKind, History, PackageId};
use tenure_ecosystem::nuget::registration::{Held, Hive, Known, Registration, View};
use tenure_ecosystem::nuget::service::{Resource, Service};
use tenure_ecosystem::nuget::version;
use tenure_trust::verdict::Verdict;
use tenure_upstream::{FetchError, Upstream};
use url::Url;

/// The service index among packages: no package can have this id.
pub(in crate::proxy) const SERVICE: &str = "@service-index";

/// What clients ask for.
pub(super) const ACCEPT: &str = "application/json";

/// The ways in which a registration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// The list of versions.
    Versions,
    /// What is known of each.
    Registration(Hive),
}

impl Form {
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Versions => 6,
            Self::Registration(Hive::All) => 7,
            Self::Registration(Hive::SemVer1) => 8,
        }
    }
}

/// The service index; a package is named behind it, since only what the index
/// says tells where it is.
pub(super) fn address(upstream: &Upstream, package: &PackageId) -> Result<Url, FetchError> {
    let mut url = upstream.below("index.json")?;
    if package.name() != SERVICE {
        url.set_fragment(Some(package.name()));
    }
    Ok(url)
}

pub(super) fn read(package: &PackageId, bytes: &[u8]) -> Result<History, String> {
    if package.name() == SERVICE {
        let service = Service::read(bytes).map_err(|error| error.to_string())?;
        for needed in [Resource::PackageBase, Resource::Registrations] {
            if service.find(needed).is_none() {
                return Err("the feed offers no packages of version 3 of the protocol".to_owned());
            }
        }
        return Ok(without_releases(package, DocumentKind::NugetRegistration));
    }
    let registration = Registration::read(package.name(), bytes);
    let registration = registration.map_err(|error| error.to_string())?;
    if !registration.missing().is_empty() {
        return Err("pages of it are missing".to_owned());
    }
    Ok(registration.history(&Known::default()))
}

pub(super) fn files(package: &PackageId, raw: &[u8]) -> Result<SaidOfAll, ProxyError> {
    let registration = registration(package, raw)?;
    let said = |version: &str| {
        let said = Said {
            readable: true,
            url: None,
            expected: Some(Expected::AsSigned),
        };
        (version.into(), said)
    };
    Ok(registration.written().map(said).collect())
}

fn registration(package: &PackageId, raw: &[u8]) -> Result<Registration, ProxyError> {
    Registration::read(package.name(), raw).map_err(|error| unusable(package, &error))
}

pub(super) fn write(writing: &Writing<'_>, form: Form, raw: &[u8]) -> Result<Vec<u8>, ProxyError> {
    let package = &writing.document.package;
    let registration = registration(package, raw)?;
    let held = Holding::new(writing.document, writing.judged, writing.page);
    let hive = match form {
        Form::Versions => {
            let versions = registration.versions();
            return Ok(versions.render(&|normal| held.of(normal).is_some()).bytes);
        }
        Form::Registration(hive) => hive,
    };
    let (registrations, packages) = places(writing.base, hive);
    let rendered = registration.render(&View {
        hive,
        registrations: &registrations,
        packages: &packages,
        held: &|normal| held.of(normal),
    });
    if rendered.unreadable > 0 {
        let count = rendered.unreadable;
        tracing::warn!(%package, count, "releases are held, for their entries cannot be read");
    }
    Ok(rendered.bytes)
}

/// What there is of one version, in its normal form.
pub(in crate::proxy) fn leaf(
    writing: &Writing<'_>,
    hive: Hive,
    normal: &str,
    raw: &[u8],
) -> Result<Option<Vec<u8>>, ProxyError> {
    let registration = registration(&writing.document.package, raw)?;
    let held = Holding::new(writing.document, writing.judged, writing.page);
    let (registrations, packages) = places(writing.base, hive);
    let view = View {
        hive,
        registrations: &registrations,
        packages: &packages,
        held: &|normal| held.of(normal),
    };
    Ok(registration.render_leaf(normal, &view))
}

/// The addresses of a hive and of packages, in the registry at `base`.
fn places(base: &str, hive: Hive) -> (String, String) {
    let registrations = match hive {
        Hive::All => "v3/registration",
        Hive::SemVer1 => "v3/registration-semver1",
    };
    (format!("{base}{registrations}"), format!("{base}v3/flat"))
}

/// What is held, asked for by the normal form of a version.
struct Holding<'a> {
    judged: &'a Judged,
    page: &'a str,
    /// The versions that were read, as the feed writes them.
    read: HashMap<String, &'a str>,
}

impl<'a> Holding<'a> {
    fn new(document: &'a Document, judged: &'a Judged, page: &'a str) -> Self {
        let releases = document.history.releases().iter();
        let read = releases.filter_map(|release| {
            let written = &*release.version;
            Some((version::normalised(written)?, written))
        });
        Self {
            judged,
            page,
            read: read.collect(),
        }
    }

    fn of(&self, normal: &str) -> Option<Held> {
        let Some(written) = self.read.get(normal) else {
            return Some(Held::Hold(format!("held, for {AMBIGUOUS}")));
        };
        let restriction = self.judged.of(written)?;
        if restriction.verdict == Verdict::Block {
            return Some(Held::Block);
        }
        let told = told_with_link(restriction, self.page);
        let told = told.strip_prefix("is ").unwrap_or(&told).to_owned();
        Some(Held::Hold(told))
    }
}
