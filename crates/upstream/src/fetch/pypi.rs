//! The facts of a Python project: its page, its owners in the JSON API, and the
//! publishers in attestations, as far as the index has them.

use super::Said;
use super::network::{New, Read, Request, Shared, ending, if_there, reading};
use crate::client::{Answer, Client};
use crate::{FetchError, Upstream};
use hashbrown::HashMap;
use tenure_domain::{Days, DocumentKind, History, Party, Source};
use tenure_ecosystem::pypi::facts::{self, Known, Project, Provenance};
use tenure_ecosystem::pypi::name;
use tenure_ecosystem::pypi::simple::{self, Page};
use tokio::task::JoinSet;
use url::Url;

/// While a project's page is the same, its owners are asked for again after so
/// long.
const OWNERS_GOOD_FOR: Days = Days(1.0);
/// Each file has a document of its own that says who attested it. Of a project
/// with more files, those of the newest are asked for.
const MAX_ATTESTED: usize = 300;
/// So many of them at the same time.
const AT_ONCE: usize = 8;

const PAGE: &str = "application/vnd.pypi.simple.v1+json, \
                    application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// The address of a project's page.
pub(super) fn url(request: &Request) -> Result<Url, FetchError> {
    let written = request.package.name();
    let name = name::normalise(written).ok_or_else(|| {
        let why = format!("no project can be named `{written}`");
        FetchError::unreadable(request.upstream.url().as_str(), &why)
    })?;
    request.upstream.below(&format!("{name}/"))
}

pub(super) async fn ask(
    shared: &Shared,
    client: &Client,
    request: &Request,
) -> Result<Read, FetchError> {
    let url = url(request)?;
    let known = request.validators(shared.now, OWNERS_GOOD_FOR);
    let answer = client.get_document(url.clone(), PAGE, &known).await?;
    let Answer::Document {
        bytes,
        validators,
        room,
        ..
    } = answer
    else {
        return Ok(Read::Confirmed);
    };
    let (name, address) = (request.package.name().to_owned(), url.clone());
    let read = reading(room, move || {
        let sha256 = crate::sha256(&bytes);
        read_page(&bytes, &name, &address).map(|page| (page, sha256))
    });
    let (page, sha256) = read.await??;
    let project = match project_url(request) {
        Some(url) => project(client, url).await?,
        None => None,
    };
    let attested = attested(client, request, &page).await?;
    let history = history(&page, project.as_ref(), &attested, &url)?;
    let history = from(history, &url, sha256);
    let names_people = history.source().kind == DocumentKind::PypiApi;
    let ledger = api(&request.upstream).filter(|_| names_people && request.anew.is_some());
    let said = ledger.map(|address| Box::new(for_ledger(address, &history)));
    Ok(Read::New(New {
        history: Box::new(history),
        validators,
        said,
    }))
}

/// Kept apart from the page, under the address of the API.
fn for_ledger(api: String, history: &History) -> Said {
    let mut history = history.clone();
    history.set_source(Source {
        from: facts::project_at(&api, history.package().name()),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::PypiApi,
    });
    Said::of_facts(api, history)
}

/// HTML begins with an angle bracket, JSON with a curly one.
fn read_page(bytes: &[u8], name: &str, url: &Url) -> Result<Page, FetchError> {
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    let page = if is_json {
        simple::read_json(bytes, name, url)
    } else {
        simple::read_html(bytes, name, url)
    };
    page.map_err(|error| FetchError::unreadable(url.as_str(), &error))
}

fn history(
    page: &Page,
    project: Option<&Project>,
    attested: &HashMap<Box<str>, Party>,
    url: &Url,
) -> Result<History, FetchError> {
    let known = Known {
        project,
        publishers: (!attested.is_empty()).then_some(attested),
    };
    facts::history(page, &known).map_err(|error| FetchError::unreadable(url.as_str(), &error))
}

fn from(mut history: History, url: &Url, sha256: String) -> History {
    let source = Source {
        from: url.to_string(),
        sha256,
        ..history.source().clone()
    };
    history.set_source(source);
    history
}

/// The address of the JSON API.
pub(super) fn api(upstream: &Upstream) -> Option<String> {
    facts::api(upstream.url()).map(String::from)
}

fn project_url(request: &Request) -> Option<Url> {
    let api = api(&request.upstream)?;
    let project = facts::project_at(&api, request.package.name());
    project.parse().ok()
}

/// The project in the JSON API; `None` where there is none, or something else
/// in its place, as other indexes have.
async fn project(client: &Client, url: Url) -> Result<Option<Project>, FetchError> {
    let answer = if_there(client.get_json(url).await)?;
    Ok(answer.and_then(|bytes| facts::read_project(&bytes).ok()))
}

/// Who attested the newest files, by name. Only the index itself is
/// asked: a page could name any address.
async fn attested(
    client: &Client,
    request: &Request,
    page: &Page,
) -> Result<HashMap<Box<str>, Party>, FetchError> {
    let mut files: Vec<_> = page.files.iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.uploaded_at()));
    let mut wanted = files
        .into_iter()
        .filter_map(|file| {
            let url = file.provenance.clone()?;
            let is_home = request.upstream.is_home_of(&url);
            is_home.then(|| (file.name.clone(), url))
        })
        .take(MAX_ATTESTED);
    let mut found = HashMap::new();
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE {
            let Some((name, url)) = wanted.next() else {
                break;
            };
            let client = client.clone();
            running.spawn(async move { (name, provenance(&client, url).await) });
        }
        let Some(joined) = running.join_next().await else {
            return Ok(found);
        };
        let (name, provenance) = joined.map_err(ending)?;
        if let Some(publisher) = provenance?.and_then(|provenance| provenance.party()) {
            found.insert(name, publisher);
        }
    }
}

async fn provenance(client: &Client, url: Url) -> Result<Option<Provenance>, FetchError> {
    let answer = if_there(client.get_json(url).await)?;
    Ok(answer.and_then(|bytes| facts::read_provenance(&bytes).ok()))
}
