//! The way to the server, and what its answer means.

use super::Destination;
use super::files::Files;
use super::token::Token;
use crate::context::{Process, Project, Unavailable};
use crate::output::style::safe;
use anyhow::anyhow;
use serde::Deserialize;
use tenure_domain::Clock;
use tenure_upstream::FetchError;
use tenure_upstream::client::{Client, ClientOptions, Forwarded, Limits, Put};
use tenure_upstream::npm_config::{Credentials, NpmConfig, Transport};

/// What the server says when it has kept the files.
#[derive(Debug, Deserialize)]
pub(super) struct Pushed {
    /// The number of the files.
    pub(super) revision: i64,
}

/// Sends the files, by the way that the project's npm goes: the same proxies,
/// the same certificates.
pub(super) fn push(
    destination: &Destination,
    token: &Token,
    files: &Files,
    project: &Project,
    process: &Process,
) -> anyhow::Result<Pushed> {
    let config = NpmConfig::load(&process.env, &project.root);
    let client = Client::new(ClientOptions {
        transport: Transport::new(&config, &process.env),
        credentials: Credentials::default(),
        limits: Limits::default(),
        clock: Clock::fixed(process.now),
    })?;
    let url = destination.files()?;
    let put = Put {
        url: &url,
        credential: &token.credential,
        content_type: "application/json",
        bytes: serde_json::to_vec(files)?.into(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let answer = runtime.block_on(client.put(&put));
    let answer = answer.map_err(|error| match error {
        // The address is wrong, and no patience helps.
        FetchError::Redirect { .. } => anyhow!(error),
        error => anyhow!(Unavailable(error.to_string())),
    })?;
    outcome(&answer, destination, token)
}

fn outcome(answer: &Forwarded, destination: &Destination, token: &Token) -> anyhow::Result<Pushed> {
    let server = destination.url();
    let because = said(&answer.bytes).map_or(String::new(), |said| format!(": {said}"));
    match answer.status {
        200 => serde_json::from_slice(&answer.bytes)
            .map_err(|_| anyhow!("`{server}` answers, but not as a server of Tenure; {ADDRESS}")),
        401 | 403 => Err(anyhow!(
            "`{server}` refuses the token in {}{because}",
            token.found_in
        )),
        422 => Err(anyhow!("`{server}` cannot use the files{because}")),
        404 | 405 => Err(anyhow!(
            "`{server}` has no place for the files{because}; {ADDRESS}"
        )),
        status @ (408 | 429 | 500..) => Err(anyhow!(Unavailable(format!(
            "`{server}` could not keep the files (status {status}){because}"
        )))),
        status => Err(anyhow!(
            "`{server}` does not take the files (status {status}){because}"
        )),
    }
}

const ADDRESS: &str =
    "the address of a server is the one that `tenure serve` prints, without `/npm/`";

/// Why a server refuses, in its own words.
fn said(bytes: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let text = answer.get("error")?.as_str()?;
    Some(safe(text).into_owned())
}
