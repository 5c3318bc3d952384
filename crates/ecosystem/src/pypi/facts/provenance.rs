//! The attestations of a file (PEP 740).

use super::FactsError;
use crate::digest::address_digest;
use serde_json::Value;
use tenure_domain::{Ecosystem, Party};

/// An attestation has some 10 kB, and few files have more than one or two.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// No part of an identity is longer.
const MAX_PART: usize = 500;

/// Who attested a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// One for each bundle of attestations; `None` for one that names nobody
    /// usable.
    pub publishers: Vec<Option<Publisher>>,
}

/// What a trusted publisher is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    /// The service, in lower case: `github`, `gitlab`, `google`, `activestate`.
    pub provider: Box<str>,
    /// The repository (or project), and the workflow in it; for an address of
    /// a service account its domain and digest.
    pub config: Box<str>,
    /// The environment that it must run in, where there is one.
    pub environment: Option<Box<str>>,
}

impl Provenance {
    /// The one workflow that all bundles name.
    pub fn party(&self) -> Option<Party> {
        let (first, rest) = self.publishers.split_first()?;
        let first = first.as_ref()?.party();
        let is_first =
            |other: &Option<Publisher>| other.as_ref().is_some_and(|other| other.party() == first);
        rest.iter().all(is_first).then_some(first)
    }
}

impl Publisher {
    /// The workflow. The environment is no part of who it is: it guards the
    /// same workflow.
    pub fn party(&self) -> Party {
        Party::workflow(Ecosystem::Pypi, &self.provider, Some(&self.config))
    }
}

/// Reads a provenance document.
///
/// # Errors
/// When the bytes are not JSON, or no such document of version 1.
pub fn read(bytes: &[u8]) -> Result<Provenance, FactsError> {
    let other = |why: &str| FactsError::Other(format!("a provenance: {why}"));
    if bytes.len() > MAX_BYTES {
        return Err(other("it is larger than any"));
    }
    let document: Value =
        serde_json::from_slice(bytes).map_err(|e| FactsError::Malformed(e.to_string()))?;
    if document["version"] != 1 {
        return Err(other("its `version` is not 1"));
    }
    let Some(bundles) = document["attestation_bundles"].as_array() else {
        return Err(other("it has no `attestation_bundles`"));
    };
    let publishers = bundles.iter().map(|bundle| publisher(&bundle["publisher"]));
    Ok(Provenance {
        publishers: publishers.collect(),
    })
}

fn publisher(said: &Value) -> Option<Publisher> {
    let provider = part(&said["kind"])?.to_ascii_lowercase();
    let config = match &*provider {
        // Names of repositories know no case; those of files do.
        "github" => joined(
            &part(&said["repository"])?.to_lowercase(),
            &said["workflow"],
        ),
        "gitlab" => {
            let workflow = ["workflow_filepath", "workflow"].map(|key| &said[key]);
            let workflow = workflow.into_iter().find(|said| said.is_string())?;
            joined(&part(&said["repository"])?.to_lowercase(), workflow)
        }
        "google" => account(part(&said["email"])?),
        _ => {
            let names = ["repository", "organization", "project"].map(|key| part(&said[key]));
            let names: Vec<&str> = names.into_iter().flatten().collect();
            (!names.is_empty()).then(|| names.join("/"))
        }
    }?;
    (!provider.contains('/')).then(|| Publisher {
        provider: provider.into(),
        config: config.into(),
        environment: part(&said["environment"]).map(Into::into),
    })
}

fn joined(repository: &str, workflow: &Value) -> Option<String> {
    Some(format!("{repository}/{}", part(workflow)?))
}

/// A service account, without its address.
fn account(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    Some(format!("{domain}/{:016x}", address_digest(address)))
}

/// A text that can be part of an identity.
fn part(said: &Value) -> Option<&str> {
    let text = said
        .as_str()
        .filter(|text| (1..=MAX_PART).contains(&text.len()))?;
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace();
    text.chars().all(is_plain).then_some(text)
}
