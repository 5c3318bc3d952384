//! A registry, a server before it, and clients.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha512};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;
use tenure_domain::{Clock, Time};
use tenure_server::{ProxyLimits, Server, ServerOptions};
use tenure_store::{BlobsAt, DatabaseAt, StoreOptions};
use tenure_testkit::http::{self, Answer};
use tenure_testkit::{FakeNpm, Fault, Packument, Release};
use tenure_trust::acceptance::{Circle, ProjectFile};
use tenure_upstream::Environment;
use tenure_upstream::client::Limits;
use tenure_upstream::npm_config::{Registries, RegistryOptions, Transport};
use tokio::sync::oneshot;

/// The server in a thread of its own, with a clock that the test moves.
pub(crate) struct World {
    pub(crate) npm: FakeNpm,
    folder: TempDir,
    millis: Arc<AtomicI64>,
    /// 0 until there is one.
    port: u16,
    running: Option<Running>,
}

struct Running {
    base: String,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// The largest document that the server takes here.
pub(crate) const LARGEST: u64 = 1_000_000;
/// How long the server waits for the next piece of an answer.
const PATIENCE: Duration = Duration::from_secs(4);

impl World {
    /// With `chalk` in the registry, in two releases.
    pub(crate) fn new() -> Self {
        Self::with_npmrc(|_| String::new())
    }

    /// With an `.npmrc` that knows the registry.
    pub(crate) fn with_npmrc(npmrc: impl FnOnce(&FakeNpm) -> String) -> Self {
        let npm = FakeNpm::start();
        let npmrc = npmrc(&npm);
        Self::start_before(npm, &npmrc)
    }

    /// Before a registry of the test's choice.
    pub(crate) fn before(npm: FakeNpm) -> Self {
        Self::start_before(npm, "")
    }

    fn start_before(npm: FakeNpm, npmrc: &str) -> Self {
        npm.put(chalk());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".npmrc"), npmrc).unwrap();
        let now: Time = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut world = Self {
            npm,
            folder,
            millis: Arc::new(AtomicI64::new(now.as_millis())),
            port: 0,
            running: None,
        };
        world.start();
        world
    }

    fn start(&mut self) {
        let options = self.options();
        let (stop, stopped) = oneshot::channel();
        let (tell, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let server = Server::start(options).await.unwrap();
                tell.send(server.address()).unwrap();
                let stopped = async { drop(stopped.await) };
                server.run(stopped).await.unwrap();
            });
        });
        let address = address.recv().unwrap();
        self.port = address.port();
        let base = format!("http://{address}/npm/");
        self.running = Some(Running { base, stop, thread });
    }

    fn options(&self) -> ServerOptions {
        let data = self.folder.path().join("data");
        let millis = Arc::clone(&self.millis);
        let read = move || Time::from_millis(millis.load(Ordering::SeqCst));
        ServerOptions {
            listen: format!("127.0.0.1:{}", self.port),
            public_url: None,
            store: StoreOptions {
                database: DatabaseAt::Sqlite(data.join("tenure.db")),
                blobs: BlobsAt::Folder(data.join("blobs")),
            },
            defaults: ProjectFile::default(),
            circle: Circle::default(),
            registries: Registries::load(RegistryOptions {
                env: Environment::empty(self.folder.path()),
                project: self.folder.path().to_owned(),
                flag: Some(self.npm.url().to_owned()),
                configured: None,
                lockfile: None,
                cache_dir: None,
                now: read(),
            }),
            transport: Transport::default(),
            others: BTreeMap::new(),
            tarball_hosts: Vec::new(),
            private: false,
            upstream_limits: Limits {
                read_timeout: PATIENCE,
                body: LARGEST,
                file: 8_000_000,
                retries: 1,
                first_pause: Duration::from_millis(1),
                ..Limits::default()
            },
            limits: ProxyLimits::default(),
            clock: Clock::new(read),
        }
    }

    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            // It fails only if the server has ended by itself.
            let _ = running.stop.send(());
            running.thread.join().unwrap();
        }
    }

    /// Everything that the server had in memory is lost.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// Lets so much time pass that a document is asked for before it is served
    /// again.
    pub(crate) fn wait_until_old(&self) {
        self.wait(Duration::from_hours(24));
    }

    /// Lets so much time pass that the registry is asked again after a failure,
    /// and what was looked up in the store is looked up again.
    pub(crate) fn wait_a_moment(&self) {
        self.wait(Duration::from_secs(15));
    }

    fn wait(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// The address of the server's registry, with a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.running.as_ref().unwrap().base
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        http::get(&format!("{}{path}", self.url())).unwrap()
    }

    /// The document of a package, which has to be one.
    pub(crate) fn document(&self, name: &str) -> Answer {
        let answer = self.get(name);
        assert_eq!(answer.status, 200, "{}", shown(&answer));
        assert!(answer.complete && answer.json()["name"] == name);
        answer
    }

    /// As [`blobs`](Self::blobs), as soon as there is one: a document is answered
    /// with before it is kept.
    pub(crate) fn first_blobs(&self) -> Vec<PathBuf> {
        for _ in 0..500 {
            let blobs = self.blobs();
            if !blobs.is_empty() {
                return blobs;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nothing is kept");
    }

    /// The files of finished blobs, wherever the store puts them. They are
    /// named by the digests of their bytes.
    pub(crate) fn blobs(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(&self.folder.path().join("data/blobs"), &mut files);
        files.retain(|file| file.file_name().unwrap().len() == 64);
        files.sort();
        files
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // A test that has failed already must not hang in the end.
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

/// Runs a check of every fault, each in a world of its own, a few at a time:
/// some take their time.
pub(crate) fn each(faults: Vec<(&'static str, Fault)>, check: fn(World, &str, Fault)) {
    let left = Mutex::new(faults);
    let next = || left.lock().unwrap().pop();
    std::thread::scope(|scope| {
        let work = || {
            while let Some((name, fault)) = next() {
                check(World::new(), name, fault);
            }
        };
        for _ in 0..4 {
            scope.spawn(work);
        }
    });
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Two releases by one hand, so that nothing is held.
pub(crate) fn chalk() -> Packument {
    package("chalk", &["1.0.0", "1.1.0"])
}

pub(crate) const FILE: &str = "chalk/-/chalk-1.1.0.tgz";

pub(crate) fn package(name: &str, versions: &[&str]) -> Packument {
    let releases = versions.iter().map(|version| release(version));
    releases.fold(Packument::new(name), Packument::release)
}

pub(crate) fn release(version: &str) -> Release {
    Release::new(version)
        .at("2020-03-14T10:00:00.000Z")
        .by("sindresorhus")
}

/// What a served document says of a release's file, and whether these bytes
/// are it.
pub(crate) fn is_file(document: &Answer, version: &str, bytes: &[u8]) -> bool {
    let integrity = &document.json()["versions"][version]["dist"]["integrity"];
    let digest = BASE64_STANDARD.encode(Sha512::digest(bytes));
    *integrity == format!("sha512-{digest}")
}

pub(crate) fn is_stale(answer: &Answer) -> bool {
    let warning = answer.header("warning");
    warning.is_some_and(|warning| warning.starts_with("110 "))
}

/// An answer, for the message of a failed test.
pub(crate) fn shown(answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    let body: String = body.chars().take(500).collect();
    let end = if answer.complete { "" } else { " (broken off)" };
    format!("{} {}{end}: {body}", answer.status, answer.reason)
}

/// Checks that an answer says no in a way that npm prints.
pub(crate) fn is_clear_failure(answer: &Answer) -> bool {
    let why = answer.error();
    answer.complete
        && matches!(answer.status, 500..=599)
        && why.is_some_and(|why| why.len() > 20)
        && !matches!(&*answer.reason, "" | "OK")
}
