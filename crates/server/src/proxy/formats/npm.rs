//! npm's packument.

use super::{Draft, Said, SaidOfAll, Writing, unusable};
use crate::proxy::integrity::Expected;
use crate::proxy::{ProxyError, message};
use std::cell::RefCell;
use std::sync::Arc;
use tenure_domain::{History, PackageId};
use tenure_ecosystem::npm::{hold, packument};

/// The full document, with publishers and dates.
pub(super) const ACCEPT: &str = "application/json";

pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    hold::check(bytes).map_err(|error| error.to_string())
}

pub(super) fn draft(bytes: &[u8], form: hold::Form, base: &str) -> Result<Option<Draft>, String> {
    let offered = RefCell::default();
    let view = hold::View {
        form,
        base,
        is_restricted: &|version: &str| {
            RefCell::<Vec<Box<str>>>::borrow_mut(&offered).push(version.into());
            false
        },
        message: &|_: &hold::Restricted<'_>| String::new(),
    };
    let rendered = hold::render(bytes, &view).map_err(|error| error.to_string())?;
    // What had to be restricted all the same has no message yet.
    Ok(rendered.restricted.is_empty().then(|| Draft {
        nothing_left: nothing_left(rendered.offered, rendered.message),
        bytes: rendered.bytes,
        offered: offered.into_inner(),
    }))
}

pub(super) fn read(bytes: &[u8]) -> Result<History, String> {
    packument::read_facts(bytes).map_err(|error| error.to_string())
}

pub(super) fn files(package: &PackageId, raw: &[u8]) -> Result<SaidOfAll, ProxyError> {
    let read = hold::files(raw).map_err(|error| unusable(package, &error))?;
    Ok(read.into_iter().map(of_manifest).collect())
}

fn of_manifest(file: hold::FileOf) -> (Box<str>, Said) {
    let shasum = file.shasum.map(Expected::Shasum);
    let expected = file.integrity.map(Expected::Integrity).or(shasum);
    let said = Said {
        readable: file.readable,
        url: file.tarball,
        expected,
    };
    (file.version.into(), said)
}

pub(super) fn write(
    writing: &Writing<'_>,
    form: hold::Form,
    raw: &[u8],
) -> Result<(Vec<u8>, Option<Arc<str>>), ProxyError> {
    let package = &writing.document.package;
    let message = |restricted: &hold::Restricted<'_>| {
        message::of_versions(package, restricted.versions, writing.judged, writing.page)
    };
    let restricted = writing.restricted();
    let view = hold::View {
        form,
        base: writing.base,
        is_restricted: &|version: &str| restricted.is(version),
        message: &message,
    };
    let rendered = hold::render(raw, &view).map_err(|error| unusable(package, &error))?;
    for version in &rendered.unreadable {
        tracing::warn!(%package, version, "a release is held, for its manifest cannot be read");
    }
    let nothing_left = nothing_left(rendered.offered, rendered.message);
    Ok((rendered.bytes, nothing_left))
}

/// The message, if it says why there is nothing.
fn nothing_left(offered: usize, message: Option<String>) -> Option<Arc<str>> {
    message.filter(|_| offered == 0).map(Into::into)
}
