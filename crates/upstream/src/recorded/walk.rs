use super::RecordedError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// More files than a recording of all packages of a large lockfile has.
const MAX_FILES: usize = 200_000;
/// Deeper than anybody sorts documents.
const MAX_DEPTH: usize = 16;

/// All files below `folder`, sorted, so that the same folder gives the same
/// result everywhere. Links to folders are not followed: they may lead round
/// in circles.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, RecordedError> {
    let mut found = Vec::new();
    if folder.is_file() {
        found.push(folder.to_owned());
        return Ok(found);
    }
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|why| unreadable(&folder, why))? {
            let entry = entry.map_err(|why| unreadable(&folder, why))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(|why| unreadable(&path, why))?;
            if kind.is_dir() {
                if depth < MAX_DEPTH && !is_left_out(&path) {
                    open.push((path, depth + 1));
                }
            } else if path.is_file() {
                found.push(path);
            }
        }
        if found.len() > MAX_FILES {
            return Err(RecordedError::TooMany {
                folder,
                limit: MAX_FILES,
            });
        }
    }
    found.sort();
    Ok(found)
}

fn is_left_out(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(b".") || name == b"node_modules"
}

pub(super) fn unreadable(path: &Path, why: io::Error) -> RecordedError {
    RecordedError::Unreadable {
        path: path.to_owned(),
        why,
    }
}
