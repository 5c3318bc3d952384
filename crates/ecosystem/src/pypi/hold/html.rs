//! The form in HTML.

use super::Entry;
use crate::pypi::simple::{MAX_MINOR, Metadata, Page};
use std::fmt::{self, Write as _};

/// Writes the page.
pub(super) fn write(page: &Page, entries: &[Entry<'_>]) -> Vec<u8> {
    let mut text = String::with_capacity(512 + entries.len() * 400);
    // Nothing that is written into a text can fail.
    let _ = head(&mut text, page);
    for entry in entries {
        let _ = link(&mut text, entry);
    }
    text.push_str("</body>\n</html>\n");
    text.into_bytes()
}

fn head(text: &mut String, page: &Page) -> fmt::Result {
    let minor = page.minor.min(MAX_MINOR);
    let project = Escaped(&page.project);
    text.push_str("<!DOCTYPE html>\n<html>\n<head>\n");
    writeln!(
        text,
        "<meta name=\"pypi:repository-version\" content=\"1.{minor}\">"
    )?;
    if let Some(status) = &page.status {
        let marker = Escaped(&status.marker);
        writeln!(
            text,
            "<meta name=\"pypi:project-status\" content=\"{marker}\">"
        )?;
        if let Some(reason) = &status.reason {
            let reason = Escaped(reason);
            writeln!(
                text,
                "<meta name=\"pypi:project-status-reason\" content=\"{reason}\">"
            )?;
        }
    }
    writeln!(
        text,
        "<title>Links for {project}</title>\n</head>\n<body>\n<h1>Links for {project}</h1>"
    )
}

fn link(text: &mut String, entry: &Entry<'_>) -> fmt::Result {
    let file = entry.file;
    write!(text, "<a href=\"{}", Escaped(&entry.address))?;
    if let Some((algorithm, digest)) = file.hashes.best() {
        write!(text, "#{algorithm}={digest}")?;
    }
    text.push('"');
    let mut attribute = |name: &str, value: &str| write!(text, " {name}=\"{}\"", Escaped(value));
    if let Some(python) = &file.requires_python {
        attribute("data-requires-python", python)?;
    }
    if let Some(reason) = &entry.yanked {
        attribute("data-yanked", reason)?;
    }
    if let Some(metadata) = &file.metadata {
        let said = said(metadata);
        // Under its first name, too, which older installers look for.
        attribute("data-dist-info-metadata", &said)?;
        attribute("data-core-metadata", &said)?;
    }
    if let Some(has) = file.gpg_sig {
        attribute("data-gpg-sig", if has { "true" } else { "false" })?;
    }
    if let Some(provenance) = &file.provenance {
        attribute("data-provenance", provenance.as_str())?;
    }
    writeln!(text, ">{}</a><br>", Escaped(&file.name))
}

fn said(metadata: &Metadata) -> String {
    match metadata {
        Metadata::Hashed(hashes) => hashes
            .best()
            .map(|(name, digest)| format!("{name}={digest}")),
        Metadata::Offered => None,
    }
    .unwrap_or_else(|| "true".to_owned())
}

/// A text as it stands in HTML, between tags and between quotes.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}
