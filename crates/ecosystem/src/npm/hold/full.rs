//! The full document: what upstream sent, with little cut out and put in.

use super::document::{Document, Part};
use super::release::Release;
use super::tags;
use super::write::Output;
use std::ops::Range;

/// Writes the document; `message` is there if anything is held back.
pub(super) fn write(document: &Document<'_>, base: &str, message: Option<&str>) -> Vec<u8> {
    let mut output = Output::new(document, base);
    let longer = output.growth(&document.releases);
    output.reserve(document.text.len() + longer, message);
    let mut splice = Splice { output, at: 0 };
    let mut message = message;
    for part in &document.parts {
        match part {
            Part::Tags(range) => splice.tags(range),
            Part::Versions => splice.versions(),
            Part::Restrictions(range) => {
                splice.instead_of(range, |output| match message.take() {
                    Some(message) => output.restrictions(message, whole),
                    None => output.text("{}"),
                });
            }
            Part::Unjudged(range) => splice.instead_of(range, |output| output.text("{}")),
        }
    }
    splice.copy_to(document.end);
    if let Some(message) = message {
        splice.output.text(",\"policyRestrictions\":");
        splice.output.restrictions(message, whole);
    }
    splice.copy_to(document.text.len());
    splice.output.bytes
}

/// Writes one manifest.
pub(super) fn manifest(document: &Document<'_>, release: &Release<'_>, base: &str) -> Vec<u8> {
    let mut output = Output::new(document, base);
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

impl<'a, 'd> Splice<'a, 'd> {
    fn copy_to(&mut self, end: usize) {
        let text = self.output.document.text;
        self.output.text(&text[self.at..end]);
        self.at = end;
    }

    fn instead_of(&mut self, range: &Range<usize>, write: impl FnOnce(&mut Output<'a, 'd>)) {
        self.copy_to(range.start);
        self.at = range.end;
        write(&mut self.output);
    }

    fn tags(&mut self, range: &Range<usize>) {
        let document = self.output.document;
        let served = tags::served(document);
        let mut pairs = document.tags.iter().zip(&served);
        let same = document.tags.len() == served.len()
            && pairs.all(|((_, from), (_, to))| from.as_ref() == Some(to));
        if !same {
            self.instead_of(range, |output| output.tags(&served));
        }
    }

    /// Leaves out what is held back, with the comma before it; or with the one
    /// after it, where nothing stays before it.
    fn versions(&mut self) {
        let document = self.output.document;
        let listed = &document.releases[..document.listed];
        let (Some(first), Some(last)) = (listed.first(), listed.last()) else {
            return;
        };
        self.copy_to(first.after);
        for release in listed.iter().filter(|release| release.is_offered()) {
            let alone = self.at == first.after;
            self.at = release.after;
            if alone && release.after != first.after {
                self.at = document.key_after(release.after);
            }
            let end = release.manifest.end;
            self.output.piece(self.at..end, release);
            self.at = end;
        }
        self.at = last.manifest.end;
    }
}
