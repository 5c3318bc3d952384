//! A project, and the documents that an index has of it.

use serde_json::{Value, json};

/// A project of a [`FakePypi`](super::FakePypi).
#[derive(Clone, Debug)]
pub struct PypiProject {
    name: String,
    uploads: Vec<Upload>,
    /// Absent where the index does not say who owns it.
    owners: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
struct Upload {
    version: String,
    at: String,
    /// The repository whose workflow attested it.
    attested_by: Option<String>,
}

impl PypiProject {
    /// A project without a release; `name` in its normal form.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            uploads: Vec::new(),
            owners: None,
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
        });
        self
    }

    /// Owned by these accounts.
    #[must_use]
    pub fn owners(mut self, logins: &[&str]) -> Self {
        self.owners = Some(logins.iter().map(|login| (*login).to_owned()).collect());
        self
    }

    /// The documents, by their path.
    pub(super) fn documents(&self, root: &str) -> Vec<(String, Value)> {
        let mut all = vec![
            (format!("/simple/{}/", self.name), self.page(root)),
            (format!("/pypi/{}/json", self.name), self.project(root)),
        ];
        for upload in &self.uploads {
            let Some(repository) = &upload.attested_by else {
                continue;
            };
            let publisher = json!({
                "kind": "GitHub", "repository": repository, "workflow": "release.yml",
            });
            let bundle = json!({"publisher": publisher, "attestations": []});
            let provenance = json!({"version": 1, "attestation_bundles": [bundle]});
            all.push((self.provenance_path(upload), provenance));
        }
        all
    }

    fn file(&self, upload: &Upload) -> String {
        let name = self.name.replace('-', "_");
        format!("{name}-{}-py3-none-any.whl", upload.version)
    }

    fn provenance_path(&self, upload: &Upload) -> String {
        let file = self.file(upload);
        format!(
            "/integrity/{}/{}/{file}/provenance",
            self.name, upload.version
        )
    }

    fn page(&self, root: &str) -> Value {
        let files = self.uploads.iter().map(|upload| {
            let file = self.file(upload);
            let provenance = upload.attested_by.as_ref();
            let provenance = provenance.map(|_| format!("{root}{}", self.provenance_path(upload)));
            json!({
                "filename": file,
                "url": format!("{root}/files/{file}"),
                "hashes": {"sha256": "00".repeat(32)},
                "upload-time": upload.at,
                "size": 1,
                "yanked": false,
                "provenance": provenance,
            })
        });
        let versions: Vec<&str> = self.uploads.iter().map(|u| u.version.as_str()).collect();
        json!({
            "meta": {"api-version": "1.4"},
            "name": self.name,
            "versions": versions,
            "files": files.collect::<Vec<Value>>(),
        })
    }

    fn project(&self, root: &str) -> Value {
        let urls = self.uploads.last().map(|upload| {
            let file = self.file(upload);
            json!({
                "filename": file,
                "url": format!("{root}/files/{file}"),
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
