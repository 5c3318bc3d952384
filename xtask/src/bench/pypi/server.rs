//! The others, each started the way its own documentation says, with a cache
//! that stays warm.

use super::index::Index;
use crate::bench::race::Server;
use crate::running::free_port;
use crate::test::python::install_apart;
use crate::{peers, process};
use std::path::{Path, PathBuf};
use std::process::Command;

const DEVPI: &str = "6.20.3";
/// The one who is there from the beginning.
const DEVPI_USER: &str = "root";
const PROXPI: &str = "1.3.1";

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

pub(super) fn devpi(place: &Path, index: &Index) -> anyhow::Result<Server> {
    let programs = installed("devpi", &[&format!("devpi-server=={DEVPI}")])?;
    let data = place.join("data");
    let mut init = Command::new(programs.join("devpi-init"));
    process::run(init.arg("--serverdir").arg(&data).arg("--no-root-pypi"))?;
    let port = free_port()?;
    let mut command = Command::new(programs.join("devpi-server"));
    command.arg("--serverdir").arg(&data);
    command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    let path = format!("/{DEVPI_USER}/up/+simple/");
    let server = Server::start(("devpi", DEVPI), &mut command, place, (port, &path))?;
    let root = format!("http://127.0.0.1:{port}");
    let mut mirror = Command::new(programs.join("python"));
    mirror.args(["-c", MIRROR, &root, DEVPI_USER]);
    process::run(mirror.arg(format!("{}/simple/", index.root)))?;
    Ok(server)
}

pub(super) fn proxpi(place: &Path, index: &Index) -> anyhow::Result<Server> {
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
    let proxpi = ("proxpi", PROXPI);
    Server::start(proxpi, &mut command, place, (port, "/index/"))
}

/// The folder of programs of packages that are installed.
fn installed(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let folder = peers::folder().join(name);
    install_apart(&folder, packages)?;
    Ok(folder.join("bin"))
}
