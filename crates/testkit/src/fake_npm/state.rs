use super::Fault;
use super::document::{Document, changed};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Path and query, as the client wrote them.
    pub target: String,
    /// The path with its escapes resolved, below the registry's own.
    pub path: String,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// What was sent along.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name)?;
        Some(&found.1)
    }
}

/// Which of several recorded documents of a package is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The one that was changed last.
    Newest,
    /// The one that was changed first.
    Oldest,
}

/// How popular a package is said to be.
pub(super) struct Downloads {
    pub(super) weekly: u64,
    pub(super) dependents: u64,
}

struct Planned {
    path: String,
    fault: Fault,
    /// How many more times; `None` for ever.
    left: Option<usize>,
}

/// Everything that requests read and tests change.
pub(super) struct State {
    /// The address, with a slash at the end.
    pub(super) url: String,
    /// The path in the address, with a slash at the end.
    pub(super) prefix: String,
    inner: Mutex<Inner>,
}

struct Inner {
    documents: HashMap<String, Arc<Document>>,
    downloads: HashMap<String, Downloads>,
    faults: Vec<Planned>,
    /// Path prefixes that want this `Authorization`.
    locked: Vec<(String, String)>,
    requests: Vec<Request>,
    etags: bool,
}

impl State {
    pub(super) fn new(url: String, prefix: String) -> Self {
        Self {
            url,
            prefix,
            inner: Mutex::new(Inner {
                documents: HashMap::new(),
                downloads: HashMap::new(),
                faults: Vec::new(),
                locked: Vec::new(),
                requests: Vec::new(),
                etags: true,
            }),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A test that failed while it held the lock has said enough.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, json: Value) -> bool {
        let Some(document) = Document::new(json, &self.url) else {
            return false;
        };
        let name = document.name().to_owned();
        self.inner().documents.insert(name, Arc::new(document));
        true
    }

    pub(super) fn remove(&self, name: &str) {
        self.inner().documents.remove(name);
    }

    pub(super) fn document(&self, name: &str) -> Option<Arc<Document>> {
        self.inner().documents.get(name).cloned()
    }

    /// Puts a recorded document, if it is the one to keep.
    pub(super) fn put_recorded(&self, json: Value, keep: Keep) -> bool {
        let known = json["name"].as_str().and_then(|name| self.document(name));
        if let Some(known) = known {
            let (known, new) = (changed(known.json()), changed(&json));
            let replaces = match keep {
                Keep::Newest => new > known,
                Keep::Oldest => new < known,
            };
            if !replaces {
                return false;
            }
        }
        self.put(json)
    }

    pub(super) fn load(&self, path: &Path, keep: Keep) -> io::Result<usize> {
        if path.is_file() {
            let json = serde_json::from_slice(&fs::read(path)?);
            return Ok(json.is_ok_and(|json| self.put_recorded(json, keep)).into());
        }
        let mut files: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
        files.sort_by_key(fs::DirEntry::path);
        let mut loaded = 0;
        for file in files {
            loaded += self.load(&file.path(), keep)?;
        }
        Ok(loaded)
    }

    pub(super) fn packages(&self) -> usize {
        self.inner().documents.len()
    }

    pub(super) fn set_downloads(&self, name: &str, weekly: u64, dependents: u64) {
        let downloads = Downloads { weekly, dependents };
        self.inner().downloads.insert(name.to_owned(), downloads);
    }

    /// The names that a search finds, the best first, with their popularity.
    pub(super) fn search(&self, text: &str, size: usize) -> Vec<(String, Option<(u64, u64)>)> {
        let inner = self.inner();
        let mut names: Vec<&String> = inner
            .documents
            .keys()
            .filter(|n| n.contains(text))
            .collect();
        names.sort_by_key(|name| (*name != text, *name));
        let popularity =
            |name: &String| inner.downloads.get(name).map(|d| (d.weekly, d.dependents));
        let found = names.into_iter().take(size);
        found.map(|name| (name.clone(), popularity(name))).collect()
    }

    pub(super) fn plan(&self, path: &str, fault: Fault, left: Option<usize>) {
        let path = path.to_owned();
        self.inner().faults.push(Planned { path, fault, left });
    }

    pub(super) fn heal(&self) {
        self.inner().faults.clear();
    }

    /// The fault for a request to `path`, counted as used.
    pub(super) fn fault(&self, path: &str) -> Option<Fault> {
        let mut inner = self.inner();
        let mut planned = inner.faults.iter_mut();
        let planned = planned.find(|p| (p.path == path || p.path == "*") && p.left != Some(0))?;
        planned.left = planned.left.map(|left| left - 1);
        Some(planned.fault.clone())
    }

    pub(super) fn lock(&self, prefix: &str, authorization: &str) {
        let lock = (prefix.to_owned(), authorization.to_owned());
        self.inner().locked.push(lock);
    }

    pub(super) fn lets_in(&self, path: &str, authorization: Option<&str>) -> bool {
        let inner = self.inner();
        let mut locks = inner.locked.iter();
        locks.all(|(prefix, wanted)| !path.starts_with(prefix) || authorization == Some(wanted))
    }

    pub(super) fn record(&self, request: Request) {
        self.inner().requests.push(request);
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.inner().requests.clone()
    }

    pub(super) fn set_etags(&self, etags: bool) {
        self.inner().etags = etags;
    }

    pub(super) fn etags(&self) -> bool {
        self.inner().etags
    }
}
