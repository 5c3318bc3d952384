//! A Python index within the test's own process: pages of projects (PEP 503 and
//! 691), wheels that installers install, their metadata (PEP 658), the JSON API
//! with owners, provenance documents (PEP 740), and the journal (XML-RPC).

mod journal;
mod project;
mod wheel;

pub use journal::JournalEntry;
pub use project::PypiProject;

use crate::serving::Serving;
use crate::site::{Document, Site};
use crate::{Fault, Request};
use std::sync::Arc;

/// An index on a loopback port, with a thread of its own. It stops when it is
/// dropped.
pub struct FakePypi {
    site: Arc<Site>,
    _serving: Serving,
}

const JSON_PAGE: &str = "application/vnd.pypi.simple.v1+json";

impl FakePypi {
    /// An empty index at a free port.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let (site, serving) = Site::start();
        Self {
            site,
            _serving: serving,
        }
    }

    /// The address of the folder of pages, with a slash at the end.
    pub fn url(&self) -> String {
        format!("{}/simple/", self.site.root)
    }

    /// The address of the server, without a slash at the end.
    pub fn root(&self) -> &str {
        &self.site.root
    }

    /// Serves a project, instead of an earlier one of the name.
    pub fn put(&self, project: &PypiProject) {
        let documents = project.documents(&self.site.root);
        self.site.put(documents);
    }

    /// Serves a page as it is written, in JSON or HTML, instead of the
    /// project's own; without a name, the list of projects.
    pub fn put_page(&self, name: &str, page: &str) {
        let kind = if page.starts_with('{') {
            JSON_PAGE
        } else {
            "text/html"
        };
        let page = Document {
            kind,
            bytes: page.as_bytes().to_vec(),
        };
        let path = format!("/simple/{name}/").replace("//", "/");
        self.site.put([(path, page)]);
    }

    /// Serves a journal, with so many entries in an answer.
    pub fn put_journal(&self, entries: Vec<JournalEntry>, in_one: usize) {
        let call = move |question: &[u8]| Document {
            kind: "text/xml",
            bytes: journal::answer(&entries, in_one, question).into_bytes(),
        };
        self.site.put_call("/pypi", Arc::new(call));
    }

    /// Serves no document at a path any more.
    pub fn remove(&self, path: &str) {
        self.site.remove(path);
    }

    /// Misbehaves for every request to `path`, such as `/simple/river/`; for
    /// every request at all if it is `*`.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.site.fail(path, fault);
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.site.heal();
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.site.requests().into_iter();
        requests.map(|request| request.path).collect()
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
