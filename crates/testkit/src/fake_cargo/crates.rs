//! Crates, and what a registry says of them in its two places.

use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A crate, with no more than a test says.
#[derive(Clone, Debug)]
pub struct Crate {
    pub(super) name: String,
    releases: Vec<CrateRelease>,
    owners: Vec<(u64, String)>,
    recent_downloads: u64,
}

/// A version of a [`Crate`].
#[derive(Clone, Debug)]
pub struct CrateRelease {
    version: String,
    published: Option<String>,
    by: Option<(u64, String)>,
    needs: Vec<(String, String)>,
    yanked: bool,
    padding: usize,
}

impl CrateRelease {
    /// A version of which nothing else is known.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.to_owned(),
            published: None,
            by: None,
            needs: Vec::new(),
            yanked: false,
            padding: 0,
        }
    }

    /// When it was published, such as `2018-09-05T10:00:00Z`.
    #[must_use]
    pub fn at(mut self, moment: &str) -> Self {
        self.published = Some(moment.to_owned());
        self
    }

    /// Who published it, by number and login.
    #[must_use]
    pub fn by(mut self, id: u64, login: &str) -> Self {
        self.by = Some((id, login.to_owned()));
        self
    }

    /// A crate that it needs.
    #[must_use]
    pub fn depends_on(mut self, name: &str, requirement: &str) -> Self {
        self.needs.push((name.to_owned(), requirement.to_owned()));
        self
    }

    /// It was yanked.
    #[must_use]
    pub fn yanked(mut self) -> Self {
        self.yanked = true;
        self
    }

    /// Its file is larger by so many bytes.
    #[must_use]
    pub fn padded(mut self, bytes: usize) -> Self {
        self.padding = bytes;
        self
    }

    /// Its file: small, valid, and the same every time.
    fn file(&self, name: &str) -> Vec<u8> {
        let version = &self.version;
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\n[dependencies]\n"
        );
        for (needed, requirement) in &self.needs {
            writeln!(manifest, "{needed} = \"{requirement}\"").expect("text can be written");
        }
        let gz = GzBuilder::new()
            .mtime(0)
            .write(Vec::new(), Compression::none());
        let mut archive = tar::Builder::new(gz);
        let padding = vec![b' '; self.padding];
        for (path, bytes) in [
            ("Cargo.toml", manifest.as_bytes()),
            ("src/lib.rs", b""),
            ("padding", padding.as_slice()),
        ] {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(0);
            let path = format!("{name}-{version}/{path}");
            let added = archive.append_data(&mut header, path, bytes);
            added.expect("memory can be written");
        }
        let gz = archive.into_inner().expect("memory can be written");
        gz.finish().expect("memory can be written")
    }

    fn line(&self, name: &str) -> String {
        let dependencies = self.needs.iter().map(|(needed, requirement)| {
            json!({
                "name": needed, "req": requirement, "features": [], "optional": false,
                "default_features": true, "target": null, "kind": "normal",
            })
        });
        let mut line = json!({
            "name": name, "vers": self.version, "deps": dependencies.collect::<Value>(),
            "cksum": hex(&Sha256::digest(self.file(name))), "features": {},
            "yanked": self.yanked,
        });
        if let Some(published) = &self.published {
            line["pubtime"] = published.as_str().into();
        }
        line.to_string()
    }

    fn said(&self) -> Value {
        json!({
            "num": self.version, "created_at": self.published, "yanked": self.yanked,
            "published_by": self.by.as_ref().map(person), "trustpub_data": null,
        })
    }
}

impl Crate {
    /// A crate without versions, as its authors write its name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            releases: Vec::new(),
            owners: Vec::new(),
            recent_downloads: 0,
        }
    }

    /// Adds a version.
    #[must_use]
    pub fn release(mut self, release: CrateRelease) -> Self {
        self.releases.push(release);
        self
    }

    /// Adds an owner, by number and login.
    #[must_use]
    pub fn owner(mut self, id: u64, login: &str) -> Self {
        self.owners.push((id, login.to_owned()));
        self
    }

    /// Downloads within the last 90 days.
    #[must_use]
    pub fn recent_downloads(mut self, downloads: u64) -> Self {
        self.recent_downloads = downloads;
        self
    }

    /// Its file of the index.
    pub(super) fn index(&self) -> String {
        let lines = self.releases.iter();
        lines
            .map(|release| release.line(&self.name) + "\n")
            .collect()
    }

    /// The file of a version.
    pub(super) fn file(&self, version: &str) -> Option<Vec<u8>> {
        let mut releases = self.releases.iter();
        let release = releases.find(|release| release.version == version)?;
        Some(release.file(&self.name))
    }

    /// What the API says of it.
    pub(super) fn about(&self) -> Value {
        json!({
            "crate": { "name": self.name, "recent_downloads": self.recent_downloads },
            "versions": self.said(),
        })
    }

    /// What the API says of its versions, on one page.
    pub(super) fn versions(&self) -> Value {
        json!({ "versions": self.said(), "meta": { "next_page": null } })
    }

    /// The newest first, as the API has them.
    fn said(&self) -> Value {
        self.releases.iter().rev().map(CrateRelease::said).collect()
    }

    pub(super) fn owners(&self) -> Value {
        let owners: Value = self.owners.iter().map(person).collect();
        json!({ "users": owners })
    }
}

fn person((id, login): &(u64, String)) -> Value {
    json!({ "id": id, "login": login, "kind": "user" })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text can be written");
        text
    })
}
