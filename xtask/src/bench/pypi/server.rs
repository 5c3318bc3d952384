//! The servers, each started the way its own documentation says, with a cache
//! that stays warm.

use super::index::{Index, nginx};
use super::scenario::Scenario;
use crate::bench::http::Answer;
use crate::running::{Running, empty, free_port};
use crate::test::python::install_apart;
use crate::{peers, process};
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// One of those that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// Files that lie ready: the ceiling
    Nginx,
    /// This project's
    Tenure,
    /// The proxy that most people run
    Devpi,
    /// The smallest one
    Proxpi,
}

const DEVPI: &str = "6.20.3";
/// The one who is there from the beginning.
const DEVPI_USER: &str = "root";
const PROXPI: &str = "1.3.1";

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Nginx, Self::Tenure, Self::Devpi, Self::Proxpi];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Tenure => "Tenure",
            Self::Devpi => "devpi",
            Self::Proxpi => "proxpi",
        }
    }

    /// Starts a proxy of `index` with nothing cached, its files in `place`.
    pub(super) fn start(self, place: &Path, index: &Index) -> anyhow::Result<Server> {
        empty(place)?;
        match self {
            Self::Nginx => bail!("nginx proxies nothing here"),
            Self::Tenure => tenure(place, index),
            Self::Devpi => devpi(place, index),
            Self::Proxpi => proxpi(place, index),
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) kind: Kind,
    pub(super) version: String,
    /// The folder of pages, with a slash at the end.
    pub(super) base: String,
    running: Running,
}

impl Server {
    /// The processor time that it has taken so far, once it is done with what
    /// nobody waits for any more.
    pub(super) fn busy(&self) -> Duration {
        self.running.settle();
        Duration::from_millis(self.running.busy() * 10)
    }

    /// Resident memory, in bytes.
    pub(super) fn memory(&self) -> u64 {
        self.running.memory().now
    }
}

fn tenure(place: &Path, index: &Index) -> anyhow::Result<Server> {
    let program = peers::tenure()?;
    let version = process::answer(&program, &["--version"]).context("tenure does not run")?;
    let port = free_port()?;
    let mut command = Command::new(program);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command.arg("--data").arg(place.join("data"));
    command.args(["--upstream", &format!("pypi={}/simple/", index.root)]);
    // Nothing is asked of these.
    command.args(["--upstream", "npm=http://127.0.0.1:9/"]);
    command.args(["--upstream", "cargo=http://127.0.0.1:9/"]);
    Ok(Server {
        kind: Kind::Tenure,
        version: version.trim_start_matches("tenure ").to_owned(),
        base: format!("http://127.0.0.1:{port}/pypi/simple/"),
        running: Running::start(command.current_dir(place), place.join("log"), port)?,
    })
}

/// Makes an index of devpi that mirrors another one. There is a client for
/// that, which is larger than the server.
const MIRROR: &str = r#"
import base64, json, sys, urllib.request
root, user, upstream = sys.argv[1:]
def ask(method, path, body, **headers):
    headers["Content-Type"] = headers["Accept"] = "application/json"
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(body).encode()
    request = urllib.request.Request(root + path, body, headers, method=method)
    return json.load(urllib.request.urlopen(request))["result"]
token = ask("POST", "/+login", {"user": user, "password": ""})["password"]
auth = base64.b64encode(f"{user}:{token}".encode()).decode()
mirror = {"type": "mirror", "mirror_url": upstream, "mirror_cache_expiry": 86400}
ask("PUT", f"/{user}/up", mirror, X_Devpi_Auth=auth)
"#;

fn devpi(place: &Path, index: &Index) -> anyhow::Result<Server> {
    let programs = installed("devpi", &[&format!("devpi-server=={DEVPI}")])?;
    let data = place.join("data");
    let mut init = Command::new(programs.join("devpi-init"));
    process::run(init.arg("--serverdir").arg(&data).arg("--no-root-pypi"))?;
    let port = free_port()?;
    let mut command = Command::new(programs.join("devpi-server"));
    command.arg("--serverdir").arg(&data);
    command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    let running = Running::start(&mut command, place.join("log"), port)?;
    let root = format!("http://127.0.0.1:{port}");
    let mut mirror = Command::new(programs.join("python"));
    mirror.args(["-c", MIRROR, &root, DEVPI_USER]);
    process::run(mirror.arg(format!("{}/simple/", index.root)))?;
    Ok(Server {
        kind: Kind::Devpi,
        version: DEVPI.to_owned(),
        base: format!("{root}/{DEVPI_USER}/up/+simple/"),
        running,
    })
}

fn proxpi(place: &Path, index: &Index) -> anyhow::Result<Server> {
    let packages = [&*format!("proxpi=={PROXPI}"), "gunicorn==27.0.1"];
    let programs = installed("proxpi", &packages)?;
    let port = free_port()?;
    let mut command = Command::new(programs.join("gunicorn"));
    // What it keeps in memory is one process's own.
    command.args(["--workers", "1", "--threads", "16", "--log-level", "error"]);
    command.args(["--bind", &format!("127.0.0.1:{port}"), "proxpi.server:app"]);
    command.env("PROXPI_INDEX_URL", format!("{}/simple/", index.root));
    command.env("PROXPI_INDEX_TTL", "86400");
    command.env("PROXPI_CACHE_DIR", place.join("cache"));
    command.env("PROXPI_LOGGING_LEVEL", "ERROR");
    Ok(Server {
        kind: Kind::Proxpi,
        version: PROXPI.to_owned(),
        base: format!("http://127.0.0.1:{port}/index/"),
        running: Running::start(command.current_dir(place), place.join("log"), port)?,
    })
}

/// The folder of programs of packages that are installed.
fn installed(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let folder = peers::folder().join(name);
    install_apart(&folder, packages)?;
    Ok(folder.join("bin"))
}

/// nginx, with the answers of another server.
pub(super) fn ready(place: &Path, answers: &[(Scenario, Answer)]) -> anyhow::Result<Server> {
    empty(place)?;
    std::fs::create_dir(place.join("www"))?;
    for (scenario, answer) in answers {
        let file = place.join("www").join(scenario.file());
        let file = match answer.header("content-encoding") {
            Some("gzip") => file.with_added_extension("gz"),
            _ => file,
        };
        std::fs::write(file, &answer.bytes)?;
    }
    let version = Command::new(peers::nginx()?).arg("-v").output()?.stderr;
    let version = String::from_utf8_lossy(&version);
    let version = version.rsplit('/').next().unwrap_or_default();
    let port = free_port()?;
    let types = "types {} default_type application/octet-stream;";
    Ok(Server {
        kind: Kind::Nginx,
        version: version.trim().to_owned(),
        base: format!("http://127.0.0.1:{port}/"),
        running: nginx(place, port, types)?,
    })
}
