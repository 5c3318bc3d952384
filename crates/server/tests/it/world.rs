//! A registry, a server before it, and a clock that the test moves.

use crate::packages::{chalk, river};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;
use tenure_domain::{Clock, Days, Ecosystem, PackageId, Time};
use tenure_server::{ProxyLimits, Server, ServerOptions};
use tenure_store::{BlobsAt, DatabaseAt, Store, StoreOptions};
use tenure_testkit::http::{self, Answer};
use tenure_testkit::{FakeCargo, FakeNpm, FakeNuget, FakePypi};
use tenure_trust::acceptance::{Circle, ProjectFile};
use tenure_upstream::client::Limits;
use tenure_upstream::npm_config::{Registries, RegistryOptions, Transport};
use tenure_upstream::{Environment, Place, Upstream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// When tests begin.
pub(crate) const NOW: &str = "2026-11-22T10:00:00Z";

/// The server in a thread of its own.
pub(crate) struct World {
    pub(crate) npm: FakeNpm,
    pub(crate) cargo: FakeCargo,
    pub(crate) pypi: FakePypi,
    pub(crate) nuget: FakeNuget,
    folder: TempDir,
    millis: Arc<AtomicI64>,
    base: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl World {
    /// With `chalk`, of which nothing is held, and `river`, of which one
    /// release is.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// With a tenure.toml for the server.
    pub(crate) fn with_policy(text: &str) -> Self {
        let file = ProjectFile::parse(text).unwrap();
        Self::with(|options| options.defaults = file)
    }

    /// With other options.
    pub(crate) fn with(change: impl FnOnce(&mut ServerOptions)) -> Self {
        Self::with_folder(|options, _| change(options))
    }

    /// With other options, made of the test's folder.
    pub(crate) fn with_folder(change: impl FnOnce(&mut ServerOptions, &Path)) -> Self {
        Self::before(FakeNpm::start(), "", change)
    }

    /// Before a registry of the test's choice, with an `.npmrc` for the server.
    pub(crate) fn before(
        npm: FakeNpm,
        npmrc: &str,
        change: impl FnOnce(&mut ServerOptions, &Path),
    ) -> Self {
        npm.put(chalk());
        npm.put(river());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".npmrc"), npmrc).unwrap();
        let now: Time = NOW.parse().unwrap();
        let millis = Arc::new(AtomicI64::new(now.as_millis()));
        let (cargo, pypi, nuget) = (FakeCargo::start(), FakePypi::start(), FakeNuget::start());
        let others = [cargo.url(), pypi.url(), nuget.folder()];
        let mut options = options(&npm, &others, folder.path(), clock(&millis));
        change(&mut options, folder.path());
        let (base, stop, thread) = launch(options);
        Self {
            npm,
            cargo,
            pypi,
            nuget,
            folder,
            millis,
            base,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The server's own address, with a slash at the end.
    pub(crate) fn root(&self) -> &str {
        &self.base
    }

    /// The address of its npm registry, with a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("{}npm/", self.base)
    }

    /// Lets time pass.
    pub(crate) fn later(&self, days: Days) {
        let now = Time::from_millis(self.millis.load(Ordering::SeqCst));
        let then = (now + days).as_millis();
        self.millis.store(then, Ordering::SeqCst);
    }

    /// Asks the npm registry.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Asks the npm registry with headers.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, b"")
    }

    /// Sends the npm registry something.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        http::request(method, &format!("{}{path}", self.url()), headers, body).unwrap()
    }

    /// Asks the server outside of the registry.
    pub(crate) fn get_root(&self, path: &str) -> Answer {
        http::get(&format!("{}{path}", self.base)).unwrap()
    }

    /// The page about a package, as text.
    pub(crate) fn page(&self, name: &str) -> String {
        let answer = self.get_root(&format!("-/package/npm/{name}"));
        assert_eq!(answer.status, 200, "{}", shown(&answer));
        String::from_utf8(answer.body).unwrap()
    }

    /// Whether the metrics have a line that begins so, and its value.
    pub(crate) fn metric(&self, line: &str) -> Option<f64> {
        let text = String::from_utf8(self.get_root("metrics").body).unwrap();
        let line = text.lines().find_map(|known| known.strip_prefix(line))?;
        line.trim().parse().ok()
    }

    /// Asks the store that the server keeps everything in.
    pub(crate) fn in_store<T>(&self, ask: impl AsyncFnOnce(Store) -> T) -> T {
        let runtime = Runtime::new().unwrap();
        runtime.block_on(async {
            let store = Store::open(&store_in(self.folder.path())).await.unwrap();
            ask(store.clone()).await
        })
    }

    /// The data folder.
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Ends the server and starts another one on the same folder, with the
    /// options of [`new`](Self::new).
    pub(crate) fn restart(&mut self) {
        self.tell_to_stop();
        self.wait_for_end();
        let others = [self.cargo.url(), self.pypi.url(), self.nuget.folder()];
        let options = options(&self.npm, &others, self.folder.path(), clock(&self.millis));
        let (base, stop, thread) = launch(options);
        (self.base, self.stop, self.thread) = (base, Some(stop), Some(thread));
    }

    /// Tells the server to stop, and does not wait for it.
    pub(crate) fn tell_to_stop(&mut self) {
        let stop = self.stop.take().unwrap();
        stop.send(()).unwrap();
    }

    /// Waits until the server has stopped.
    pub(crate) fn wait_for_end(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }

    /// The same, with the part that differs from run to run replaced.
    pub(crate) fn anonymous(&self, text: &str) -> String {
        let upstream = self.npm.url().trim_end_matches('/');
        text.replace(self.base.trim_end_matches('/'), "http://tenure.example")
            .replace(upstream, "https://registry.example")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It fails only if the server has ended by itself.
        let _ = self.stop.take().map(|stop| stop.send(()));
        // A test that has failed already must not hang in the end.
        if let Some(thread) = self.thread.take()
            && !std::thread::panicking()
        {
            thread.join().unwrap();
        }
    }
}

fn clock(millis: &Arc<AtomicI64>) -> Clock {
    let millis = Arc::clone(millis);
    Clock::new(move || Time::from_millis(millis.load(Ordering::SeqCst)))
}

fn store_in(folder: &Path) -> StoreOptions {
    let data = folder.join("data");
    StoreOptions {
        database: DatabaseAt::Sqlite(data.join("tenure.db")),
        blobs: BlobsAt::Folder(data.join("blobs")),
    }
}

/// The registry at `url`, by the `.npmrc` of a folder.
pub(crate) fn registries(folder: &Path, url: &str) -> Registries {
    Registries::load(RegistryOptions {
        env: Environment::empty(folder),
        project: folder.to_owned(),
        flag: Some(url.to_owned()),
        configured: None,
        lockfile: None,
        cache_dir: None,
        now: NOW.parse().unwrap(),
    })
}

fn options(
    npm: &FakeNpm,
    [cargo, pypi, nuget]: &[String; 3],
    folder: &Path,
    clock: Clock,
) -> ServerOptions {
    let other = |url: &str| Upstream::parse(url, Place::Flag).unwrap();
    let others = BTreeMap::from([
        (Ecosystem::Cargo, other(cargo)),
        (Ecosystem::Pypi, other(pypi)),
        (Ecosystem::Nuget, other(nuget)),
    ]);
    ServerOptions {
        listen: "127.0.0.1:0".to_owned(),
        public_url: None,
        store: store_in(folder),
        defaults: ProjectFile::default(),
        circle: Circle::default(),
        registries: registries(folder, npm.url()),
        others,
        transport: Transport::default(),
        tarball_hosts: Vec::new(),
        private: false,
        upstream_limits: Limits {
            retries: 0,
            ..Limits::default()
        },
        limits: ProxyLimits {
            pause: Duration::from_millis(50),
            pace: Duration::from_millis(5),
            ..ProxyLimits::default()
        },
        clock,
    }
}

fn launch(options: ServerOptions) -> (String, oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel();
    let (tell, address) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        Runtime::new().unwrap().block_on(async {
            let server = Server::start(options).await.unwrap();
            tell.send(server.address()).unwrap();
            let stopped = async { drop(stopped.await) };
            server.run(stopped).await.unwrap();
        });
    });
    let base = format!("http://{}/", address.recv().unwrap());
    (base, stop, thread)
}

/// An answer, for the message of a failed test.
pub(crate) fn shown(answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    let body: String = body.chars().take(500).collect();
    format!("{} {}: {body}", answer.status, answer.reason)
}

pub(crate) fn npm(name: &str) -> PackageId {
    PackageId::new(Ecosystem::Npm, name).unwrap()
}
