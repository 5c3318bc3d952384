//! The facts of a crate: its file in the index, and what the registry's API
//! says of people, where the registry has one.

use super::anew;
use super::network::{New, Read, Request, Shared, if_there};
use crate::FetchError;
use crate::client::{Answer, Client};
use bytes::Bytes;
use std::collections::HashMap;
use tenure_domain::{Days, DocumentKind, History, Party, Source};
use tenure_ecosystem::cargo::api::{self, Version};
use tenure_ecosystem::cargo::config::{self, Config};
use tenure_ecosystem::cargo::index::{self, Index};
use tokio::sync::Mutex;
use url::Url;

/// While the index has nothing new of a crate, its owners are asked for again
/// after so long; who published a release does not change.
const OWNERS_GOOD_FOR: Days = Days(7.0);
/// More pages of versions than any crate has.
const MAX_PAGES: usize = 100;

const TEXT: &str = "text/plain";

/// Where the API of each index is; `None` for one that has none.
#[derive(Default)]
pub(super) struct Apis {
    by_index: Mutex<HashMap<Url, Option<Url>>>,
}

/// The address of a crate's file in the index.
pub(super) fn url(request: &Request) -> Result<Url, FetchError> {
    let name = request.package.name();
    let path = index::path(name).ok_or_else(|| {
        let why = format!("no crate can be named `{name}`");
        FetchError::unreadable(request.upstream.url().as_str(), &why)
    })?;
    request.upstream.below(&path)
}

pub(super) async fn ask(
    shared: &Shared,
    client: &Client,
    request: &Request,
) -> Result<Read, FetchError> {
    let url = url(request)?;
    let known = request.validators(shared.now, OWNERS_GOOD_FOR);
    let answer = client.get_document(url.clone(), TEXT, &known).await?;
    let Answer::Document {
        bytes, validators, ..
    } = answer
    else {
        return Ok(Read::Confirmed);
    };
    let index = Index::read(request.package.name(), &bytes);
    let index = index
        .map_err(|error| FetchError::unreadable(url, &error))?
        .history();
    let api = shared.apis.of(client, request).await?;
    let said = match api {
        Some(api) => {
            let asking = Asking {
                shared,
                client: client.asking_once(),
                base: api,
                name: request.package.name(),
            };
            asking.people(&index).await?
        }
        None => None,
    };
    let ledger = request.anew.as_ref().and(said.as_ref());
    let ledger = ledger.map(|said| Box::new(for_ledger(said, &index)));
    Ok(Read::New(New {
        history: Box::new(together(index, said)),
        validators,
        said: ledger,
    }))
}

/// What the API says, alone: the index is a document of its own.
fn for_ledger(said: &Said, index: &History) -> anew::Said {
    let package = index.package();
    let source = Source {
        from: said.from.to_string(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::CargoApi,
    };
    let history = api::history(package, &said.versions, said.owners.as_deref(), source);
    let from = said.from.as_str();
    let address = api::base_of(from, package.name()).unwrap_or(from);
    anew::Said::of_facts(address.to_owned(), history)
}

/// What the API says of a crate.
struct Said {
    from: Url,
    versions: Vec<Version>,
    owners: Option<Vec<Party>>,
}

fn together(index: History, said: Option<Said>) -> History {
    let Some(said) = said else {
        return index;
    };
    let source = Source {
        from: said.from.into(),
        kind: DocumentKind::CargoApi,
        ..index.source().clone()
    };
    api::merge(&index, &said.versions, said.owners.as_deref(), source)
}

impl Apis {
    pub(super) async fn of(
        &self,
        client: &Client,
        request: &Request,
    ) -> Result<Option<Url>, FetchError> {
        // Kept while asking: all crates of an index wait for the one answer.
        let mut known = self.by_index.lock().await;
        let index = request.upstream.url();
        if let Some(api) = known.get(index) {
            return Ok(api.clone());
        }
        let url = request.upstream.below(config::NAME)?;
        let bytes = client.get_json(url.clone()).await?;
        let unreadable = |why: String| FetchError::unreadable(url.as_str(), &why);
        let config = Config::read(&bytes).map_err(|error| unreadable(error.to_string()))?;
        let api = match config.api.map(|api| api.parse::<Url>()) {
            None => None,
            Some(Ok(api)) if matches!(api.scheme(), "http" | "https") => Some(api),
            Some(_) => return Err(unreadable("its `api` is no address".to_owned())),
        };
        known.insert(index.clone(), api.clone());
        Ok(api)
    }
}

/// Asks the API, no more often than it wishes.
struct Asking<'a> {
    shared: &'a Shared,
    client: Client,
    base: Url,
    name: &'a str,
}

impl Asking<'_> {
    /// What the API says; `None` where it does not know the crate or does not
    /// let us in, as some registries have none behind the address.
    async fn people(&self, index: &History) -> Result<Option<Said>, FetchError> {
        let from = self.url("");
        let Some(bytes) = if_there(self.get(from.clone()).await)? else {
            return Ok(None);
        };
        let about = api::read_crate(&bytes)
            .map_err(|error| FetchError::unreadable(from.as_str(), &error))?;
        let mut versions = about.versions;
        if versions.len() < index.releases().len() {
            versions = self.versions().await?;
        }
        let url = self.url("/owners");
        let owners = if_there(self.get(url.clone()).await)?;
        let owners = owners.map(|bytes| {
            api::read_owners(&bytes).map_err(|error| FetchError::unreadable(url, &error))
        });
        let owners = owners.transpose()?;
        Ok(Some(Said {
            from,
            versions,
            owners,
        }))
    }

    async fn versions(&self) -> Result<Vec<Version>, FetchError> {
        let mut versions = Vec::new();
        let mut query = Some("?per_page=100".to_owned());
        for _ in 0..MAX_PAGES {
            let Some(asked) = query.take() else {
                break;
            };
            let mut url = self.url("/versions");
            url.set_query(asked.strip_prefix('?'));
            let bytes = self.get(url.clone()).await?;
            let page =
                api::read_versions(&bytes).map_err(|error| FetchError::unreadable(url, &error))?;
            versions.extend(page.versions);
            query = page.next.map(String::from);
        }
        Ok(versions)
    }

    fn url(&self, rest: &str) -> Url {
        let mut url = self.base.clone();
        let base = url.path().trim_end_matches('/');
        url.set_path(&format!("{base}{}{rest}", api::path(self.name)));
        url
    }

    async fn get(&self, url: Url) -> Result<Bytes, FetchError> {
        self.shared.pace.wait(&url).await;
        self.client.get_json(url).await
    }
}
