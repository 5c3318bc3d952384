//! The service index: where a feed has what (V3 API, "Service index").

use super::document::{DocumentError, address, list, parse};
use serde_json::{Value, json};

/// No feed has a tenth as many.
const MAX_RESOURCES: usize = 1_000;

/// The type under which clients look for what understands `SemVer` 2, if it says
/// that it is for clients of their version: they all write so.
const VERSIONED: &str = "RegistrationsBaseUrl/Versioned";
const SINCE: &str = "4.3.0-alpha";

/// What a feed offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Lists of versions, and the packages.
    PackageBase,
    /// What is known of each version.
    Registrations,
    /// The same for clients before 4.3, which understand less.
    OldRegistrations,
    /// Search.
    Search,
    /// Completion of ids and versions.
    Autocomplete,
    /// Known vulnerabilities.
    Vulnerabilities,
    /// The certificates that a repository signs with.
    RepositorySignatures,
    /// Where packages are pushed to.
    Publish,
}

impl Resource {
    /// The types under which clients look for it, the first that is there
    /// first (`ServiceTypes` of the client; the plain names are older).
    fn types(self) -> &'static [&'static str] {
        match self {
            Self::PackageBase => &["PackageBaseAddress/3.0.0"],
            Self::Registrations => &[VERSIONED, "RegistrationsBaseUrl/3.6.0"],
            Self::OldRegistrations => &[
                "RegistrationsBaseUrl/3.4.0",
                "RegistrationsBaseUrl/3.0.0-rc",
                "RegistrationsBaseUrl/3.0.0-beta",
                "RegistrationsBaseUrl",
            ],
            Self::Search => &[
                "SearchQueryService/3.5.0",
                "SearchQueryService/3.4.0",
                "SearchQueryService/3.0.0-rc",
                "SearchQueryService/3.0.0-beta",
                "SearchQueryService",
            ],
            Self::Autocomplete => &[
                "SearchAutocompleteService/3.5.0",
                "SearchAutocompleteService/3.0.0-rc",
                "SearchAutocompleteService/3.0.0-beta",
                "SearchAutocompleteService",
            ],
            Self::Vulnerabilities => &["VulnerabilityInfo/6.7.0"],
            Self::RepositorySignatures => &[
                "RepositorySignatures/5.0.0",
                "RepositorySignatures/4.9.0",
                "RepositorySignatures/4.7.0",
            ],
            Self::Publish => &["PackagePublish/2.0.0"],
        }
    }
}

/// A service index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Types with their addresses, in the order of the document.
    resources: Vec<(Box<str>, Box<str>)>,
}

impl Service {
    /// Reads a service index. A resource without a usable address is not there.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        let document = parse(bytes)?;
        let resources = document["resources"].as_array();
        let resources = resources.ok_or(DocumentError::Other("a service index"))?;
        if resources.len() > MAX_RESOURCES {
            let (what, limit) = ("resources", MAX_RESOURCES);
            return Err(DocumentError::TooLarge { what, limit });
        }
        let read = |resource: &Value| {
            let address = address(&resource["@id"])?;
            let types = list(&resource["@type"]).iter().filter_map(Value::as_str);
            let types: Vec<_> = types.map(|kind| (kind.into(), address.clone())).collect();
            Some(types)
        };
        Ok(Self {
            resources: resources.iter().filter_map(read).flatten().collect(),
        })
    }

    /// Where the feed has this, as a client finds it.
    pub fn find(&self, resource: Resource) -> Option<&str> {
        let found = resource.types().iter().find_map(|wanted| {
            let found = self.resources.iter();
            let mut found = found.filter(|(kind, _)| kind.eq_ignore_ascii_case(wanted));
            found.next().map(|(_, address)| &**address)
        });
        match resource {
            Resource::Registrations => found.or_else(|| self.find(Resource::OldRegistrations)),
            _ => found,
        }
    }
}

/// Writes the service index of a feed that has these resources at these
/// addresses, each under all the types that some client looks for.
pub fn render(resources: &[(Resource, &str)]) -> Vec<u8> {
    let entries: Vec<Value> = resources
        .iter()
        .flat_map(|(resource, address)| {
            let entry = move |kind: &&str| match *kind {
                VERSIONED => json!({ "@id": address, "@type": kind, "clientVersion": SINCE }),
                _ => json!({ "@id": address, "@type": kind }),
            };
            resource.types().iter().map(entry)
        })
        .collect();
    json!({ "version": "3.0.0", "resources": entries })
        .to_string()
        .into_bytes()
}
