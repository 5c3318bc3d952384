//! A NuGet feed within the test's own process: the documents of the V3 protocol,
//! and packages that the registry signed with their owners.

mod package;
mod signature;

pub use package::NugetPackage;

use crate::serving::Serving;
use crate::site::Site;
use crate::{Fault, Request};
use package::of_json;
use serde_json::json;
use signature::Signer;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A feed on a loopback port, with a thread of its own. It stops when it is
/// dropped.
pub struct FakeNuget {
    site: Arc<Site>,
    packages: Mutex<BTreeMap<String, NugetPackage>>,
    _serving: Serving,
}

/// The types of a service index, with where each is.
const RESOURCES: [(&str, &str); 8] = [
    ("PackageBaseAddress/3.0.0", "flat/"),
    ("RegistrationsBaseUrl/3.6.0", "registration/"),
    ("RegistrationsBaseUrl/3.4.0", "registration/"),
    ("RegistrationsBaseUrl/3.0.0-beta", "registration/"),
    ("SearchQueryService/3.0.0-beta", "search"),
    ("SearchAutocompleteService", "autocomplete"),
    ("VulnerabilityInfo/6.7.0", "vulnerabilities/index.json"),
    ("RepositorySignatures/5.0.0", "signatures/index.json"),
];

impl FakeNuget {
    /// An empty feed at a free port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let (site, serving) = Site::start();
        let feed = Self {
            site,
            packages: Mutex::default(),
            _serving: serving,
        };
        let root = &feed.site.root;
        let resources = RESOURCES.map(|(kind, path)| {
            let address = format!("{root}/v3/{path}");
            json!({ "@id": address, "@type": kind })
        });
        let service = json!({ "version": "3.0.0", "resources": resources });
        let signer = Signer::of_registry();
        let certificate = json!({
            "contentUrl": format!("{root}/v3/signatures/certificate.crt"),
            "fingerprints": { "2.16.840.1.101.3.4.2.1": signer.fingerprint() },
        });
        let signatures =
            json!({ "allRepositorySigned": true, "signingCertificates": [certificate] });
        feed.site.put([
            of_json("/v3/index.json".to_owned(), &service),
            of_json("/v3/signatures/index.json".to_owned(), &signatures),
            of_json("/v3/vulnerabilities/index.json".to_owned(), &json!([])),
        ]);
        feed.list();
        feed
    }

    /// The address of the service index.
    pub fn url(&self) -> String {
        format!("{}/v3/index.json", self.site.root)
    }

    /// The address of the folder that it is in, with a slash at the end.
    pub fn folder(&self) -> String {
        format!("{}/v3/", self.site.root)
    }

    /// Serves a package, instead of an earlier one of the id.
    pub fn put(&self, package: &NugetPackage) {
        self.site.put(package.documents(&self.site.root));
        let id = package.id.to_lowercase();
        let mut packages = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        packages.insert(id, package.clone());
        drop(packages);
        self.list();
    }

    /// Writes the answers of search and completion, which find everything.
    fn list(&self) {
        let packages = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        let found = packages.values().map(|one| one.found(&self.site.root));
        let found: Vec<_> = found.collect();
        let ids: Vec<_> = packages.values().map(|one| one.id.clone()).collect();
        let search = json!({ "totalHits": found.len(), "data": found });
        let completion = json!({ "totalHits": ids.len(), "data": ids });
        self.site.put([
            of_json("/v3/search".to_owned(), &search),
            of_json("/v3/autocomplete".to_owned(), &completion),
        ]);
    }

    /// Serves nothing at a path any more.
    pub fn remove(&self, path: &str) {
        self.site.remove(path);
    }

    /// Misbehaves for every request to `path`, such as `/v3/index.json`; for
    /// every request at all if it is `*`.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.site.fail(path, fault);
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.site.heal();
    }

    /// The requests to `path` so far.
    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        self.site.requests_to(path)
    }

    /// How many requests to `path` there were so far.
    pub fn count(&self, path: &str) -> usize {
        self.requests_to(path).len()
    }
}
