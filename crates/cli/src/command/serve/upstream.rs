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
use tenure_upstream::{Configured, Place, Upstream, UpstreamError};
use url::Url;

/// The registries of other ecosystems than npm, and what each is shown.
pub(super) type Others = BTreeMap<Ecosystem, (Upstream, Option<Credential>)>;

/// The registry that a flag names.
pub(super) fn given(flags: &[(Ecosystem, String)], wanted: Ecosystem) -> Option<&str> {
    let mut flags = flags.iter().rev();
    let (_, url) = flags.find(|(ecosystem, _)| *ecosystem == wanted)?;
    Some(url)
}

/// The registries of other ecosystems: flags and the configuration file first,
/// then what their own clients are configured for. One without a registry is
/// left out.
pub(super) fn others(
    flags: &[(Ecosystem, String)],
    settings: &Settings,
    process: &Process,
) -> anyhow::Result<Others> {
    let mut others = Others::new();
    for ecosystem in [Ecosystem::Cargo, Ecosystem::Pypi, Ecosystem::Nuget] {
        let flag = given(flags, ecosystem).map(str::to_owned);
        if let Some(other) = other(ecosystem, flag, settings, process)? {
            others.insert(ecosystem, other);
        }
    }
    Ok(others)
}

fn other(
    ecosystem: Ecosystem,
    flag: Option<String>,
    settings: &Settings,
    process: &Process,
) -> anyhow::Result<Option<(Upstream, Option<Credential>)>> {
    let configured = configured(ecosystem, flag, settings, process);
    for warning in configured.warnings() {
        tracing::warn!("{warning}");
    }
    let upstream = match configured.default_upstream() {
        Ok(upstream) => upstream,
        Err(UpstreamError::NotFound { .. }) => return Ok(None),
        Err(error) if is_said_to_us(&error) => return Err(error.into()),
        Err(error) => {
            tracing::warn!("{ecosystem} packages are not served: {error}");
            return Ok(None);
        }
    };
    if !is_this_server(upstream.url(), settings) {
        remember(ecosystem, upstream.url(), settings);
        return Ok(Some(with_credential(&configured, upstream)));
    }
    let (url, place) = (upstream.url(), upstream.place());
    if matches!(place, Place::Flag | Place::ProjectConfig) {
        bail!(
            "the {ecosystem} registry named in {place} is this server itself ({url}); \
             say which one is behind it: `--upstream {ecosystem}=URL`"
        );
    }
    let before = remembered(ecosystem, settings);
    let again = before.map(|before| self::configured(ecosystem, Some(before), settings, process));
    let behind = again
        .as_ref()
        .map(|again| (again, again.default_upstream()));
    match behind {
        Some((again, Ok(behind))) if !is_this_server(behind.url(), settings) => {
            tracing::info!(
                "{place} names this server; the registry behind it is the one used before"
            );
            Ok(Some(with_credential(again, behind)))
        }
        _ => {
            tracing::warn!(
                "{ecosystem} packages are not served: {place} names this server itself; \
                 say which registry is behind it: `--upstream {ecosystem}=URL`"
            );
            Ok(None)
        }
    }
}

fn configured(
    ecosystem: Ecosystem,
    flag: Option<String>,
    settings: &Settings,
    process: &Process,
) -> Configured {
    let mut named = settings.file.upstream.by_ecosystem();
    let named = named.find(|(known, _)| *known == ecosystem);
    let options = RegistryOptions {
        env: process.env.clone(),
        project: process.env.current_dir().to_owned(),
        flag,
        configured: named.map(|(_, address)| address.to_owned()),
        lockfile: None,
        cache_dir: process.env.cache_dir(),
        now: process.now,
    };
    match ecosystem {
        Ecosystem::Pypi => Configured::pypi(options),
        Ecosystem::Nuget => Configured::nuget(options),
        _ => Configured::cargo(options),
    }
}

fn with_credential(configured: &Configured, upstream: &Upstream) -> (Upstream, Option<Credential>) {
    let credentials = configured.credentials();
    let credential = credentials.for_url(upstream.url()).cloned();
    (upstream.clone(), credential)
}

/// Whether an address is wrong that the server was given, and not a client.
fn is_said_to_us(error: &UpstreamError) -> bool {
    matches!(
        error,
        UpstreamError::Invalid {
            place: Place::Flag | Place::ProjectConfig,
            ..
        }
    )
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
/// Without any, the others are served all the same.
pub(super) fn checked(
    registries: Registries,
    others: &Others,
    settings: &Settings,
    process: &Process,
) -> anyhow::Result<Registries> {
    let upstream = match registries.default_upstream() {
        Ok(upstream) => upstream,
        Err(error) if others.is_empty() || is_said_to_us(&error) => return Err(error.into()),
        Err(error) => {
            tracing::warn!("npm packages are not served: {error}");
            return Ok(registries);
        }
    };
    if !is_this_server(upstream.url(), settings) {
        remember(Ecosystem::Npm, upstream.url(), settings);
        return Ok(registries);
    }
    let (url, place) = (upstream.url(), upstream.place());
    let Some(before) = remembered(Ecosystem::Npm, settings) else {
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

fn note(ecosystem: Ecosystem, settings: &Settings) -> PathBuf {
    settings.data.join(format!("upstream-{ecosystem}"))
}

fn remember(ecosystem: Ecosystem, url: &Url, settings: &Settings) {
    let written = std::fs::create_dir_all(&settings.data)
        .and_then(|()| std::fs::write(note(ecosystem, settings), format!("{url}\n")));
    if let Err(error) = written {
        // The store says what is wrong with the folder.
        tracing::debug!(%error, "the upstream's address is not kept");
    }
}

fn remembered(ecosystem: Ecosystem, settings: &Settings) -> Option<String> {
    let text = std::fs::read_to_string(note(ecosystem, settings)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
