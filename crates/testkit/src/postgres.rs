//! A PostgreSQL of a test's own.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running server with its data in a temporary folder. It listens on a socket
/// in that folder and nowhere else, so servers never meet. Dropping it ends it.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    programs: Programs,
    databases: AtomicU32,
    folder: TempDir,
}

/// Where Debian puts each version's programs; only some get onto the path.
const DEBIAN: &str = "/usr/lib/postgresql";
const USER: &str = "tenure";
/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

impl Postgres {
    /// Starts a server; `None`, said on standard error, where PostgreSQL is not
    /// installed.
    ///
    /// # Panics
    /// When it is not installed in CI, and when it is and does not start.
    pub fn start() -> Option<Self> {
        let Some(programs) = Programs::find() else {
            crate::missing(
                "no PostgreSQL: neither `initdb` on the path nor in /usr/lib/postgresql",
            );
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        programs.let_in(folder.path());
        programs.make_cluster(&folder.path().join("data"));
        let server = programs.serve(folder.path());
        let mut started = Self {
            server,
            programs,
            databases: AtomicU32::new(0),
            folder,
        };
        started.wait();
        Some(started)
    }

    /// The address of a new, empty database.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let mut createdb = self.programs.command("createdb");
        createdb
            .arg("--host")
            .arg(self.folder.path())
            .args(["--username", USER, &name]);
        run(&mut createdb);
        let mut url = url::Url::parse("postgres://localhost").expect("it is an address");
        url.set_username(USER).expect("it takes a user");
        url.set_path(&name);
        let socket = self.folder.path().to_str().expect("its path is text");
        url.query_pairs_mut().append_pair("host", socket);
        url.to_string()
    }

    /// Waits until the server takes connections: it says so in the last line of
    /// the file with its process id.
    fn wait(&mut self) {
        let state = self.folder.path().join("data/postmaster.pid");
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(&state).unwrap_or_default();
            if text
                .lines()
                .nth(7)
                .is_some_and(|state| state.trim() == "ready")
            {
                return;
            }
            let ended = self.server.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "PostgreSQL ended: {}", self.log());
            assert!(
                begun.elapsed() < PATIENCE,
                "PostgreSQL does not start: {}",
                self.log()
            );
            sleep(Duration::from_millis(10));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.programs.command("pg_ctl");
        stop.args([
            "stop",
            "--silent",
            "--no-wait",
            "--mode=immediate",
            "--pgdata",
        ])
        .arg(self.folder.path().join("data"));
        let stopped = stop.status().is_ok_and(|status| status.success());
        if !stopped {
            // Leaves a little shared memory behind, but no process.
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// PostgreSQL's programs, and as whom they run.
#[derive(Debug)]
struct Programs {
    /// `None`: they are on the path.
    folder: Option<PathBuf>,
    /// The server refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Option<Self> {
        let user = is_root().then(|| other_user("/etc/passwd"));
        let folder = of_debian();
        let found = Self { folder, user };
        let is_there = found
            .command("initdb")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        is_there
            .is_ok_and(|status| status.success())
            .then_some(found)
    }

    fn command(&self, program: &str) -> Command {
        let path = self.folder.as_ref().map(|folder| folder.join(program));
        let mut command =
            Command::new(path.as_deref().map_or(OsStr::new(program), Path::as_os_str));
        // Where the test runs, another user may not be let in.
        command.stdin(Stdio::null()).current_dir("/");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    fn let_in(&self, folder: &Path) {
        if let Some((user, group)) = self.user {
            chown(folder, Some(user), Some(group)).expect("root may give a folder away");
        }
    }

    fn make_cluster(&self, data: &Path) {
        let mut initdb = self.command("initdb");
        initdb
            .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args(["--username", USER, "--pgdata"])
            .arg(data);
        run(&mut initdb);
    }

    /// Starts a server that may lose everything when the machine stops: it is
    /// all gone after the test anyway.
    fn serve(&self, folder: &Path) -> Child {
        let log = fs::File::create(folder.join("log")).expect("the log can be made");
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(folder.join("data"));
        postgres.arg("-k").arg(folder);
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
        ] {
            postgres.args(["-c", setting]);
        }
        postgres.stdout(Stdio::null()).stderr(log);
        postgres.spawn().expect("PostgreSQL can be started")
    }
}

/// The folder of the newest version that Debian installed.
fn of_debian() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?.flatten();
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions
        .map(|version| version.path())
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(version)?;
    Some(newest.join("bin"))
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// User and group of `postgres`, else of `nobody`.
fn other_user(accounts: &str) -> (u32, u32) {
    let text = fs::read_to_string(accounts).unwrap_or_default();
    let ids = |name: &str| {
        let fields = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let mut own = fields.filter(|fields| fields.first() == Some(&name));
        let own = own.next()?;
        Some((own.get(2)?.parse().ok()?, own.get(3)?.parse().ok()?))
    };
    ids("postgres")
        .or_else(|| ids("nobody"))
        .unwrap_or((65_534, 65_534))
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}");
}
