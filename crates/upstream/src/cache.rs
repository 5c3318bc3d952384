//! The facts read earlier, kept on disk: one small file per package.

use crate::feed::Signed;
use crate::npm_config::Upstream;
use crate::{digest_name, parallel, sealed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenure_domain::{History, PackageId, Popularity, Time};

/// To be counted up whenever the shape of what is kept changes; a test notices
/// when that was forgotten.
const FACTS: sealed::Kind = *b"tnrFCT03";
const POPULARITY: sealed::Kind = *b"tnrPOP02";
const SIGNED: sealed::Kind = *b"tnrSIG01";

/// Facts of one version of Tenure may lack what the next one reads, and a
/// registry that answers "not modified" would never supply it.
const WRITER: &str = env!("CARGO_PKG_VERSION");

/// What identifies a version of a document to the registry that served it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

/// What is known of a package since an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What to show the registry when asking whether anything changed.
    pub validators: Validators,
    /// When the registry last confirmed it.
    pub checked: Time,
    /// The facts.
    pub history: History,
}

/// An [`Entry`] in its stored form, read.
#[derive(Deserialize)]
struct Stored {
    writer: Box<str>,
    validators: Validators,
    checked: Time,
    history: History,
}

/// An [`Entry`] in its stored form, to be written: the same fields in the same
/// order as [`Stored`].
#[derive(Serialize)]
struct ToStore<'a> {
    writer: &'a str,
    validators: &'a Validators,
    checked: Time,
    history: &'a History,
}

/// What a registry said of a package's popularity: an answer, or why none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PopularityEntry {
    /// When it was asked.
    pub asked: Time,
    /// The answer, or the reason why there is none.
    pub answer: Result<Popularity, String>,
}

/// A folder of facts. Any number of processes may use it at the same time.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in `folder`, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder it is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is known of `package` from `upstream`; `None` if nothing is, or if
    /// the file was damaged or written by another version.
    pub fn load(&self, upstream: &Upstream, package: &PackageId) -> Option<Entry> {
        self.load_keyed(&upstream.key(), package)
    }

    fn load_keyed(&self, upstream: &str, package: &PackageId) -> Option<Entry> {
        let path = self.path("facts/v1", upstream, package);
        let stored: Stored = sealed::read(&path, FACTS)?;
        let sound = &*stored.writer == WRITER
            && stored.history.package() == package
            && stored.history.is_consistent();
        sound.then_some(Entry {
            validators: stored.validators,
            checked: stored.checked,
            history: stored.history,
        })
    }

    /// As [`load`](Self::load) for many packages, on as many threads as help.
    pub fn load_all(&self, wanted: &[(&Upstream, &PackageId)]) -> Vec<Option<Entry>> {
        // Fewer packages than this are read before a thread has started.
        const WORTH_A_THREAD: usize = 32;
        let useful = wanted.len() / WORTH_A_THREAD;
        self.load_all_on(wanted, parallel::threads(useful))
    }

    /// As [`load_all`](Self::load_all), on so many threads.
    pub fn load_all_on(
        &self,
        wanted: &[(&Upstream, &PackageId)],
        threads: usize,
    ) -> Vec<Option<Entry>> {
        let keys = keys_of(wanted);
        parallel::map(wanted.len(), threads, |at| {
            self.load_keyed(&keys[at], wanted[at].1)
        })
    }

    /// Keeps what is known of `package`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store(&self, upstream: &Upstream, entry: &Entry) -> io::Result<()> {
        let path = self.path("facts/v1", &upstream.key(), entry.history.package());
        let stored = ToStore {
            writer: WRITER,
            validators: &entry.validators,
            checked: entry.checked,
            history: &entry.history,
        };
        sealed::write(&path, FACTS, &stored)
    }

    /// What `upstream` last said of the popularity of `package`.
    pub fn popularity(&self, upstream: &Upstream, package: &PackageId) -> Option<PopularityEntry> {
        let path = self.path("popularity/v1", &upstream.key(), package);
        sealed::read(&path, POPULARITY)
    }

    /// Keeps what `upstream` said of the popularity of `package`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store_popularity(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        entry: &PopularityEntry,
    ) -> io::Result<()> {
        let path = self.path("popularity/v1", &upstream.key(), package);
        sealed::write(&path, POPULARITY, entry)
    }

    /// What the signatures in the versions of a package from `upstream` say, by
    /// version in its normal form; `None` if none was ever asked for.
    pub(crate) fn signed(
        &self,
        upstream: &Upstream,
        package: &PackageId,
    ) -> Option<BTreeMap<Box<str>, Signed>> {
        sealed::read(&self.path("signed/v1", &upstream.key(), package), SIGNED)
    }

    /// Keeps what signatures say.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn store_signed(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        signed: &BTreeMap<Box<str>, Signed>,
    ) -> io::Result<()> {
        let path = self.path("signed/v1", &upstream.key(), package);
        sealed::write(&path, SIGNED, signed)
    }

    /// A digest names the file: names of packages differ in case alone and
    /// exceed what file systems take.
    fn path(&self, kind: &str, upstream: &str, package: &PackageId) -> PathBuf {
        let name = digest_name(package.name());
        let (shard, rest) = name.split_at(2);
        self.folder.join(format!(
            "{kind}/{}/{upstream}/{shard}/{rest}",
            package.ecosystem()
        ))
    }
}

/// The key of each upstream; nearly always they are all the same one.
fn keys_of(wanted: &[(&Upstream, &PackageId)]) -> Vec<Arc<str>> {
    let mut keys: Vec<Arc<str>> = Vec::with_capacity(wanted.len());
    for (at, (upstream, _)) in wanted.iter().enumerate() {
        let repeats = at > 0 && wanted[at - 1].0 == *upstream;
        let key = match keys.last() {
            Some(last) if repeats => Arc::clone(last),
            _ => upstream.key().into(),
        };
        keys.push(key);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;
    use tenure_domain::{
        Certificate, Contact, Days, DocumentKind, Ecosystem, HistoryBuilder, Joining, NewRelease,
        Party, Source,
    };

    /// A history with every fact there is, twice.
    fn history() -> History {
        let mut builder = HistoryBuilder::default();
        let started: Time = "2018-09-05T05:27:47.219Z".parse().unwrap();
        for (number, login) in (0..).zip(["ada", "bob"]) {
            let account = Party::account(Ecosystem::Npm, login);
            builder.push(NewRelease {
                published: Some(started + Days(f64::from(number))),
                publisher: Some(Party::workflow(Ecosystem::Npm, "github", Some("oidc:1"))),
                approver: Some(account.clone()),
                contact: Some(Contact {
                    digest: 7,
                    domain: "mail.example".into(),
                }),
                owners: Some(vec![account]),
                dependencies: vec!["left-pad".into()],
                repository: Some("git+https://code.example/x.git".into()),
                signed_with: Some(Certificate {
                    subject: "CN=Ada".into(),
                    sha256: "00".into(),
                }),
                provenance: true,
                install_script: true,
                deprecated: true,
                ..NewRelease::new(&format!("1.0.{number}"))
            });
        }
        builder.set_owners_now(vec![Party::account(Ecosystem::Npm, "bob")]);
        builder.set_latest("1.0.1".into());
        let source = Source {
            from: "https://registry.example/x".to_owned(),
            seen: Some(started),
            sha256: "00".repeat(32),
            kind: DocumentKind::FullPackument,
        };
        let mut history = builder.build(PackageId::new(Ecosystem::Npm, "x").unwrap(), source);
        history.add_joinings([Joining {
            owner: Party::account(Ecosystem::Npm, "bob"),
            at: started,
            by: Some(Party::account(Ecosystem::Npm, "ada")),
        }]);
        history
    }

    fn entry() -> Entry {
        Entry {
            validators: Validators {
                etag: Some("\"1\"".to_owned()),
                last_modified: None,
            },
            checked: "2026-11-22T10:00:00Z".parse().unwrap(),
            history: history(),
        }
    }

    fn upstream() -> Upstream {
        let parsed = Upstream::parse("https://registry.example/", Place::Flag);
        parsed.unwrap().0
    }

    #[test]
    fn gives_back_what_was_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        cache.store(&upstream(), &entry()).unwrap();
        let package = entry().history.package().clone();
        assert_eq!(cache.load(&upstream(), &package), Some(entry()));
    }

    /// When this fails, the stored form has changed: count `FACTS` up, so that
    /// files in the old form are left alone, and put the new digest here.
    #[test]
    fn the_stored_form_has_not_changed() {
        let entry = entry();
        let stored = ToStore {
            writer: "0.0.0",
            validators: &entry.validators,
            checked: entry.checked,
            history: &entry.history,
        };
        let bytes = postcard::to_stdvec(&stored).unwrap();
        let form = format!(
            "{}: {}",
            String::from_utf8_lossy(&FACTS),
            crate::hex(&bytes)
        );
        assert_eq!(digest_name(&form), "2a41b252656e2dff97d5a9212f4219ea");
    }

    #[test]
    fn any_number_of_threads_gives_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let upstream = upstream();
        cache.store(&upstream, &entry()).unwrap();
        let name = |number| {
            let name = if number % 3 == 0 { "x" } else { "y" };
            PackageId::new(Ecosystem::Npm, name).unwrap()
        };
        let packages: Vec<PackageId> = (0..10).map(name).collect();
        let wanted: Vec<_> = packages
            .iter()
            .map(|package| (&upstream, package))
            .collect();
        let one = cache.load_all_on(&wanted, 1);
        assert_eq!(one.iter().filter(|entry| entry.is_some()).count(), 4);
        for threads in [0, 2, 3, 7, 50] {
            assert_eq!(cache.load_all_on(&wanted, threads), one, "{threads}");
        }
        assert!(cache.load_all(&[]).is_empty());
    }
}
