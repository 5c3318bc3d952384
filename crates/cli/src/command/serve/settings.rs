//! What a server is told: flags first, then its file, then defaults.

use super::Arguments;
use crate::context::{Process, read_project};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;
use tenure_domain::Clock;
use tenure_server::{ProxyLimits, ServerOptions};
use tenure_store::{BlobsAt, DatabaseAt, S3Credentials, S3Options, StoreOptions};
use tenure_trust::acceptance::ProjectFile;
use tenure_upstream::Environment;
use tenure_upstream::client::Limits;
use tenure_upstream::npm_config::{Registries, Transport};
use url::Url;

/// Beside the ports that other registries use.
const LISTEN: &str = "127.0.0.1:4874";
/// Documents of packages reach 20 MB; nothing honest is larger than this.
const LARGEST_DOCUMENT: u64 = 96 * 1024 * 1024;

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
    /// MiB.
    memory: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct S3Table {
    endpoint: Option<String>,
    bucket: String,
    #[serde(default = "any_region")]
    region: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    allow_http: bool,
}

fn any_region() -> String {
    "us-east-1".to_owned()
}

/// Everything about a server but its upstream.
pub(super) struct Settings {
    pub(super) listen: String,
    pub(super) public_url: Option<Url>,
    /// The folder of the database and of all packages.
    pub(super) data: PathBuf,
    pub(super) store: StoreOptions,
    pub(super) file: ProjectFile,
    private: bool,
    tarball_hosts: Vec<String>,
    limits: ProxyLimits,
}

impl Settings {
    pub(super) fn load(arguments: &Arguments, process: &Process) -> anyhow::Result<Self> {
        let file = match &arguments.config {
            Some(path) => read_project(path)?,
            None => ProjectFile::default(),
        };
        let table: Table = file.server.clone().try_into().context("[server]")?;
        let data = data_folder(arguments, &table, process)?;
        let mut limits = ProxyLimits::default();
        if let Some(seconds) = table.fresh {
            limits.fresh = Duration::from_secs(seconds);
        }
        if let Some(mebibytes) = table.memory {
            limits.memory = mebibytes * 1024 * 1024;
        }
        let listen = arguments.listen.clone().or(table.listen);
        Ok(Self {
            listen: listen.unwrap_or_else(|| LISTEN.to_owned()),
            public_url: public_url(table.public_url)?,
            store: StoreOptions {
                database: database(table.database, &data, process),
                blobs: blobs(table.s3, &data, process)?,
            },
            data,
            file,
            private: table.private,
            tarball_hosts: table.tarball_hosts,
            limits,
        })
    }

    /// The options of a server that asks `registries`.
    pub(super) fn into_options(
        self,
        registries: Registries,
        env: &Environment,
        clock: Clock,
    ) -> ServerOptions {
        ServerOptions {
            listen: self.listen,
            public_url: self.public_url,
            store: self.store,
            defaults: self.file,
            transport: Transport::new(registries.config(), env),
            registries,
            tarball_hosts: self.tarball_hosts,
            private: self.private,
            upstream_limits: Limits {
                body: LARGEST_DOCUMENT,
                // A client is waiting, and will ask again by itself.
                retries: 1,
                ..Limits::default()
            },
            limits: self.limits,
            clock,
        }
    }
}

fn data_folder(arguments: &Arguments, table: &Table, process: &Process) -> anyhow::Result<PathBuf> {
    let given = arguments.data.clone().or_else(|| table.data.clone());
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

/// A password has no place in a file that many read, so the variable wins.
fn database(written: Option<String>, data: &std::path::Path, process: &Process) -> DatabaseAt {
    let variable = process.env.variable("TENURE_DATABASE").map(str::to_owned);
    match variable.or(written) {
        Some(url) => DatabaseAt::Postgres(url),
        None => DatabaseAt::Sqlite(data.join("tenure.db")),
    }
}

fn blobs(
    table: Option<S3Table>,
    data: &std::path::Path,
    process: &Process,
) -> anyhow::Result<BlobsAt> {
    let Some(table) = table else {
        return Ok(BlobsAt::Folder(data.join("blobs")));
    };
    let variable = |name: &str| process.env.variable(name).map(str::to_owned);
    let credentials = match (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    ) {
        (Some(access_key_id), Some(secret_access_key)) => Some(S3Credentials {
            access_key_id,
            secret_access_key,
            session_token: variable("AWS_SESSION_TOKEN"),
        }),
        (None, None) => None,
        _ => bail!(
            "of `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` only one is set; [server.s3] needs both or neither"
        ),
    };
    Ok(BlobsAt::S3(S3Options {
        endpoint: table.endpoint,
        bucket: table.bucket,
        region: table.region,
        prefix: table.prefix,
        allow_http: table.allow_http,
        credentials,
        temporary: data.join("temporary"),
    }))
}
