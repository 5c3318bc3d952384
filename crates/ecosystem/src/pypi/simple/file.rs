//! A file of a page.

use crate::pypi::name::{self, FileKind};
use serde_json::{Map, Value};
use tenure_domain::Time;
use url::Url;

/// Longer addresses than servers accept lead nowhere.
const MAX_ADDRESS: usize = 8 * 1024;
/// More algorithms than there are.
const MAX_HASHES: usize = 16;

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Its name, fit to be the last part of a path.
    pub name: Box<str>,
    /// Where the registry has it: absolute, `http` or `https`, without a
    /// fragment.
    pub url: Url,
    /// Which release it is of; `None` where its name does not tell beyond
    /// doubt, or where the page has two files of this name.
    pub released: Option<Released>,
    /// Its digests.
    pub hashes: Hashes,
    /// The Pythons that it is for, as specifiers.
    pub requires_python: Option<Box<str>>,
    /// Why its publishers withdrew it, where they did; it may be empty.
    pub yanked: Option<Box<str>>,
    /// Whether its metadata can be fetched on its own (PEP 658, 714).
    pub metadata: Option<Metadata>,
    /// Whether a PGP signature lies beside it.
    pub gpg_sig: Option<bool>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// When it was uploaded, as the page writes it.
    pub uploaded: Option<Box<str>>,
    /// Where its attestations are (PEP 740).
    pub provenance: Option<Url>,
    /// What else the page says of it (JSON only).
    pub rest: Map<String, Value>,
    pub(super) is_ambiguous: bool,
}

/// The release that a file is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The version; the same text for all files of one release.
    pub version: Box<str>,
    /// What kind of file it is.
    pub kind: FileKind,
}

/// Whether a file's metadata can be fetched on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// It can.
    Offered,
    /// It can, and has these digests.
    Hashed(Hashes),
}

/// Digests by algorithm, both in lower case, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashes(Vec<(Box<str>, Box<str>)>);

impl File {
    /// A file of which only name and address are known. `None` if either is
    /// unusable.
    pub(in crate::pypi) fn new(name: &str, url: Url) -> Option<Self> {
        let mut url = is_web(&url).then_some(url)?;
        url.set_fragment(None);
        name::is_usable(name).then(|| Self {
            name: name.into(),
            url,
            released: None,
            hashes: Hashes::default(),
            requires_python: None,
            yanked: None,
            metadata: None,
            gpg_sig: None,
            size: None,
            uploaded: None,
            provenance: None,
            rest: Map::new(),
            is_ambiguous: false,
        })
    }

    /// Whether the page has another file of this name: nobody can tell which of
    /// them a client gets.
    pub fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// When it was uploaded.
    pub fn uploaded_at(&self) -> Option<Time> {
        self.uploaded.as_deref()?.parse().ok()
    }
}

impl Hashes {
    /// Keeps a digest, unless it is none, or its algorithm has one.
    pub(in crate::pypi) fn add(&mut self, algorithm: &str, digest: &str) {
        let is_name = !algorithm.is_empty()
            && algorithm.len() <= 32
            && algorithm
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let is_hex =
            (1..=256).contains(&digest.len()) && digest.bytes().all(|b| b.is_ascii_hexdigit());
        let algorithm = algorithm.to_ascii_lowercase();
        if !is_name || !is_hex || self.get(&algorithm).is_some() || self.0.len() >= MAX_HASHES {
            return;
        }
        self.0
            .push((algorithm.into(), digest.to_ascii_lowercase().into()));
        self.0.sort_unstable();
    }

    /// Keeps the digest in `sha256=...`.
    pub(super) fn add_pair(&mut self, pair: &str) {
        if let Some((algorithm, digest)) = pair.split_once('=') {
            self.add(algorithm, digest);
        }
    }

    /// The digest of an algorithm, in lower-case hex.
    pub fn get(&self, algorithm: &str) -> Option<&str> {
        let mut all = self.iter();
        all.find_map(|(name, digest)| (name == algorithm).then_some(digest))
    }

    /// All of them, as algorithm and digest.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, digest)| (&**name, &**digest))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one that the form in HTML has room for: the strongest.
    pub(in crate::pypi) fn best(&self) -> Option<(&str, &str)> {
        let sha256 = self.get("sha256").map(|digest| ("sha256", digest));
        let strongest = || self.iter().max_by_key(|(_, digest)| digest.len());
        sha256.or_else(strongest)
    }
}

/// An absolute address of the web, from one that may be relative.
pub(super) fn address(base: &Url, text: &str) -> Option<Url> {
    if text.len() > MAX_ADDRESS {
        return None;
    }
    base.join(text).ok().filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.as_str().len() <= 2 * MAX_ADDRESS
}

/// The text on one line: line breaks and control characters become spaces, and
/// several of those one.
pub(in crate::pypi) fn one_line(text: &str) -> Box<str> {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").into()
}
