//! The registries behind the server.
//!
//! Whoever has pointed their npm at this server has a configuration that names
//! the server itself. So the address that was used before is kept in the data
//! folder, and used then.

use crate::context::Process;
use crate::settings::Settings;
use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::net::ToSocketAddrs as _;
use std::path::PathBuf;
use tenure_domain::Ecosystem;
use tenure_upstream::npm_config::{Credential, Registries, RegistryOptions};
use tenure_upstream::{Place, Upstream};
use url::Url;

/// The registries of other ecosystems than npm, and what each is shown.
pub(super) type Others = BTreeMap<Ecosystem, (Upstream, Option<Credential>)>;

/// The registry that a flag names.
pub(super) fn given(flags: &[(Ecosystem, String)], wanted: Ecosystem) -> Option<&str> {
    let mut flags = flags.iter().rev();
    let (_, url) = flags.find(|(ecosystem, _)| *ecosystem == wanted)?;
    Some(url)
}

/// What flags and the configuration file say of other ecosystems.
pub(super) fn others(flags: &[(Ecosystem, String)], settings: &Settings) -> anyhow::Result<Others> {
    let mut others = Others::new();
    let configured = settings.file.upstream.cargo.as_deref();
    let cargo = given(flags, Ecosystem::Cargo).map(|url| (url, Place::Flag));
    let cargo = cargo.or(configured.map(|url| (url, Place::ProjectConfig)));
    if let Some((text, place)) = cargo {
        // As cargo's own configuration has it.
        let text = text.strip_prefix("sparse+").unwrap_or(text);
        let (upstream, credential) = Upstream::parse(text, place)?;
        if is_this_server(upstream.url(), settings) {
            bail!(
                "the cargo registry named in {} is this server itself ({}); \
                 say which one is behind it: `--upstream cargo=URL`",
                upstream.place(),
                upstream.url()
            );
        }
        others.insert(Ecosystem::Cargo, (upstream, credential));
    }
    Ok(others)
}

/// What the user's configuration says.
pub(super) fn registries(flag: Option<&str>, settings: &Settings, process: &Process) -> Registries {
    Registries::load(RegistryOptions {
        env: process.env.clone(),
        project: process.env.current_dir().to_owned(),
        flag: flag.map(str::to_owned),
        configured: settings.file.upstream.npm.clone(),
        lockfile: None,
        cache_dir: process.env.cache_dir(),
        now: process.now,
    })
}

/// The registries, with another default if the configured one is this server.
pub(super) fn checked(
    registries: Registries,
    settings: &Settings,
    process: &Process,
) -> anyhow::Result<Registries> {
    let upstream = registries.default_upstream()?;
    if !is_this_server(upstream.url(), settings) {
        remember(upstream.url(), settings);
        return Ok(registries);
    }
    let (url, place) = (upstream.url(), upstream.place());
    let Some(before) = remembered(settings) else {
        bail!(
            "the npm registry named in {place} is this server itself ({url}); \
             say which one is behind it: `--upstream npm=URL`"
        );
    };
    tracing::info!("{place} names this server; the registry behind it is the one used before");
    let again = self::registries(Some(&before), settings, process);
    let upstream = again
        .default_upstream()
        .context("the registry used before")?;
    if is_this_server(upstream.url(), settings) {
        bail!(
            "the registry used before is this server itself ({before}); pass `--upstream npm=URL`"
        );
    }
    Ok(again)
}

/// Whether an address is the one that this server listens on.
fn is_this_server(url: &Url, settings: &Settings) -> bool {
    let same_as_public = settings
        .public_url
        .as_ref()
        .is_some_and(|public| public.origin() == url.origin());
    let (Ok(listening), Ok(named)) = (settings.listen.to_socket_addrs(), url.socket_addrs(|| None))
    else {
        return same_as_public;
    };
    let listening: Vec<_> = listening.collect();
    let here = named.iter().any(|named| {
        listening.iter().any(|listening| {
            let everywhere = listening.ip().is_unspecified() && named.ip().is_loopback();
            listening.port() == named.port() && (listening.ip() == named.ip() || everywhere)
        })
    });
    same_as_public || here
}

fn note(settings: &Settings) -> PathBuf {
    settings.data.join("upstream-npm")
}

fn remember(url: &Url, settings: &Settings) {
    let written = std::fs::create_dir_all(&settings.data)
        .and_then(|()| std::fs::write(note(settings), format!("{url}\n")));
    if let Err(error) = written {
        // The store says what is wrong with the folder.
        tracing::debug!(%error, "the upstream's address is not kept");
    }
}

fn remembered(settings: &Settings) -> Option<String> {
    let text = std::fs::read_to_string(note(settings)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
