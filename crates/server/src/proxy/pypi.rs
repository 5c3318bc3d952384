//! What a Python index has beside the pages of projects: a list of them, and
//! documents that say who owns them and who attested their files.

use super::facts::Facts;
use super::formats;
use super::formats::pypi::METADATA;
use super::{Document, Proxy, ProxyError};
use futures_util::future::try_join_all;
use std::cmp::Reverse;
use std::sync::Arc;
use tenure_domain::{DocumentKind, Ecosystem, History, PackageId, Party, Source};
use tenure_ecosystem::pypi::facts::{self, Known, Project, Publishers};
use tenure_ecosystem::pypi::simple::{File, Page};
use tenure_ecosystem::pypi::{list, name, version};
use tenure_upstream::FetchError;
use tenure_upstream::cache::Validators;
use tenure_upstream::client::Answer;
use tokio::time::Interval;
use url::Url;

/// Each file has a document of its own that says who attested it. Of a project
/// with more files those of the newest are asked for, and of the next ones the
/// next time.
const MOST_ATTESTED: usize = 200;
/// So many of them at a time: they are small, never change, and are kept
/// everywhere on the way.
const AT_ONCE: usize = 8;
/// JSON is a third of HTML.
const LIST: &str = "application/vnd.pypi.simple.v1+json, text/html;q=0.1";

/// Where an index says who owns its projects, if it is laid out like the public
/// one.
pub(super) fn source(index: &Url) -> Option<Box<str>> {
    facts::api(index).map(|api| String::from(api).into())
}

impl Document {
    /// The release that a file is of, by the version as the page has it; the
    /// file that metadata is of counts.
    pub(crate) fn release_of(&self, file: &str) -> Option<&str> {
        let file = file.strip_suffix(METADATA).unwrap_or(file);
        let (_, found) = name::release_of(self.package.name(), file)?;
        let at = version::position(&self.history, &found)?;
        Some(&self.history.releases()[at].version)
    }

    /// Whether a name is that of a file's metadata.
    pub(crate) fn is_metadata(&self, file: &str) -> bool {
        let of = file.strip_suffix(METADATA);
        of.is_some_and(|of| name::release_of(self.package.name(), of).is_some())
    }
}

impl Proxy {
    /// The names of all projects. Installers never ask for them, so they are
    /// asked for each time and not kept.
    pub(crate) async fn python_projects(&self) -> Result<Vec<Box<str>>, ProxyError> {
        let url = self.registry_of(Ecosystem::Pypi)?.url().clone();
        let nothing = Validators::default();
        let answer = self
            .client
            .get_document(url.clone(), LIST, &nothing)
            .await?;
        let Answer::Document { bytes, room, .. } = answer else {
            return Err(ProxyError::Broken);
        };
        let read = self.work(move || {
            let _room = room;
            list::read(&bytes)
        });
        let read = read.await?.map_err(|error| FetchError::Unreadable {
            url: url.to_string(),
            why: error.to_string(),
        });
        Ok(read?)
    }

    /// Whether a page names a file.
    pub(crate) async fn is_on_page(
        self: &Arc<Self>,
        document: &Document,
        file: &str,
    ) -> Result<bool, ProxyError> {
        Ok(self.said_of_all(document).await?.contains_key(file))
    }

    /// Asks the index who owns a project and who attested its files. The
    /// address that this is kept under, and what it says; `None` where there is
    /// nothing to ask.
    pub(super) async fn ask_python_index(
        self: &Arc<Self>,
        document: &Document,
        pace: &mut Interval,
    ) -> Result<Option<(Box<str>, History)>, ProxyError> {
        let package = &document.package;
        let Some(kept_under) = source(document.upstream.url()) else {
            return Ok(None);
        };
        let earlier = self.kept_facts(&kept_under, package).await?;
        let project = self.ask_project(&kept_under, package, pace).await?;
        let raw = self.raw(document).await?;
        let address = formats::address(&document.upstream, package)?;
        let wanted = package.clone();
        let page = self.work(move || formats::pypi::page(&wanted, &address, &raw));
        let page = page.await??;
        let publishers = self.publishers(document, &page, earlier.as_ref(), pace);
        let publishers = publishers.await?;
        let known = Known {
            project: project.as_ref(),
            publishers: Some(&publishers),
        };
        let history = facts::history(&page, &known);
        let mut history = history.map_err(|_| ProxyError::Broken)?;
        history.set_source(Source {
            from: facts::project_at(&kept_under, package.name()),
            seen: Some(self.clock.now()),
            sha256: String::new(),
            kind: DocumentKind::PypiApi,
        });
        Ok(Some((kept_under, history)))
    }

    /// The project in the JSON API; `None` where there is none, or something
    /// else in its place, as other indexes have.
    async fn ask_project(
        &self,
        source: &str,
        package: &PackageId,
        pace: &mut Interval,
    ) -> Result<Option<Project>, ProxyError> {
        let url = facts::project_at(source, package.name()).parse();
        let url: Url = url.map_err(|_| ProxyError::Broken)?;
        let asked = self.ask_api(&url, pace).await;
        let Some(bytes) = if_there(asked)? else {
            return Ok(None);
        };
        self.work(move || facts::read_project(&bytes).ok()).await
    }

    /// Who attested the files of a page, by their names. What was known the last
    /// time is not asked for again: attestations never change.
    async fn publishers(
        &self,
        document: &Document,
        page: &Page,
        earlier: Option<&(History, Facts)>,
        pace: &mut Interval,
    ) -> Result<Publishers, ProxyError> {
        let mut found = Publishers::new();
        let mut wanted = Vec::new();
        for file in &page.files {
            // Only the index itself is asked: a page could name any address.
            let home = |url: &&Url| document.upstream.is_home_of(url);
            let Some(url) = file.provenance.as_ref().filter(home) else {
                continue;
            };
            match earlier.and_then(|earlier| known(file, earlier)) {
                Some(publisher) => drop(found.insert(file.name.clone(), publisher)),
                None => wanted.push((file, url)),
            }
        }
        wanted.sort_by_key(|(file, _)| Reverse(file.uploaded_at()));
        wanted.truncate(MOST_ATTESTED);
        for some in wanted.chunks(AT_ONCE) {
            pace.tick().await;
            let asked = some.iter().map(|(file, url)| self.publisher(file, url));
            let asked = try_join_all(asked).await?;
            found.extend(asked.into_iter().flatten());
        }
        Ok(found)
    }

    async fn publisher(
        &self,
        file: &File,
        url: &Url,
    ) -> Result<Option<(Box<str>, Party)>, ProxyError> {
        let asked = self.client.asking_once().get_json(url.clone()).await;
        crate::observe::upstream_asked("facts", asked.as_ref().err());
        let Some(bytes) = if_there(asked.map_err(ProxyError::from))? else {
            return Ok(None);
        };
        let read = facts::read_provenance(&bytes).ok();
        let party = read.and_then(|provenance| provenance.party());
        Ok(party.map(|party| (file.name.clone(), party)))
    }
}

/// Who attested a file, by what was learnt after it was uploaded.
fn known(file: &File, (history, facts): &(History, Facts)) -> Option<Party> {
    let release = file.released.as_ref()?;
    let release = &history.releases()[history.position(&release.version)?];
    let is_older = file.uploaded_at()? <= facts.checked;
    history.publisher(release).filter(|_| is_older).cloned()
}

/// An answer, if there is something at its address for us.
fn if_there<T>(asked: Result<T, ProxyError>) -> Result<Option<T>, ProxyError> {
    match asked {
        Err(ProxyError::Upstream(error)) if error.means_absence() => Ok(None),
        asked => asked.map(Some),
    }
}
