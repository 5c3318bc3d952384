//! Pieces that both forms of a document are written from.

use super::document::Document;
use super::release::{Held, Release};
use std::ops::Range;

/// What is written, from pieces of a document and what replaces others.
pub(super) struct Output<'a, 'd> {
    pub(super) bytes: Vec<u8>,
    pub(super) document: &'a Document<'d>,
    /// See [`link`].
    link: String,
}

/// What ends the address of a tarball.
const END_OF_LINK: &str = ".tgz\"";

/// A text as JSON writes it.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The address of a tarball below `base` up to the version, as the beginning of
/// a JSON string. Addresses are npm's own: the name, `/-/`, the name without its
/// scope, the version.
pub(super) fn link(name: &str, base: &str) -> String {
    let basename = name.rsplit('/').next().unwrap_or(name);
    let mut link = json(&format!("{base}{name}/-/{basename}-"));
    link.pop();
    link
}

/// Writes a piece of a document; the tarball of `release`, if it lies there, at
/// its [`link`].
pub(super) fn piece(
    output: &mut Vec<u8>,
    document: &[u8],
    range: Range<usize>,
    release: &Release<'_>,
    link: &str,
) {
    match &release.tarball {
        Some(tarball) if range.start <= tarball.start && tarball.end <= range.end => {
            output.extend_from_slice(&document[range.start..tarball.start]);
            output.extend_from_slice(link.as_bytes());
            output.extend_from_slice(release.version.as_bytes());
            output.extend_from_slice(END_OF_LINK.as_bytes());
            output.extend_from_slice(&document[tarball.end..range.end]);
        }
        _ => output.extend_from_slice(&document[range]),
    }
}

impl<'a, 'd> Output<'a, 'd> {
    /// Nothing yet, with tarballs below `base`.
    pub(super) fn new(document: &'a Document<'d>, base: &str) -> Self {
        Self {
            bytes: Vec::new(),
            document,
            link: link(&document.name, base),
        }
    }

    /// Makes room for `size` bytes and for a message.
    pub(super) fn reserve(&mut self, size: usize, message: Option<&str>) {
        let message = message.map_or(0, str::len);
        self.bytes.reserve_exact(size + message + 128);
    }

    /// How many bytes longer pieces get, at most, as their tarballs move.
    pub(super) fn growth(&self, releases: &[Release<'_>]) -> usize {
        let growth = |release: &Release<'_>| {
            let link = self.link.len() + release.version.len() + END_OF_LINK.len();
            let tarball = release.tarball.as_ref();
            tarball.map_or(0, |tarball| link.saturating_sub(tarball.len()))
        };
        releases.iter().map(growth).sum()
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A piece of the document; the tarball of `release`, if it lies there, at
    /// the proxy.
    pub(super) fn piece(&mut self, range: Range<usize>, release: &Release<'_>) {
        let text = self.document.text.as_bytes();
        piece(&mut self.bytes, text, range, release, &self.link);
    }

    /// The tags that are served.
    pub(super) fn tags(&mut self, tags: &[(String, String)]) {
        self.text("{");
        for (at, (tag, version)) in tags.iter().enumerate() {
            self.text(if at == 0 { "" } else { "," });
            self.text(&json(tag));
            self.text(":");
            self.text(&json(version));
        }
        self.text("}");
    }

    /// The restricted versions, each written by `manifest`.
    pub(super) fn restrictions(&mut self, message: &str, manifest: fn(&mut Self, &Release<'_>)) {
        self.text("{\"message\":");
        self.text(&json(message));
        self.text(",\"versions\":{");
        let document = self.document;
        let held = document
            .held(Held::Here)
            .chain(document.held(Held::Upstream));
        for (at, release) in held.enumerate() {
            self.text(if at == 0 { "\"" } else { ",\"" });
            self.text(release.version);
            self.text("\":");
            if release.readable {
                manifest(self, release);
            } else {
                self.stub(release.version);
            }
        }
        self.text("}}");
    }

    /// In the place of a manifest that cannot be understood. npm takes for
    /// restricted what has the `version` of a restricted manifest, so that one
    /// field must be right.
    fn stub(&mut self, version: &str) {
        self.text("{\"name\":");
        self.text(&json(&self.document.name));
        self.text(",\"version\":\"");
        self.text(version);
        self.text("\"}");
    }
}
