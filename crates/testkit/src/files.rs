use std::path::Path;
use tempfile::TempDir;

/// A folder of the test's own with these files, each by its path within it.
///
/// # Panics
/// When it cannot be written.
pub fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_files(folder.path(), files);
    folder
}

/// Writes files, each by its path below `folder`.
///
/// # Panics
/// When they cannot be written.
pub fn write_files(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().expect("a path below the folder");
        std::fs::create_dir_all(parent).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}
