//! A project, and the documents that an index has of it.

use super::wheel::wheel;
use super::{Document, JSON_PAGE};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A project of a [`FakePypi`](super::FakePypi).
#[derive(Clone, Debug)]
pub struct PypiProject {
    name: String,
    uploads: Vec<Upload>,
    /// Absent where the index does not say who owns it.
    owners: Option<Vec<String>>,
    /// Where its files lie, if not at the index.
    files_at: Option<String>,
    status: Option<String>,
}

#[derive(Clone, Debug)]
struct Upload {
    version: String,
    at: String,
    /// The repository whose workflow attested it.
    attested_by: Option<String>,
    needs: Vec<String>,
    yanked: Option<String>,
    padding: usize,
}

impl PypiProject {
    /// A project without a release; `name` in its normal form.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            uploads: Vec::new(),
            owners: None,
            files_at: None,
            status: None,
        }
    }

    /// With a release, uploaded at a time such as `2020-01-01T00:00:00Z`.
    #[must_use]
    pub fn release(self, version: &str, at: &str) -> Self {
        self.with(version, at, None)
    }

    /// With a release that the workflow `release.yml` of a repository attested.
    #[must_use]
    pub fn attested(self, version: &str, at: &str, repository: &str) -> Self {
        self.with(version, at, Some(repository.to_owned()))
    }

    fn with(mut self, version: &str, at: &str, attested_by: Option<String>) -> Self {
        self.uploads.push(Upload {
            version: version.to_owned(),
            at: at.to_owned(),
            attested_by,
            needs: Vec::new(),
            yanked: None,
            padding: 0,
        });
        self
    }

    /// The last release needs something, such as `river>=2.1`.
    #[must_use]
    pub fn needs(self, requirement: &str) -> Self {
        self.last(|upload| upload.needs.push(requirement.to_owned()))
    }

    /// The last release was yanked.
    #[must_use]
    pub fn yanked(self, reason: &str) -> Self {
        self.last(|upload| upload.yanked = Some(reason.to_owned()))
    }

    /// The file of the last release is larger by so many bytes.
    #[must_use]
    pub fn padded(self, bytes: usize) -> Self {
        self.last(|upload| upload.padding = bytes)
    }

    fn last(mut self, change: impl FnOnce(&mut Upload)) -> Self {
        change(self.uploads.last_mut().expect("a release before"));
        self
    }

    /// Owned by these accounts.
    #[must_use]
    pub fn owners(mut self, logins: &[&str]) -> Self {
        self.owners = Some(logins.iter().map(|login| (*login).to_owned()).collect());
        self
    }

    /// Its page says that its files are in another folder, such as
    /// `http://localhost:1/files`.
    #[must_use]
    pub fn files_at(mut self, folder: &str) -> Self {
        self.files_at = Some(folder.to_owned());
        self
    }

    /// Its status, such as `archived` (PEP 792).
    #[must_use]
    pub fn status(mut self, marker: &str) -> Self {
        self.status = Some(marker.to_owned());
        self
    }

    /// The documents, by their path.
    pub(super) fn documents(&self, root: &str) -> Vec<(String, Document)> {
        let mut all = vec![
            of_json(
                format!("/simple/{}/", self.name),
                JSON_PAGE,
                &self.page(root),
            ),
            of_json(
                format!("/pypi/{}/json", self.name),
                "application/json",
                &self.project(root),
            ),
        ];
        for upload in &self.uploads {
            let path = format!("/files/{}/{}", self.name, self.file(upload));
            let metadata = self.metadata(upload).into_bytes();
            all.push(of_bytes(format!("{path}.metadata"), metadata));
            all.push(of_bytes(path, self.wheel(upload)));
            if let Some(repository) = &upload.attested_by {
                let publisher = json!({
                    "kind": "GitHub", "repository": repository, "workflow": "release.yml",
                });
                let bundle = json!({"publisher": publisher, "attestations": []});
                let provenance = json!({"version": 1, "attestation_bundles": [bundle]});
                let path = self.provenance_path(upload);
                all.push(of_json(path, "application/json", &provenance));
            }
        }
        all
    }

    fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    fn file(&self, upload: &Upload) -> String {
        format!("{}-{}-py3-none-any.whl", self.module(), upload.version)
    }

    fn metadata(&self, upload: &Upload) -> String {
        let (name, version) = (&self.name, &upload.version);
        let mut text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        for needed in &upload.needs {
            writeln!(text, "Requires-Dist: {needed}").expect("text can be written");
        }
        text
    }

    fn wheel(&self, upload: &Upload) -> Vec<u8> {
        let metadata = self.metadata(upload);
        wheel(&self.module(), &upload.version, &metadata, upload.padding)
    }

    fn provenance_path(&self, upload: &Upload) -> String {
        let file = self.file(upload);
        format!(
            "/integrity/{}/{}/{file}/provenance",
            self.name, upload.version
        )
    }

    fn page(&self, root: &str) -> Value {
        let here = format!("{root}/files/{}", self.name);
        let folder = self.files_at.as_ref().unwrap_or(&here);
        let files = self.uploads.iter().map(|upload| {
            let (file, wheel) = (self.file(upload), self.wheel(upload));
            let provenance = upload.attested_by.as_ref();
            let provenance = provenance.map(|_| format!("{root}{}", self.provenance_path(upload)));
            let yanked = upload.yanked.as_ref();
            json!({
                "filename": file,
                "url": format!("{folder}/{file}"),
                "hashes": {"sha256": sha256(&wheel)},
                "upload-time": upload.at,
                "size": wheel.len(),
                "requires-python": ">=3.8",
                "core-metadata": {"sha256": sha256(self.metadata(upload).as_bytes())},
                "yanked": yanked.map_or(json!(false), |reason| json!(reason)),
                "provenance": provenance,
            })
        });
        let versions: Vec<&str> = self.uploads.iter().map(|u| u.version.as_str()).collect();
        let mut page = json!({
            "meta": {"api-version": "1.4"},
            "name": self.name,
            "versions": versions,
            "files": files.collect::<Vec<Value>>(),
        });
        if let Some(status) = &self.status {
            page["project-status"] = json!({ "status": status });
        }
        page
    }

    fn project(&self, root: &str) -> Value {
        let urls = self.uploads.last().map(|upload| {
            let file = self.file(upload);
            json!({
                "filename": file,
                "url": format!("{root}/files/{}/{file}", self.name),
                "upload_time_iso_8601": upload.at,
            })
        });
        let mut document = json!({"info": {"name": self.name}, "urls": [urls]});
        if let Some(owners) = &self.owners {
            let role = |login: &String| json!({"role": "Owner", "user": login});
            let roles: Vec<Value> = owners.iter().map(role).collect();
            document["ownership"] = json!({"roles": roles, "organization": null});
        }
        document
    }
}

fn of_json(path: String, kind: &'static str, json: &Value) -> (String, Document) {
    let bytes = json.to_string().into_bytes();
    (path, Document { kind, bytes })
}

fn of_bytes(path: String, bytes: Vec<u8>) -> (String, Document) {
    let kind = "application/octet-stream";
    (path, Document { kind, bytes })
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text can be written");
        text
    })
}
