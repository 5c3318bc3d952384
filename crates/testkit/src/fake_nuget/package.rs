//! Packages, and what a feed says of them in its several places.

use super::signature::Signer;
use crate::site::Document;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A package, with no more than a test says.
#[derive(Clone, Debug)]
pub struct NugetPackage {
    pub(super) id: String,
    releases: Vec<Release>,
    owners: Vec<String>,
    downloads: u64,
    page_size: usize,
}

#[derive(Clone, Debug)]
struct Release {
    version: String,
    published: String,
    owners: Vec<String>,
    needs: Vec<(String, String)>,
    is_forged: bool,
    is_by_author: bool,
    is_tampered: bool,
}

impl NugetPackage {
    /// A package without versions.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            releases: Vec::new(),
            owners: Vec::new(),
            downloads: 0,
            page_size: usize::MAX,
        }
    }

    /// A version, published at a moment such as `2018-09-05T10:00:00Z`, with
    /// the owners that the registry signs for it.
    #[must_use]
    pub fn release(mut self, version: &str, published: &str, owners: &[&str]) -> Self {
        self.releases.push(Release {
            version: version.to_owned(),
            published: published.to_owned(),
            owners: owners.iter().map(|&owner| owner.to_owned()).collect(),
            needs: Vec::new(),
            is_forged: false,
            is_by_author: false,
            is_tampered: false,
        });
        self
    }

    /// The last version needs a package.
    ///
    /// # Panics
    /// When there is no version.
    #[must_use]
    pub fn depends_on(mut self, id: &str, range: &str) -> Self {
        let last = self.releases.last_mut().expect("a version");
        last.needs.push((id.to_owned(), range.to_owned()));
        self
    }

    /// The last version is signed by somebody else than the registry, who says
    /// that it is one.
    ///
    /// # Panics
    /// When there is no version.
    #[must_use]
    pub fn forged(mut self) -> Self {
        self.releases.last_mut().expect("a version").is_forged = true;
        self
    }

    /// The last version is signed by its author, and by no registry.
    ///
    /// # Panics
    /// When there is no version.
    #[must_use]
    pub fn by_author(mut self) -> Self {
        self.releases.last_mut().expect("a version").is_by_author = true;
        self
    }

    /// The last version was changed after it was signed.
    ///
    /// # Panics
    /// When there is no version.
    #[must_use]
    pub fn tampered(mut self) -> Self {
        self.releases.last_mut().expect("a version").is_tampered = true;
        self
    }

    /// Who owns it now.
    #[must_use]
    pub fn owners(mut self, owners: &[&str]) -> Self {
        self.owners = owners.iter().map(|&owner| owner.to_owned()).collect();
        self
    }

    /// How often it was downloaded.
    #[must_use]
    pub fn downloads(mut self, downloads: u64) -> Self {
        self.downloads = downloads;
        self
    }

    /// Its registration has pages of their own with so many versions each.
    #[must_use]
    pub fn in_pages_of(mut self, size: usize) -> Self {
        self.page_size = size;
        self
    }

    fn lower(&self) -> String {
        self.id.to_lowercase()
    }

    pub(super) fn documents(&self, root: &str) -> Vec<(String, Document)> {
        let id = self.lower();
        let versions: Vec<String> = self.releases.iter().map(Release::lower).collect();
        let list = json!({ "versions": versions });
        let mut all = vec![of_json(format!("/v3/flat/{id}/index.json"), &list)];
        let mut items = Vec::new();
        for releases in self.releases.chunks(self.page_size.min(1000)) {
            let mut page = self.page(root, releases);
            if self.page_size < self.releases.len() {
                let (from, to) = (page["lower"].clone(), page["upper"].clone());
                let (from, to) = (from.as_str().unwrap_or(""), to.as_str().unwrap_or(""));
                let path = format!("/v3/registration/{id}/page/{from}/{to}.json");
                page["@id"] = format!("{root}{path}").into();
                all.push(of_json(path, &page));
                if let Some(page) = page.as_object_mut() {
                    page.remove("items");
                }
            }
            items.push(page);
        }
        let index = json!({ "count": items.len(), "items": items });
        all.push(of_json(format!("/v3/registration/{id}/index.json"), &index));
        for release in &self.releases {
            let (version, nuspec) = (release.lower(), self.nuspec(release));
            let below = format!("/v3/flat/{id}/{version}");
            let package = of_bytes(self.package(root, release, &nuspec));
            all.push((format!("{below}/{id}.{version}.nupkg"), package));
            let nuspec = of_bytes(nuspec.into_bytes());
            all.push((format!("{below}/{id}.nuspec"), nuspec));
        }
        all
    }

    /// Its entry in an answer of search.
    pub(super) fn found(&self, root: &str) -> Value {
        let id = self.lower();
        let versions = self.releases.iter().map(|release| {
            let leaf = format!("{root}/v3/registration/{id}/{}.json", release.lower());
            json!({ "@id": leaf, "version": release.version, "downloads": 1 })
        });
        let versions: Vec<Value> = versions.collect();
        json!({
            "id": self.id,
            "version": self.releases.last().map(|release| &release.version),
            "description": "made for a test",
            "owners": self.owners,
            "totalDownloads": self.downloads,
            "verified": false,
            "versions": versions,
        })
    }

    fn page(&self, root: &str, releases: &[Release]) -> Value {
        let id = self.lower();
        let items = releases.iter().map(|release| {
            let version = release.lower();
            let content = format!("{root}/v3/flat/{id}/{version}/{id}.{version}.nupkg");
            let needs = release.needs.iter();
            let needs = needs.map(|(id, range)| json!({ "id": id, "range": range }));
            let needs: Vec<Value> = needs.collect();
            json!({
                "@id": format!("{root}/v3/registration/{id}/{version}.json"),
                "packageContent": content,
                "catalogEntry": {
                    "id": self.id,
                    "version": release.version,
                    "listed": true,
                    "published": release.published,
                    "dependencyGroups": [{ "dependencies": needs }],
                    "packageContent": content,
                },
            })
        });
        let items: Vec<Value> = items.collect();
        let bound = |release: Option<&Release>| release.map(Release::lower);
        json!({
            "count": items.len(),
            "lower": bound(releases.first()),
            "upper": bound(releases.last()),
            "items": items,
        })
    }

    fn nuspec(&self, release: &Release) -> String {
        let mut needs = String::new();
        for (id, range) in &release.needs {
            let line = format!("      <dependency id=\"{id}\" version=\"{range}\" />\n");
            needs.write_str(&line).expect("text can be written");
        }
        format!(
            "<?xml version=\"1.0\"?>\n<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\">\n  <metadata>\n    <id>{}</id>\n    <version>{}</version>\n    <authors>test</authors>\n    <description>made for a test</description>\n    <dependencies>\n{needs}    </dependencies>\n  </metadata>\n</package>\n",
            self.id, release.version
        )
    }

    fn package(&self, root: &str, release: &Release, nuspec: &str) -> Vec<u8> {
        let text = format!("{} {}\n", self.id, release.version);
        let files = [
            (format!("{}.nuspec", self.id), nuspec.as_bytes().to_vec()),
            ("content/readme.txt".to_owned(), text.into_bytes()),
        ];
        let signer = if release.is_forged {
            Signer::of_somebody()
        } else {
            Signer::of_registry()
        };
        let service = format!("{root}/v3/index.json");
        let received = (!release.is_by_author).then_some((&*service, &*release.owners));
        let mut package = signer.signed(&files, received);
        if release.is_tampered {
            let at = package
                .windows(13)
                .position(|bytes| bytes == b"made for a te");
            package[at.expect("a description")] = b'M';
        }
        package
    }
}

impl Release {
    fn lower(&self) -> String {
        self.version.to_lowercase()
    }
}

pub(super) fn of_json(path: String, json: &Value) -> (String, Document) {
    let document = Document {
        kind: "application/json",
        bytes: json.to_string().into_bytes(),
    };
    (path, document)
}

fn of_bytes(bytes: Vec<u8>) -> Document {
    let kind = "application/octet-stream";
    Document { kind, bytes }
}
