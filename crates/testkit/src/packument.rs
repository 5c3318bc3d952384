use serde_json::{Map, Value, json};
use std::io;
use std::path::{Path, PathBuf};

/// Writes a packument as npm's registry would, with no more than a test says.
///
/// ```
/// use tenure_testkit::{Packument, Release};
///
/// let document = Packument::new("left-pad")
///     .release(Release::new("1.0.0").at("2014-03-14T10:00:00Z").by("azer"))
///     .release(Release::new("1.1.0").at("2016-03-23T10:00:00Z").by("stevemao"))
///     .to_json();
/// assert_eq!(document["dist-tags"]["latest"], "1.1.0");
/// ```
#[derive(Clone, Debug)]
pub struct Packument {
    name: String,
    releases: Vec<Release>,
    removed: Vec<(String, String)>,
    owners: Option<Vec<String>>,
    latest: Option<String>,
    modified: Option<String>,
}

/// A release of a [`Packument`].
#[derive(Clone, Debug)]
pub struct Release {
    version: String,
    published: Option<String>,
    fields: Map<String, Value>,
    dist: Map<String, Value>,
}

impl Packument {
    /// A package without releases.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            releases: Vec::new(),
            removed: Vec::new(),
            owners: None,
            latest: None,
            modified: None,
        }
    }

    /// Adds a release; the last one is `latest` unless it is said otherwise.
    #[must_use]
    pub fn release(mut self, release: Release) -> Self {
        self.releases.push(release);
        self
    }

    /// A version that was published then and is gone.
    #[must_use]
    pub fn removed(mut self, version: &str, published: &str) -> Self {
        self.removed
            .push((version.to_owned(), published.to_owned()));
        self
    }

    /// Who owns the package now; without this, the last release's owners.
    #[must_use]
    pub fn owners(mut self, logins: &[&str]) -> Self {
        self.owners = Some(logins.iter().map(|&login| login.to_owned()).collect());
        self
    }

    /// Which version `latest` points at.
    #[must_use]
    pub fn latest(mut self, version: &str) -> Self {
        self.latest = Some(version.to_owned());
        self
    }

    /// When the document was last changed; without this, when the last release
    /// was published.
    #[must_use]
    pub fn modified(mut self, moment: &str) -> Self {
        self.modified = Some(moment.to_owned());
        self
    }

    /// The document.
    pub fn to_json(&self) -> Value {
        let last = self.releases.last();
        let latest = self
            .latest
            .clone()
            .or_else(|| last.map(|r| r.version.clone()));
        let owners = match (&self.owners, last) {
            (Some(logins), _) => Some(people(logins)),
            (None, last) => last.and_then(|last| last.fields.get("maintainers").cloned()),
        };
        let versions: Map<String, Value> = self
            .releases
            .iter()
            .map(|release| (release.version.clone(), release.manifest(&self.name)))
            .collect();
        let mut document = json!({
            "_id": self.name,
            "name": self.name,
            "dist-tags": latest.map_or_else(|| json!({}), |latest| json!({ "latest": latest })),
            "time": self.time(),
            "versions": versions,
        });
        if let Some(owners) = owners {
            document["maintainers"] = owners;
        }
        document
    }

    fn time(&self) -> Map<String, Value> {
        let releases = self.releases.iter().filter_map(|release| {
            let published = release.published.as_ref()?;
            Some((release.version.clone(), published.clone()))
        });
        let dates: Vec<(String, String)> = releases.chain(self.removed.iter().cloned()).collect();
        // Moments are written alike, so their order is that of the texts.
        let first = dates.iter().map(|(_, published)| published.clone()).min();
        let last = dates.iter().map(|(_, published)| published.clone()).max();
        let ends = [
            ("created", first),
            ("modified", self.modified.clone().or(last)),
        ];
        let ends = ends
            .into_iter()
            .filter_map(|(name, moment)| Some((name.to_owned(), moment?)));
        ends.chain(dates)
            .map(|(key, moment)| (key, moment.into()))
            .collect()
    }

    /// Writes the document into `folder`, under a name made from the package's.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<PathBuf> {
        let path = folder.join(format!("{}.json", self.name.replace('/', "__")));
        std::fs::write(&path, self.to_json().to_string())?;
        Ok(path)
    }
}

impl From<Packument> for Value {
    fn from(packument: Packument) -> Self {
        packument.to_json()
    }
}

impl From<&Packument> for Value {
    fn from(packument: &Packument) -> Self {
        packument.to_json()
    }
}

impl Release {
    /// A release of which nothing but the version is known.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.to_owned(),
            published: None,
            fields: Map::new(),
            dist: Map::new(),
        }
    }

    /// When it was published, such as `2018-09-05T05:27:47.000Z`.
    #[must_use]
    pub fn at(mut self, moment: &str) -> Self {
        self.published = Some(moment.to_owned());
        self
    }

    /// Who published it. Unless it is said otherwise, the only owner.
    #[must_use]
    pub fn by(self, login: &str) -> Self {
        let known = self.fields.contains_key("maintainers");
        let release = if known { self } else { self.owners(&[login]) };
        release.with("_npmUser", person(login))
    }

    /// Published by a workflow that npm trusts.
    #[must_use]
    pub fn by_workflow(self, provider: &str, config: &str) -> Self {
        self.with(
            "_npmUser",
            json!({
                "name": "GitHub Actions",
                "email": "npm-oidc-no-reply@github.example",
                "trustedPublisher": { "id": provider, "oidcConfigId": config },
            }),
        )
    }

    /// Who could publish at that moment.
    #[must_use]
    pub fn owners(self, logins: &[&str]) -> Self {
        let logins: Vec<String> = logins.iter().map(|&login| login.to_owned()).collect();
        self.with("maintainers", people(&logins))
    }

    /// Adds a dependency.
    #[must_use]
    pub fn depends_on(mut self, name: &str, range: &str) -> Self {
        let dependencies = self
            .fields
            .entry("dependencies")
            .or_insert_with(|| json!({}));
        dependencies[name] = range.into();
        self
    }

    /// The source repository that it declares.
    #[must_use]
    pub fn repository(self, url: &str) -> Self {
        self.with("repository", json!({ "type": "git", "url": url }))
    }

    /// It runs a script when it is installed.
    #[must_use]
    pub fn install_script(self, script: &str) -> Self {
        self.with("hasInstallScript", true.into())
            .with("scripts", json!({ "install": script }))
    }

    /// Its publishers ask people to move off it.
    #[must_use]
    pub fn deprecated(self, why: &str) -> Self {
        self.with("deprecated", why.into())
    }

    /// An attestation of provenance is listed.
    #[must_use]
    pub fn attested(mut self) -> Self {
        let provenance = json!({ "predicateType": "https://slsa.dev/provenance/v1" });
        self.dist.insert(
            "attestations".to_owned(),
            json!({ "provenance": provenance }),
        );
        self
    }

    /// Its file has this many bytes more, which do not get smaller by
    /// compression.
    #[must_use]
    pub fn padded(self, bytes: u64) -> Self {
        self.with("_padding", bytes.into())
    }

    /// The document says that its file is there, and not where it is.
    #[must_use]
    pub fn file_at(self, url: &str) -> Self {
        self.with("_file_at", url.into())
    }

    /// Any other field of the manifest.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.insert(field.to_owned(), value);
        self
    }

    fn manifest(&self, name: &str) -> Value {
        let mut manifest = self.fields.clone();
        manifest.insert("name".to_owned(), name.into());
        manifest.insert("version".to_owned(), self.version.clone().into());
        manifest.insert("_id".to_owned(), format!("{name}@{}", self.version).into());
        manifest.insert("dist".to_owned(), self.dist.clone().into());
        manifest.into()
    }
}

fn people(logins: &[String]) -> Value {
    logins.iter().map(|login| person(login)).collect()
}

fn person(login: &str) -> Value {
    json!({ "name": login, "email": format!("{login}@mail.example") })
}
