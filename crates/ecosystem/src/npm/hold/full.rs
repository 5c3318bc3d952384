//! The full document: what upstream sent, with little cut out and put in.

use super::document::{Document, Part};
use super::release::Release;
use super::tags;
use super::write::Output;
use std::ops::Range;

/// Writes the document; `message` is there if anything is restricted.
pub(super) fn write(document: &Document<'_>, base: &str, message: Option<&str>) -> Vec<u8> {
    let mut splice = Splice {
        output: Output::new(document, base, message),
        at: 0,
    };
    let mut restrictions_written = false;
    for part in &document.parts {
        match part {
            Part::Tags(range) => splice.tags(range),
            Part::Versions(range) => splice.versions(range),
            Part::Restrictions(range) => {
                splice.copy_to(range.start);
                splice.at = range.end;
                match message {
                    Some(message) => splice.output.restrictions(message, whole),
                    None => splice.output.text("{}"),
                }
                restrictions_written = true;
            }
            Part::Unjudged(range) => {
                splice.copy_to(range.start);
                splice.at = range.end;
                splice.output.text("{}");
            }
        }
    }
    splice.copy_to(document.end);
    if let Some(message) = message
        && !restrictions_written
    {
        splice.output.text(",\"policyRestrictions\":");
        splice.output.restrictions(message, whole);
    }
    splice.copy_to(document.text.len());
    splice.output.bytes
}

/// Writes one manifest.
pub(super) fn manifest(document: &Document<'_>, release: &Release<'_>, base: &str) -> Vec<u8> {
    let mut output = Output::new(document, base, None);
    whole(&mut output, release);
    output.bytes
}

fn whole(output: &mut Output<'_, '_>, release: &Release<'_>) {
    output.piece(release.manifest.clone(), release);
}

/// Copies the document from its beginning to its end, with changes.
struct Splice<'a, 'd> {
    output: Output<'a, 'd>,
    /// Up to where the document has been copied or passed over.
    at: usize,
}

impl Splice<'_, '_> {
    fn copy_to(&mut self, end: usize) {
        let text = self.output.document.text;
        self.output.text(&text[self.at..end]);
        self.at = end;
    }

    fn tags(&mut self, range: &Range<usize>) {
        let document = self.output.document;
        let served = tags::served(document);
        let was = document.tags.iter();
        let same = was.len() == served.len()
            && was
                .zip(&served)
                .all(|((_, old), (_, new))| old.as_ref() == Some(new));
        if !same {
            self.copy_to(range.start);
            self.at = range.end;
            self.output.tags(&served);
        }
    }

    fn versions(&mut self, range: &Range<usize>) {
        let document = self.output.document;
        let mut first = true;
        self.copy_to(range.start);
        for release in &document.releases {
            if release.restricted {
                continue;
            }
            if first {
                self.copy_to(document.releases[0].after);
            }
            self.at = release.after;
            if first && release.after != document.releases[0].after {
                // The comma before what is now the first stays away.
                self.at += document.text[release.after..].find('"').unwrap_or(0);
            }
            first = false;
            let end = release.manifest.end;
            self.output.piece(self.at..end, release);
            self.at = end;
        }
        if let Some(last) = document.releases.last() {
            if first {
                self.copy_to(document.releases[0].after);
            }
            self.at = last.manifest.end;
        }
    }
}
