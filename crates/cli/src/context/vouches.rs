//! The vouches that a project takes into account, and who is accepted by them.

use super::identities::Identities;
use super::{PROJECT_FILE, read_bounded, read_if_there};
use anyhow::{Context as _, anyhow};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tenure_ecosystem::identity::record::PLACE;
use tenure_ecosystem::vouch::openpgp::{MAX_KEYRING, armor};
use tenure_ecosystem::vouch::{Heard, Source, key_name};
use tenure_trust::acceptance::{Circle, ProjectFile};

/// What files of vouches are called.
pub(crate) const EXTENSION: &str = "vouch";
/// What files of statements about one's own accounts are called.
pub(crate) const IDENTITY_EXTENSION: &str = "identity";
/// Where `tenure vouch fetch` puts what it gets, below the project.
pub(crate) const FETCHED: &str = "tenure-vouches";
/// The most files of one folder that are read, and how deep they may lie.
const MAX_FILES: usize = 10_000;
const MAX_DEPTH: usize = 4;

/// A file of vouches.
pub(crate) struct VouchFile {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) source: Source,
}

/// Reads a folder of vouches, or a single file. `speaker` is whose word it is
/// where it is not signed.
pub(crate) fn read_files(place: &Path, speaker: Option<&str>) -> anyhow::Result<Vec<VouchFile>> {
    let read = |path: PathBuf| {
        let bytes = read_bounded(&path, MAX_KEYRING)?;
        let source = Source::read(&bytes, speaker);
        Ok(VouchFile { path, source })
    };
    files(place)?.into_iter().map(read).collect()
}

/// The files of a folder of vouches and those below it, in order, or the one of
/// that name.
fn files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let mut paths = Vec::new();
    walk(place, MAX_DEPTH, &mut paths)
        .with_context(|| format!("cannot read the vouches in `{}`", place.display()))?;
    paths.sort();
    Ok(paths)
}

/// Folders whose name begins with a dot are none of anybody's vouches, and links
/// to folders are not followed.
fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if depth > 1 && !name.starts_with('.') {
                walk(&path, depth - 1, paths)?;
            }
        } else if is_source(&name) {
            paths.push(path);
            if paths.len() > MAX_FILES {
                return Err(anyhow!("more than {MAX_FILES} files"));
            }
        }
    }
    Ok(())
}

/// Whether a file of a folder is a source, by its name.
fn is_source(name: &str) -> bool {
    let end = Path::new(name).extension();
    let ends = [EXTENSION, IDENTITY_EXTENSION, "crev", "gpg", "pgp", "asc"];
    end.is_some_and(|end| ends.iter().any(|known| end == *known)) || name == "audits.toml"
}

/// The texts at every source that a project names and that is at hand, by its
/// name. Those that say nothing here are left out. Beside them, the record of
/// when accounts were looked at.
pub(crate) fn texts(
    file: &ProjectFile,
    root: &Path,
) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let circle = Circle::of(file, key_name).context(PROJECT_FILE)?;
    for (place, speaker) in circle.sources() {
        let path = on_disk(&place, root);
        if is_address(&place) && !path.exists() || texts.contains_key(&place) {
            continue;
        }
        let mut here = Vec::new();
        for path in files(&path)? {
            let bytes = read_bounded(&path, MAX_KEYRING)?;
            if Source::read(&bytes, speaker.as_deref()).count() > 0 {
                let text = String::from_utf8(bytes);
                here.push(text.unwrap_or_else(|error| armor(error.as_bytes())));
            }
        }
        texts.insert(place, here);
    }
    let record = read_if_there(&root.join(PLACE))?;
    if let Some(record) = record.filter(|_| !texts.is_empty()) {
        texts.insert(PLACE.to_owned(), vec![record]);
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
    /// Which accounts are a key's.
    pub(crate) identities: Identities,
    /// What could not be taken into account, for people.
    pub(crate) notes: Vec<String>,
}

impl Vouches {
    /// Reads what a project names; nothing where it follows nobody.
    pub(crate) fn load(file: &ProjectFile, root: &Path) -> anyhow::Result<Self> {
        let circle = Circle::of(file, key_name).context(PROJECT_FILE)?;
        let sources = circle.sources();
        let mut vouches = Self {
            circle,
            identities: Identities::of_project(file, root)?,
            notes: Vec::new(),
        };
        let mut heard = Heard::default();
        for (place, speaker) in sources {
            let path = on_disk(&place, root);
            if is_address(&place) && !path.exists() {
                vouches.notes.push(not_at_hand(&place));
                continue;
            }
            let mut unread = 0;
            for file in read_files(&path, speaker.as_deref())? {
                unread += file.source.unread.len();
                vouches.identities.add(&file.source.links, &place);
                heard.add(file.source);
            }
            if unread > 0 {
                vouches.notes.push(format!(
                    "statements passed over in {place}: {unread}; `tenure vouch check {}` says why",
                    path.display()
                ));
            }
        }
        let (given, against) = heard.vouches();
        vouches.circle.hear(&given, against);
        vouches.circle.set_claims(vouches.identities.claims());
        vouches.notes.extend(vouches.identities.notes());
        Ok(vouches)
    }
}

fn not_at_hand(place: &str) -> String {
    format!("the vouches at {place} are not at hand; `tenure vouch fetch` gets them")
}
