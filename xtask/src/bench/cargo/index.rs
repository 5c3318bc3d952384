//! The registry that is proxied: files that nginx serves, laid out as a sparse
//! index beside its crates.

use crate::bench::made::{digest, noise, sha256};
use crate::bench::race::nginx;
use crate::running::{Running, empty, free_port};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Crates whose files of the index are measured, by the number of their
/// versions: a usual one, and about what serde has.
pub(super) const CRATES: [(&str, usize); 2] = [("crate-30", 30), ("crate-300", 300)];
/// Crates of one version, by the size of its file in bytes.
pub(super) const FILES: [(&str, usize); 2] = [("file-56kb", 56_000), ("file-5mb", 5_000_000)];
/// The only version of a crate in [`FILES`].
pub(super) const VERSION: &str = "1.0.0";

/// A registry that runs.
#[derive(Debug)]
pub(super) struct Index {
    /// Without a slash at the end.
    pub(super) root: String,
    _running: Running,
}

impl Index {
    pub(super) fn start(place: &Path) -> anyhow::Result<Self> {
        empty(place)?;
        let port = free_port()?;
        let root = format!("http://127.0.0.1:{port}");
        let downloads = format!("{root}/api/v1/crates");
        let config = json!({ "dl": downloads, "api": root });
        keep(place, "index/config.json", config.to_string().as_bytes())?;
        for (name, count) in CRATES {
            let mut lines = String::new();
            for at in 0..count {
                let (version, digest) = (format!("1.{at}.0"), digest(at));
                // Writing into a text cannot fail.
                let _ = writeln!(lines, "{}", line(name, &version, &digest));
            }
            keep(place, &format!("index/{}", path(name)), lines.as_bytes())?;
        }
        for (name, size) in FILES {
            let file = keep(place, &download(name), &noise(size))?;
            let line = format!("{}\n", line(name, VERSION, &sha256(&file)?));
            keep(place, &format!("index/{}", path(name)), line.as_bytes())?;
        }
        let running = nginx(place, port, LOCATIONS)?;
        Ok(Self {
            root,
            _running: running,
        })
    }
}

/// Where the index has a crate whose name has four letters or more.
pub(super) fn path(name: &str) -> String {
    format!("{}/{}/{name}", &name[..2], &name[2..4])
}

/// Where the registry has the file of a crate in [`FILES`].
pub(super) fn download(name: &str) -> String {
    format!("api/v1/crates/{name}/{VERSION}/download")
}

fn keep(place: &Path, path: &str, bytes: &[u8]) -> anyhow::Result<std::path::PathBuf> {
    let file = place.join("www").join(path);
    std::fs::create_dir_all(file.parent().context("a folder")?)?;
    std::fs::write(&file, bytes)?;
    Ok(file)
}

/// A version with as much beside it as usual ones have.
fn line(name: &str, version: &str, digest: &str) -> Value {
    let needed = |name: &str, kind: &str| {
        json!({
            "name": name, "req": "^1.0", "features": [], "optional": kind == "normal",
            "default_features": true, "target": null, "kind": kind,
        })
    };
    json!({
        "name": name, "vers": version, "cksum": digest, "yanked": false,
        "deps": [needed("river-derive", "normal"), needed("river-test", "dev")],
        "features": { "default": ["std"], "derive": ["river-derive"], "std": [], "alloc": [] },
        "rust_version": "1.70", "pubtime": "2025-01-03T07:15:00Z",
    })
}

const LOCATIONS: &str = "types {} default_type text/plain;";
