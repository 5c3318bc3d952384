//! The index that is proxied: files that nginx serves, laid out as an index.

use crate::bench::made::{digest, noise, sha256};
use crate::bench::race::nginx;
use crate::running::{Running, empty, free_port};
use serde_json::{Value, json};
use std::path::Path;

/// Projects whose pages are measured, by the number of their files: about what
/// requests has, and what the projects with the most wheels have.
pub(super) const PAGES: [(&str, usize); 2] = [("page-300", 300), ("page-4000", 4000)];
/// Projects of one file, by its size.
pub(super) const FILES: [(&str, usize); 2] = [("file-56kb", 56_000), ("file-5mb", 5_000_000)];

/// An index that runs.
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
        let all = PAGES.iter().chain(&FILES);
        let projects: Vec<Value> = all.map(|(name, _)| json!({ "name": name })).collect();
        let list = json!({ "meta": { "api-version": "1.4" }, "projects": projects });
        keep(place, "", &list)?;
        for (name, count) in PAGES {
            let files = (0..count).map(|at| entry(name, at, &root, &digest(at), 56_000));
            let files: Vec<Value> = files.collect();
            keep(place, name, &page(name, &files))?;
        }
        for (name, size) in FILES {
            let file = entry(name, 0, &root, &"0".repeat(64), size);
            let folder = place.join("www/files").join(name);
            std::fs::create_dir_all(&folder)?;
            let path = folder.join(file["filename"].as_str().unwrap_or_default());
            std::fs::write(&path, noise(size))?;
            let file = entry(name, 0, &root, &sha256(&path)?, size);
            keep(place, name, &page(name, &[file]))?;
        }
        let running = nginx(place, port, LOCATIONS)?;
        Ok(Self {
            root,
            _running: running,
        })
    }
}

fn keep(place: &Path, name: &str, page: &Value) -> anyhow::Result<()> {
    let folder = place.join("www/simple").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join("index.json"), page.to_string())?)
}

fn page(name: &str, files: &[Value]) -> Value {
    let versions: Vec<String> = (0..files.len()).map(|at| format!("1.{at}.0")).collect();
    json!({
        "meta": { "api-version": "1.4" }, "name": name, "versions": versions, "files": files,
    })
}

fn entry(name: &str, at: usize, root: &str, sha256: &str, size: usize) -> Value {
    let file = format!("{}-1.{at}.0-py3-none-any.whl", name.replace('-', "_"));
    let (year, month, day) = (2015 + at / 400, 1 + at / 33 % 12, 1 + at % 28);
    json!({
        "filename": file,
        "url": format!("{root}/files/{name}/{file}"),
        "hashes": { "sha256": sha256 },
        "requires-python": ">=3.9",
        "size": size,
        "upload-time": format!("{year}-{month:02}-{day:02}T10:00:00.000000Z"),
        "yanked": false,
        "core-metadata": { "sha256": sha256 },
        "data-dist-info-metadata": { "sha256": sha256 },
        "provenance": null,
    })
}

const LOCATIONS: &str = "
    location /simple/ { index index.json; types {} default_type application/vnd.pypi.simple.v1+json; }
    location /files/ { types {} default_type application/octet-stream; }";
