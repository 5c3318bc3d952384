//! Where a server keeps things.

use crate::context::Process;
use anyhow::bail;
use serde::Deserialize;
use std::path::Path;
use tenure_store::{BlobsAt, DatabaseAt, S3Credentials, S3Options};

/// A bucket, in the `[server.s3]` table of a server's tenure.toml.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct S3Table {
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

/// A password has no place in a file that many read, so the variable wins.
pub(super) fn database(written: Option<String>, data: &Path, process: &Process) -> DatabaseAt {
    let variable = process.env.variable("TENURE_DATABASE").map(str::to_owned);
    match variable.or(written) {
        Some(url) => DatabaseAt::Postgres(url),
        None => DatabaseAt::Sqlite(data.join("tenure.db")),
    }
}

pub(super) fn blobs(
    table: Option<S3Table>,
    data: &Path,
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
