//! `cargo xtask conformance`: the public suite of the npm protocol,
//! `@verdaccio/e2e-cli`, against Verdaccio and against this project's server.
//!
//! The suite publishes every package that it installs, and this server hosts
//! none yet. So both are also asked as proxies: what writes goes to a Verdaccio
//! behind them, everything else through the proxy.

mod results;
mod subject;

use crate::test::clients::{self, CLIENTS};
use crate::test::packages;
use crate::{peers, process, say, steps, workspace};
use anyhow::{Context as _, bail};
use clap::Args;
use results::Results;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use subject::Subject;

/// Run the npm protocol's public suite against Verdaccio and Tenure
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only these tests of the suite, such as `install` or `scenario:metadata`
    #[arg(long = "test", value_name = "NAME")]
    tests: Vec<String>,

    /// Only these clients, such as `npm` or `bun`
    #[arg(long = "client", value_name = "NAME")]
    clients: Vec<String>,

    /// Only these servers
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Subject>,

    /// How long a test may take, in seconds
    #[arg(long, default_value_t = 120)]
    timeout: u32,

    /// Write docs/conformance.md
    #[arg(long)]
    write_docs: bool,
}

/// The suite, where it says what it is.
const PACKAGES: [(&str, &str); 2] = [("@verdaccio/e2e-cli", "4.0.1"), ("node", "22.23.3")];

/// Clients as the suite names them, and as they are installed for the tests.
const NAMES: [(&str, &str); 4] = [
    ("npm", "npm-11"),
    ("pnpm", "pnpm-12"),
    ("bun", "bun"),
    ("yarn-modern", "yarn-4"),
];

/// The suite, installed.
#[derive(Debug)]
struct Suite {
    node: PathBuf,
    program: PathBuf,
    /// What its interface is imported from.
    main: PathBuf,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    steps::announce("the suite, the clients and the servers");
    let suite = install()?;
    let subjects = Subject::ALL.into_iter();
    let subjects: Vec<Subject> = subjects
        .filter(|subject| arguments.only.is_empty() || arguments.only.contains(subject))
        .collect();
    let place = workspace::root().join("target/xtask-conformance");
    let mut all = Vec::new();
    for subject in subjects {
        steps::announce(subject.name());
        let place = place.join(subject.name().replace([',', ' '], ""));
        let standing = subject::start(subject, &suite, &place)?;
        let results = drive(arguments, &suite, &standing, &place)?;
        say::line(&results.summary());
        all.push((subject, results));
    }
    results::print(&all)?;
    if arguments.write_docs {
        results::write(&all)?;
    }
    Ok(())
}

fn install() -> anyhow::Result<Suite> {
    let folder = peers::folder().join("verdaccio-e2e");
    packages::install(&folder, &PACKAGES, &[])?;
    clients::install(&workspace::tools(), &path(&folder)?)?;
    let package = folder.join("node_modules/@verdaccio/e2e-cli");
    Ok(Suite {
        node: peers::node(&folder)?,
        program: package.join("bin/e2e-cli.js"),
        main: package.join("build/esm/index.js"),
    })
}

/// The path, with the Node.js of the suite first.
fn path(folder: &Path) -> anyhow::Result<OsString> {
    let own = workspace::variable("PATH").unwrap_or_default();
    let node = folder.join("node_modules/node/bin");
    let all = std::iter::once(node).chain(std::env::split_paths(&own));
    std::env::join_paths(all).context("the PATH cannot be extended")
}

/// Runs the suite.
fn drive(
    arguments: &Arguments,
    suite: &Suite,
    standing: &subject::Standing,
    place: &Path,
) -> anyhow::Result<Results> {
    let script = subject::script(place, "drive.mjs", include_str!("drive.mjs"))?;
    let out = place.join("results.json");
    let told = serde_json::json!({
        "suite": suite.main,
        "registry": standing.registry,
        "clients": arguments.clients()?,
        "tests": arguments.tests,
        "timeout": arguments.timeout * 1000,
        "out": out,
    });
    let mut command = Command::new(&suite.node);
    command.arg(script).arg(told.to_string());
    command.env("E2E_UPLINK_PORT", standing.mock.to_string());
    command.env("PATH", path(&peers::folder().join("verdaccio-e2e"))?);
    command.env("npm_config_userconfig", settings(place)?);
    let log = place.join("suite.log");
    let file = std::fs::File::create(&log)?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .context("node cannot be started")?;
    if !status.success() {
        bail!("the suite broke down ({status}); see {}", log.display());
    }
    Results::read(&out)
}

/// npm's settings while the suite runs: nobody's own, except for the registry
/// from which it fetches plugins for yarn.
fn settings(place: &Path) -> anyhow::Result<PathBuf> {
    let registry = process::answer("npm", &["config", "get", "registry"]);
    let registry = registry.context("npm names no registry")?;
    let file = place.join("npmrc");
    std::fs::write(&file, format!("registry={registry}\n"))?;
    Ok(file)
}

impl Arguments {
    /// The clients to run, as the script wants them told.
    fn clients(&self) -> anyhow::Result<serde_json::Value> {
        let wanted = NAMES
            .iter()
            .filter(|(name, _)| self.clients.is_empty() || self.clients.iter().any(|c| c == name));
        wanted
            .map(|(name, id)| {
                let client = CLIENTS.iter().find(|client| client.id == *id);
                let client = client.with_context(|| format!("no client `{id}` is installed"))?;
                let folder = workspace::tools().join("clients").join(id);
                let program = folder.join("node_modules/.bin").join(client.program);
                Ok(serde_json::json!({ "type": name, "program": program }))
            })
            .collect()
    }
}
