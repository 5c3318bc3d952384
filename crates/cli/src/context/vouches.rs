//! The vouches that a project takes into account, and who is accepted by them.

use super::{PROJECT_FILE, read_bounded};
use anyhow::{Context as _, anyhow};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tenure_ecosystem::vouch::{MAX_BYTES, Signed, Unread, given, key_name, read_all};
use tenure_trust::acceptance::{Circle, ProjectFile};

/// What files of vouches are called.
pub(crate) const EXTENSION: &str = "vouch";
/// Where `tenure vouch fetch` puts what it gets, below the project.
pub(crate) const FETCHED: &str = "tenure-vouches";
/// The most files of one folder that are read.
const MAX_FILES: usize = 10_000;

/// A file of vouches.
pub(crate) struct VouchFile {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Statements with a good signature.
    pub(crate) signed: Vec<Signed>,
    /// The others.
    pub(crate) unread: Vec<Unread>,
}

/// Reads a folder of vouches, or a single file.
pub(crate) fn read_files(place: &Path) -> anyhow::Result<Vec<VouchFile>> {
    let read = |path: PathBuf| {
        let bytes = read_bounded(&path, MAX_BYTES)?;
        let (signed, unread) = read_all(&bytes);
        Ok(VouchFile {
            path,
            signed,
            unread,
        })
    };
    files(place)?.into_iter().map(read).collect()
}

/// The files of a folder of vouches, in order, or the one of that name.
fn files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read the vouches in `{}`", place.display());
    let mut paths = vec![place.to_owned()];
    if place.is_dir() {
        paths.clear();
        for entry in place.read_dir().with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            if path.extension().is_some_and(|end| end == EXTENSION) {
                paths.push(path);
            }
        }
        paths.sort();
        if paths.len() > MAX_FILES {
            return Err(anyhow!("more than {MAX_FILES} files").context(cannot()));
        }
    }
    Ok(paths)
}

/// The text of every source that a project names and that is at hand, by its
/// name: a folder's files one after another.
pub(crate) fn texts(file: &ProjectFile, root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for place in file.sources() {
        let path = on_disk(place, root);
        if is_address(place) && !path.exists() {
            continue;
        }
        let text: &mut String = texts.entry(place.to_owned()).or_default();
        text.clear();
        for path in files(&path)? {
            let bytes = read_bounded(&path, MAX_BYTES)?;
            let Ok(file) = String::from_utf8(bytes) else {
                // It says nothing here, either.
                continue;
            };
            text.push_str(&file);
            text.push('\n');
        }
    }
    Ok(texts)
}

/// Whether a place is an address rather than a folder or a file.
pub(crate) fn is_address(place: &str) -> bool {
    place.starts_with("https://") || place.starts_with("http://")
}

/// Where a place of a `tenure.toml` lies on this machine: what was fetched, for
/// an address. The name of its file says which address it is of.
pub(crate) fn on_disk(place: &str, root: &Path) -> PathBuf {
    if !is_address(place) {
        return root.join(place);
    }
    let digest = tenure_ecosystem::digest::address_digest(place);
    root.join(FETCHED)
        .join(format!("{digest:016x}.{EXTENSION}"))
}

/// All vouches that a project takes into account.
#[derive(Default)]
pub(crate) struct Vouches {
    /// Who is accepted by them.
    pub(crate) circle: Circle,
    /// What could not be taken into account, for people.
    pub(crate) notes: Vec<String>,
}

impl Vouches {
    /// Reads what a project names; nothing where it follows nobody.
    pub(crate) fn load(file: &ProjectFile, root: &Path) -> anyhow::Result<Self> {
        let circle = Circle::of(file, key_name).context(PROJECT_FILE)?;
        let mut vouches = Self {
            circle,
            notes: Vec::new(),
        };
        let mut signed = Vec::new();
        for place in file.sources() {
            let path = on_disk(place, root);
            if is_address(place) && !path.exists() {
                vouches.notes.push(not_at_hand(place));
                continue;
            }
            let mut unread = 0;
            for file in read_files(&path)? {
                unread += file.unread.len();
                signed.extend(file.signed);
            }
            if unread > 0 {
                vouches.notes.push(format!(
                    "statements passed over in {place}: {unread}; `tenure vouch check {}` says why",
                    path.display()
                ));
            }
        }
        for given in given(&signed) {
            vouches.circle.add(&given);
        }
        Ok(vouches)
    }
}

fn not_at_hand(place: &str) -> String {
    format!("the vouches at {place} are not at hand; `tenure vouch fetch` gets them")
}
