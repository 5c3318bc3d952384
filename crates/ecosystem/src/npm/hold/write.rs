//! Pieces that both forms of a document are written from.

use super::document::Document;
use super::release::Release;
use std::ops::Range;

/// Where the proxy serves tarballs.
pub(super) struct Links {
    /// The address up to the version, as the beginning of a string.
    prefix: String,
}

impl Links {
    /// npm's own form: `base`, the name, `/-/`, the name without its scope, the
    /// version.
    pub(super) fn new(base: &str, name: &str) -> Self {
        let basename = name.rsplit('/').next().unwrap_or(name);
        let mut prefix = json(&format!("{base}{name}/-/{basename}-"));
        prefix.pop();
        Self { prefix }
    }

    /// The longest that the address of a tarball adds to a document.
    pub(super) fn len(&self) -> usize {
        self.prefix.len() + ".tgz\"".len()
    }

    fn write(&self, out: &mut Vec<u8>, version: &str) {
        out.extend_from_slice(self.prefix.as_bytes());
        out.extend_from_slice(version.as_bytes());
        out.extend_from_slice(b".tgz\"");
    }
}

/// A text as JSON writes it.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What is written, from pieces of a document and what replaces others.
pub(super) struct Output<'a, 'd> {
    pub(super) bytes: Vec<u8>,
    pub(super) document: &'a Document<'d>,
    links: Links,
}

impl<'a, 'd> Output<'a, 'd> {
    pub(super) fn new(document: &'a Document<'d>, base: &str, message: Option<&str>) -> Self {
        let links = Links::new(base, &document.name);
        let more = document.releases.len() * links.len() + message.map_or(0, str::len) + 128;
        Self {
            bytes: Vec::with_capacity(document.text.len() + more),
            document,
            links,
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A piece of the document; the tarball of `release`, if it lies there, at
    /// the proxy.
    pub(super) fn piece(&mut self, range: Range<usize>, release: &Release<'_>) {
        let text = self.document.text;
        match &release.tarball {
            Some(tarball) if range.start <= tarball.start && tarball.end <= range.end => {
                self.text(&text[range.start..tarball.start]);
                self.links.write(&mut self.bytes, release.version);
                self.text(&text[tarball.end..range.end]);
            }
            _ => self.text(&text[range]),
        }
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
        for (at, release) in document.restricted().enumerate() {
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
