//! nginx with files that lie ready, in the bytes that the server of this
//! project sends: no proxy can do less than that.

use super::{Kind, Server};
use crate::bench::proxy::http::Answer;
use crate::bench::proxy::scenario::{Form, Scenario};
use crate::peers;
use crate::running::{Running, empty, free_port};
use anyhow::bail;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Its defaults, except that nothing is logged, that files are sent by the
/// kernel, that compressed ones lie beside the others, and that connections
/// are not closed every thousand requests. Only root may change the user, and
/// only root has folders that nobody else may read.
const SETTINGS: &str = "user root;
worker_processes auto;
daemon off;
pid PLACE/pid;
error_log PLACE/errors;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    etag on;
    gzip_static on;
    keepalive_requests 100000000;
    types { application/json json; application/octet-stream tgz; }
    client_body_temp_path PLACE/body;
    proxy_temp_path PLACE/proxy;
    fastcgi_temp_path PLACE/fastcgi;
    uwsgi_temp_path PLACE/uwsgi;
    scgi_temp_path PLACE/scgi;
    server { listen 127.0.0.1:PORT; root PLACE/www; }
}
";

/// The files that nginx serves.
#[derive(Debug)]
pub(in crate::bench::proxy) struct Store {
    place: PathBuf,
}

impl Store {
    /// None yet.
    pub(in crate::bench::proxy) fn new(place: &Path) -> anyhow::Result<Self> {
        empty(place)?;
        let place = place.to_owned();
        Ok(Self { place })
    }

    /// Keeps an answer of another server.
    pub(in crate::bench::proxy) fn keep(
        &self,
        scenario: &Scenario,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        let file = self.place.join("www").join(path(scenario));
        std::fs::create_dir_all(file.parent().unwrap_or(&self.place))?;
        let file = match answer.header("content-encoding") {
            None | Some("identity") => file,
            Some("gzip") => file.with_added_extension("gz"),
            Some(other) => bail!("nobody asked for `{other}`"),
        };
        Ok(std::fs::write(file, &answer.bytes)?)
    }

    /// Starts nginx.
    pub(in crate::bench::proxy) fn start(&self) -> anyhow::Result<Server> {
        let program = peers::nginx()?;
        let version = Command::new(&program).arg("-v").output()?.stderr;
        let version = String::from_utf8_lossy(&version);
        let version = version.rsplit('/').next().unwrap_or_default();
        let port = free_port()?;
        let place = self.place.display().to_string();
        let settings = self.place.join("nginx.conf");
        let text = SETTINGS.replace("PLACE", &place);
        std::fs::write(&settings, text.replace("PORT", &port.to_string()))?;
        let mut command = Command::new(program);
        command.arg("-p").arg(&self.place).arg("-c").arg(&settings);
        Ok(Server {
            kind: Kind::Nginx,
            version: version.trim().to_owned(),
            base: format!("http://127.0.0.1:{port}/"),
            running: Running::start(&mut command, self.place.join("log"), port)?,
        })
    }
}

/// Where the answer lies, below the root. Nothing has to be looked at but the
/// path: that is the least work.
pub(super) fn path(scenario: &Scenario) -> String {
    let package = scenario.package;
    match scenario.form {
        Form::Full => format!("{package}/full.json"),
        Form::Abbreviated => format!("{package}/abbreviated.json"),
        Form::File => format!("{package}/file.tgz"),
    }
}
