//! What a server is told: flags first, then its file, then defaults. The same
//! for whoever runs the server and for whoever looks after its projects.

mod store;

use crate::context::{Process, Vouches, read_project};
use anyhow::{Context as _, bail};
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::S3Table;
use tenure_domain::Clock;
use tenure_server::{ProxyLimits, ServerOptions};
use tenure_store::StoreOptions;
use tenure_trust::acceptance::{Circle, ProjectFile};
use tenure_upstream::Environment;
use tenure_upstream::client::Limits;
use tenure_upstream::npm_config::{Registries, Transport};
use url::Url;

/// Beside the ports that other registries use.
const LISTEN: &str = "127.0.0.1:4874";
/// Documents of packages reach 20 MB; nothing honest is larger than this.
const LARGEST_DOCUMENT: u64 = 96 * 1024 * 1024;
/// How many large ones are read at the same time: each takes a few times its
/// size of memory for a moment.
const LARGE_DOCUMENTS: usize = 2;

/// Which server is meant.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ServerArgs {
    /// The folder of the database and of all packages
    /// [default: tenure in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Policy, decisions and settings of the server: a tenure.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The `[server]` table of a server's tenure.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    listen: Option<String>,
    data: Option<PathBuf>,
    public_url: Option<Url>,
    database: Option<String>,
    s3: Option<S3Table>,
    private: bool,
    tarball_hosts: Vec<String>,
    /// Seconds.
    fresh: Option<u64>,
    /// Seconds.
    timeout: Option<u64>,
    /// MiB.
    memory: Option<u64>,
}

/// Whether a `[server]` table has the settings of a server, and not which server
/// a project belongs to.
pub(crate) fn are_in(table: &toml::Table) -> bool {
    !table.is_empty() && table.clone().try_into::<Table>().is_ok()
}

/// Everything about a server but its upstream.
pub(crate) struct Settings {
    pub(crate) listen: String,
    pub(crate) public_url: Option<Url>,
    /// The folder of the database and of all packages.
    pub(crate) data: PathBuf,
    pub(crate) store: StoreOptions,
    pub(crate) file: ProjectFile,
    /// The folder from which the file names others.
    pub(crate) folder: PathBuf,
    /// Whether reading needs a project's token, too.
    pub(crate) private: bool,
    tarball_hosts: Vec<String>,
    limits: ProxyLimits,
    /// How long a registry may be silent.
    timeout: Duration,
}

impl Settings {
    /// Reads the file that the flags name, and adds the defaults. `listen` is
    /// the flag of that name.
    pub(crate) fn load(
        args: &ServerArgs,
        listen: Option<&str>,
        process: &Process,
    ) -> anyhow::Result<Self> {
        let here = process.env.current_dir();
        let folder = args.config.as_ref().and_then(|path| path.parent());
        let folder = here.join(folder.unwrap_or(Path::new("")));
        let file = match &args.config {
            Some(path) => read_project(path)?,
            None => ProjectFile::default(),
        };
        let table: Table = file.server.clone().try_into().context("[server]")?;
        let data = data_folder(args, &table, process)?;
        let mut limits = ProxyLimits::default();
        if let Some(seconds) = table.fresh {
            limits.fresh = Duration::from_secs(seconds);
            // As much longer as by default; who wants nothing old gets none.
            limits.background = limits.fresh.saturating_mul(12);
        }
        let timeout = timeout(table.timeout)?;
        limits.patience = limits.patience.min(timeout);
        if let Some(mebibytes) = table.memory {
            limits.memory = mebibytes * 1024 * 1024;
        }
        let listen = listen.map(str::to_owned).or(table.listen);
        Ok(Self {
            listen: listen.unwrap_or_else(|| LISTEN.to_owned()),
            public_url: public_url(table.public_url)?,
            store: StoreOptions {
                database: store::database(table.database, &data, process),
                blobs: store::blobs(table.s3, &data, process)?,
            },
            data,
            file,
            folder,
            private: table.private,
            tarball_hosts: table.tarball_hosts,
            limits,
            timeout,
        })
    }

    /// The address under which clients reach the server, without a slash at its
    /// end.
    pub(crate) fn address(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => match self.listen.parse() {
                Ok(listening) => format!("http://{}", reachable(listening)),
                Err(_) => format!("http://{}", self.listen),
            },
        }
    }

    /// The vouches that the server's file names.
    ///
    /// # Errors
    /// When a source of them cannot be read.
    pub(crate) fn vouches(&self) -> anyhow::Result<Vouches> {
        let vouches = Vouches::load(&self.file, &self.folder)?;
        for note in &vouches.notes {
            tracing::warn!("{note}");
        }
        Ok(vouches)
    }

    /// The options of a server that asks `registries`, and no others yet, and
    /// follows `circle`.
    pub(crate) fn into_options(
        self,
        registries: Registries,
        circle: Circle,
        env: &Environment,
        clock: Clock,
    ) -> ServerOptions {
        ServerOptions {
            circle,
            listen: self.listen,
            public_url: self.public_url,
            store: self.store,
            defaults: self.file,
            transport: Transport::new(registries.config(), env),
            registries,
            others: BTreeMap::new(),
            tarball_hosts: self.tarball_hosts,
            private: self.private,
            upstream_limits: Limits {
                body: LARGEST_DOCUMENT,
                large_documents: LARGE_DOCUMENTS,
                read_timeout: self.timeout,
                // A client is waiting, and will ask again by itself.
                retries: 1,
                ..Limits::default()
            },
            limits: self.limits,
            clock,
        }
    }
}

fn timeout(seconds: Option<u64>) -> anyhow::Result<Duration> {
    let default = Limits::default().read_timeout;
    let timeout = seconds.map_or(default, Duration::from_secs);
    anyhow::ensure!(
        !timeout.is_zero(),
        "`timeout` in [server] is 0, so no registry could ever answer: leave it out, or give seconds"
    );
    Ok(timeout)
}

/// An address that a client on this machine can type.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn data_folder(args: &ServerArgs, table: &Table, process: &Process) -> anyhow::Result<PathBuf> {
    let given = args.data.clone().or_else(|| table.data.clone());
    let Some(folder) = given.or_else(|| process.env.data_dir()) else {
        bail!("there is no home folder to keep packages in; name a folder with `--data DIR`");
    };
    Ok(process.env.current_dir().join(folder))
}

fn public_url(url: Option<Url>) -> anyhow::Result<Option<Url>> {
    match url {
        Some(url) if !matches!(url.scheme(), "http" | "https") => {
            bail!(
                "[server] public-url is `{url}`; expected an address such as https://packages.example.org"
            )
        }
        url => Ok(url),
    }
}
