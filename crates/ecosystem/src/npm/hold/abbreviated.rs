//! The abbreviated document: what an installation needs, and no more.

use super::document::Document;
use super::release::Release;
use super::tags;
use super::write::{Output, json};
use std::ops::Range;

/// Writes the document; `message` is there if anything is held back.
pub(super) fn write(document: &Document<'_>, base: &str, message: Option<&str>) -> Vec<u8> {
    let mut output = Output::new(document, base);
    output.reserve(size(document) + output.growth(&document.releases), message);
    output.text("{\"name\":");
    output.text(&json(&document.name));
    if let Some(modified) = document.modified {
        output.text(",\"modified\":");
        output.bytes.extend_from_slice(modified);
    }
    output.text(",\"dist-tags\":");
    output.tags(&tags::served(document));
    output.text(",\"versions\":{");
    let mut first = true;
    for release in document.offered() {
        output.text(if first { "\"" } else { ",\"" });
        first = false;
        output.text(release.version);
        output.text("\":");
        manifest(&mut output, release);
    }
    output.text("}");
    if let Some(message) = message {
        output.text(",\"policyRestrictions\":");
        output.restrictions(message, manifest);
    }
    output.text("}");
    output.bytes
}

fn manifest(output: &mut Output<'_, '_>, release: &Release<'_>) {
    let document = output.document;
    let members = &document.members.ranges[release.members.clone()];
    output.text("{");
    for (at, member) in members.iter().enumerate() {
        output.text(if at == 0 { "" } else { "," });
        output.piece(document.key_after(member.start)..member.end, release);
    }
    if release.runs_untold {
        output.text(",\"hasInstallScript\":true");
    }
    output.text("}");
}

/// How long the document gets, nearly.
fn size(document: &Document<'_>) -> usize {
    let members: usize = document.members.ranges.iter().map(Range::len).sum();
    let around =
        |release: &Release<'_>| release.version.len() + r#""":{},"hasInstallScript":true,"#.len();
    members + document.releases.iter().map(around).sum::<usize>()
}
