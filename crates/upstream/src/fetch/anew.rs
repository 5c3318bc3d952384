//! Asking whatever is known already, for a ledger that keeps every answer.

use super::network::{Job, Network, Request, Shared};
use super::{Fetcher, Progress, pypi};
use crate::FetchError;
use crate::cache::Validators;
use crate::client::Client;
use crate::feed;
use bytes::Bytes;
use std::sync::Arc;
use tenure_domain::{DocumentKind, Ecosystem, History, PackageId, fact};
use tenure_ecosystem::cargo::api;

/// What a registry says of a package now, as a ledger keeps it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The address that it is kept under: the registry's, or that of its API
    /// where the API is what speaks of people.
    pub address: String,
    /// The document as it came. Where it is put together of several answers,
    /// what they say, in the canonical form of facts.
    pub document: Bytes,
    /// What names this version of it.
    pub validators: Validators,
    /// What it says.
    pub history: History,
}

impl Said {
    /// Of several answers, which differ each time in what is no fact.
    pub fn of_facts(address: String, history: History) -> Self {
        Self {
            address,
            document: fact::first(&history).into(),
            validators: Validators::default(),
            history,
        }
    }
}

/// A package to ask about.
#[derive(Clone, Debug)]
pub struct Anew {
    /// The package.
    pub package: PackageId,
    /// What names the document that the ledger has; only npm's registries are
    /// shown it, since elsewhere owners change without the document.
    pub known: Validators,
}

/// What came of asking; `None` where the ledger has it already.
pub type SaidNow = Result<Option<Said>, FetchError>;

impl Fetcher {
    /// Asks the registries about `wanted`, in this order, whatever the cache
    /// knows; the cache is brought up to date with it.
    pub fn ask_anew(&self, wanted: Vec<Anew>, progress: &dyn Fn(Progress<'_>)) -> Vec<SaidNow> {
        let mut results: Vec<Option<SaidNow>> = wanted.iter().map(|_| None).collect();
        let mut jobs = Vec::new();
        for (index, Anew { package, known }) in wanted.into_iter().enumerate() {
            let client = self.upstream(&package).and_then(|upstream| {
                let client = self.client(package.ecosystem())?;
                Ok((client, upstream))
            });
            match client {
                Ok((client, upstream)) => {
                    let request = Box::new(Request {
                        package,
                        upstream,
                        known: None,
                        anew: Some(known),
                    });
                    jobs.push((client, Job { index, request }));
                }
                Err(error) => results[index] = Some(Err(error)),
            }
        }
        match self.network() {
            Ok(network) => {
                for (index, said) in network.all(jobs, Shared::say, progress) {
                    results[index] = Some(said);
                }
            }
            Err(error) => {
                for (_, job) in jobs {
                    results[job.index] = Some(Err(error.clone()));
                }
            }
        }
        results.into_iter().flatten().collect()
    }

    /// The address under which a ledger keeps what the registry of a package
    /// says of people; `None` where that registry says nothing of them.
    /// `history` is what was fetched of it.
    pub fn ledger_address(&self, history: &History) -> Option<String> {
        api_of(history).or_else(|| self.address_of_people(history.package()))
    }

    /// The address of the API that the index of crates names, under which a
    /// ledger keeps what it says of people.
    ///
    /// # Errors
    /// When nothing names an index, it cannot be asked, or it has no API.
    pub fn api_of_crates(&self) -> Result<String, FetchError> {
        let any = Request {
            package: PackageId::new(Ecosystem::Cargo, "any")
                .map_err(|error| FetchError::unreadable("any", &error))?,
            upstream: self.default_upstream(Ecosystem::Cargo)?,
            known: None,
            anew: None,
        };
        let client = self.client(Ecosystem::Cargo)?;
        let api = self.network()?.api_of_crates(client, any)?;
        let url = self.default_upstream(Ecosystem::Cargo)?.url().to_string();
        api.ok_or(FetchError::NobodyNamed { url })
    }

    /// The address under which a ledger keeps what is said of a package of which
    /// nothing was fetched; `None` also where it is not known without.
    pub fn address_of_people(&self, package: &PackageId) -> Option<String> {
        let upstream = self.upstream(package).ok()?;
        match package.ecosystem() {
            Ecosystem::Npm => Some(upstream.url().to_string()),
            Ecosystem::Pypi => pypi::api(&upstream),
            Ecosystem::Nuget => Some(feed::kept_under(&upstream)),
            Ecosystem::Cargo => None,
        }
    }
}

/// The API that a crate's history is from.
fn api_of(history: &History) -> Option<String> {
    let source = history.source();
    let api = api::base_of(&source.from, history.package().name())?;
    (source.kind == DocumentKind::CargoApi).then(|| api.to_owned())
}

impl Network {
    fn api_of_crates(&self, client: Client, any: Request) -> Result<Option<String>, FetchError> {
        let shared = Arc::clone(self.shared());
        let asked = self.wait(async move { shared.apis.of(&client, &any).await });
        Ok(asked?.map(|api| api.as_str().trim_end_matches('/').to_owned()))
    }
}

impl Shared {
    async fn say(self: Arc<Self>, client: Client, request: Box<Request>) -> SaidNow {
        let Some(mut new) = self.read(&client, &request).await? else {
            return Ok(None);
        };
        let said = new.said.take().map(|said| *said);
        let url = request.url();
        let mut said = said.ok_or(FetchError::NobodyNamed { url })?;
        said.validators.clone_from(&new.validators);
        let found = self.take(*new.history, new.validators, &request);
        // When it was asked is known only now.
        let source = tenure_domain::Source {
            seen: found.history.source().seen,
            ..said.history.source().clone()
        };
        said.history.set_source(source);
        Ok(Some(said))
    }
}
