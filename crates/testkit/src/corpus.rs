//! The corpus of real registry answers, which lies beside the checkout and is
//! no part of it.

use flate2::read::GzDecoder;
use std::io::Read;
use std::path::PathBuf;

/// Where the corpus is: the folder in `TENURE_CORPUS`, else `../shared/corpus`
/// beside the workspace. `None`, said on standard error, when there is none.
pub fn folder() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test run names its corpus through the environment"
    )]
    let named = std::env::var_os("TENURE_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus")
    });
    if folder.is_dir() {
        return Some(folder);
    }
    crate::skipped(&format!(
        "no corpus at `{}`; set TENURE_CORPUS to its folder",
        folder.display()
    ));
    None
}

/// Every recorded packument: its file name and its bytes. `None` as for
/// [`folder`].
///
/// # Panics
/// When the archive is there and cannot be read.
pub fn packuments() -> Option<Vec<(String, Vec<u8>)>> {
    documents("npm/packuments.tar.gz")
}

/// Every JSON document of an archive of the corpus: its file name and its
/// bytes. `None` as for [`folder`].
///
/// # Panics
/// When the archive is not there or cannot be read.
pub fn documents(archive: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let path = folder()?.join(archive);
    let packed = std::fs::read(&path);
    let packed = packed.unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
    let mut archive = tar::Archive::new(GzDecoder::new(packed.as_slice()));
    let entries = archive.entries().expect("the corpus is a tar archive");
    let mut all = Vec::new();
    for entry in entries {
        let mut entry = entry.expect("the corpus is whole");
        let path = entry.path().expect("file names are text").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("the corpus is whole");
        if path.extension().is_some_and(|kind| kind == "json") {
            all.push((path.display().to_string(), bytes));
        }
    }
    Some(all)
}
