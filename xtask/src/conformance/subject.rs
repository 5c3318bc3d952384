//! What the suite is run against: a registry with everything that it needs
//! around it.

use super::Suite;
use crate::peers;
use crate::running::{Running, empty, free_port};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One of those that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Subject {
    /// Verdaccio with the packages that the suite publishes.
    Hosting,
    /// Verdaccio as a proxy of that one.
    Verdaccio,
    /// This project's server as a proxy of that one.
    Tenure,
}

impl Subject {
    pub(super) const ALL: [Self; 3] = [Self::Hosting, Self::Verdaccio, Self::Tenure];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Hosting => "Verdaccio, hosting",
            Self::Verdaccio => "Verdaccio, proxy",
            Self::Tenure => "Tenure, proxy",
        }
    }
}

/// A registry that runs, and what is around it.
#[derive(Debug)]
pub(super) struct Standing {
    /// The address for the suite, without a slash at the end.
    pub(super) registry: String,
    /// The port on which the suite puts an upstream of its own.
    pub(super) mock: u16,
    /// In the order in which they are ended.
    _processes: Vec<Running>,
}

/// Starts a subject, its files in the folder `place`.
pub(super) fn start(subject: Subject, suite: &Suite, place: &Path) -> anyhow::Result<Standing> {
    empty(place)?;
    let (host, mock) = (free_port()?, free_port()?);
    let hosting = hosting(suite, host, mock, &place.join("hosting"))?;
    if subject == Subject::Hosting {
        return Ok(Standing {
            // The suite writes tokens for this name of the machine.
            registry: format!("http://localhost:{host}"),
            mock,
            _processes: vec![hosting],
        });
    }
    let (host, mock_url) = (loopback(host), loopback(mock));
    let (port, back) = (free_port()?, json!({ "host": host, "mock": mock_url }));
    let back = split(suite, port, ("back", back), place)?;
    let upstream = format!("{}/", loopback(port));
    let (proxy, url) = match subject {
        Subject::Tenure => tenure(&upstream, &place.join("proxy"))?,
        _ => verdaccio(&upstream, &place.join("proxy"))?,
    };
    let (port, front) = (free_port()?, json!({ "host": host, "proxy": url }));
    let front = split(suite, port, ("front", front), place)?;
    Ok(Standing {
        registry: format!("http://localhost:{port}"),
        mock,
        _processes: vec![front, proxy, back, hosting],
    })
}

fn loopback(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// A Verdaccio as the suite wants it.
fn hosting(suite: &Suite, port: u16, mock: u16, place: &Path) -> anyhow::Result<Running> {
    let settings = crate::process::output(
        Command::new(&suite.node)
            .arg(&suite.program)
            .arg("--print-config")
            .arg(format!("--uplink-port={mock}")),
    )?;
    verdaccio_with(&settings, port, place)
}

/// A Verdaccio that asks about everything each time.
fn verdaccio(upstream: &str, place: &Path) -> anyhow::Result<(Running, String)> {
    const SETTINGS: &str = "storage: ./storage
web:
  enable: false
max_body_size: 100mb
uplinks:
  upstream:
    url: UPSTREAM
    maxage: 0s
    timeout: 3s
    max_fails: 100
    fail_timeout: 1s
middlewares:
  audit:
    enabled: true
packages:
  '**':
    access: $all
    proxy: upstream
log: { type: stdout, format: pretty, level: warn }
";
    let port = free_port()?;
    let settings = SETTINGS.replace("UPSTREAM", upstream);
    Ok((verdaccio_with(&settings, port, place)?, loopback(port)))
}

fn verdaccio_with(settings: &str, port: u16, place: &Path) -> anyhow::Result<Running> {
    empty(place)?;
    let verdaccio = peers::verdaccio()?;
    let file = place.join("config.yaml");
    std::fs::write(&file, settings)?;
    let mut command = Command::new(verdaccio.node);
    command.arg(verdaccio.program).arg("--config").arg(file);
    command.args(["--listen", &loopback(port)]);
    Running::start(command.current_dir(place), place.join("log"), port)
}

/// This project's server, which asks about everything each time, and is as
/// patient as the other.
fn tenure(upstream: &str, place: &Path) -> anyhow::Result<(Running, String)> {
    empty(place)?;
    let settings = place.join("tenure.toml");
    std::fs::write(&settings, "[server]\nfresh = 0\ntimeout = 3\n")?;
    let port = free_port()?;
    let mut command = Command::new(peers::tenure()?);
    command.arg("serve").arg("--config").arg(settings);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.arg("--data").arg(place.join("data"));
    command.args(["--upstream", &format!("npm={upstream}")]);
    let running = Running::start(command.current_dir(place), place.join("log"), port)?;
    Ok((running, format!("{}/npm", loopback(port))))
}

fn split(
    suite: &Suite,
    port: u16,
    (kind, to): (&str, Value),
    place: &Path,
) -> anyhow::Result<Running> {
    let script = script(place, "split.mjs", include_str!("split.mjs"))?;
    let mut told = json!({ "port": port });
    told[kind] = to;
    let mut command = Command::new(&suite.node);
    command.arg(script).arg(told.to_string());
    Running::start(&mut command, place.join(format!("{kind}.log")), port)
}

/// Writes a script to where node finds it.
pub(super) fn script(place: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    let file = place.join(name);
    std::fs::write(&file, text)?;
    Ok(file)
}
