//! nginx with files that lie ready, in the bytes that the server of this
//! project sends: no proxy can do less than that.

use super::{Kind, Server};
use crate::bench::proxy::http::Answer;
use crate::bench::proxy::scenario::{Form, Scenario};
use crate::bench::race::{nginx, nginx_version};
use crate::running::{empty, free_port};
use anyhow::bail;
use std::path::{Path, PathBuf};

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
        let port = free_port()?;
        let types = "types { application/json json; application/octet-stream tgz; }";
        Ok(Server {
            kind: Kind::Nginx,
            version: nginx_version()?,
            base: format!("http://127.0.0.1:{port}/"),
            running: nginx(&self.place, port, types)?,
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
