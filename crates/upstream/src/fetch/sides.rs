//! For each ecosystem, what its clients are configured for, and an HTTP client
//! of its own: a credential that npm's configuration has is never shown to a
//! registry that cargo's names, though it may be the same host.

use super::FetcherOptions;
use crate::client::{Client, ClientOptions};
use crate::npm_config::{Credentials, Registries, RegistryOptions, Transport};
use crate::{Configured, FetchError, Upstream, UpstreamError};
use std::sync::OnceLock;
use tenure_domain::{Clock, Ecosystem, PackageId};

type LazyClient = OnceLock<Result<Client, FetchError>>;

/// The ecosystems. Each is read when it is first needed.
#[derive(Default)]
pub(super) struct Sides {
    npm: OnceLock<Registries>,
    cargo: OnceLock<Configured>,
    pypi: OnceLock<Configured>,
    npm_client: LazyClient,
    cargo_client: LazyClient,
    pypi_client: LazyClient,
}

/// What is read for one ecosystem.
enum Side<'s> {
    Npm(&'s Registries),
    Other(&'s Configured),
}

impl Sides {
    pub(super) fn default_upstream(
        &self,
        ecosystem: Ecosystem,
        options: &FetcherOptions,
    ) -> Result<Upstream, UpstreamError> {
        match self.of(ecosystem, options) {
            Some(Side::Npm(npm)) => npm.default_upstream().cloned(),
            Some(Side::Other(configured)) => configured.default_upstream().cloned(),
            None => Err(UpstreamError::NotFound {
                ecosystem,
                looked_at: Vec::new(),
            }),
        }
    }

    pub(super) fn upstream(
        &self,
        package: &PackageId,
        options: &FetcherOptions,
    ) -> Result<Upstream, FetchError> {
        match self.of(package.ecosystem(), options) {
            Some(Side::Npm(npm)) => Ok(npm.of(package)?),
            Some(Side::Other(configured)) => {
                let locked = options.locked_registries.get(package);
                Ok(configured.of(locked.map(String::as_str))?)
            }
            None => Err(FetchError::Unsupported {
                package: package.clone(),
            }),
        }
    }

    /// The client, made when it is first needed: by then it is known what is
    /// configured for the default registry.
    pub(super) fn client(
        &self,
        ecosystem: Ecosystem,
        options: &FetcherOptions,
    ) -> Result<Client, FetchError> {
        let client = match ecosystem {
            Ecosystem::Cargo => &self.cargo_client,
            Ecosystem::Pypi => &self.pypi_client,
            _ => &self.npm_client,
        };
        let made = client.get_or_init(|| {
            let (transport, credentials) = match self.of(ecosystem, options) {
                Some(Side::Npm(npm)) => (
                    Transport::new(npm.config(), &options.env),
                    npm.credentials(),
                ),
                Some(Side::Other(other)) => (other.transport().clone(), other.credentials()),
                None => (Transport::default(), Credentials::default()),
            };
            Client::new(ClientOptions {
                transport,
                credentials,
                limits: options.limits.clone(),
                clock: Clock::fixed(options.now),
            })
        });
        made.clone()
    }

    /// What could not be read of what was read.
    pub(super) fn warnings(&self) -> Vec<String> {
        let npm = self.npm.get().map(|npm| npm.config().warnings());
        let others = [&self.cargo, &self.pypi].map(|side| side.get().map(Configured::warnings));
        let all = [npm].into_iter().chain(others).flatten();
        all.flatten().cloned().collect()
    }

    fn of(&self, ecosystem: Ecosystem, options: &FetcherOptions) -> Option<Side<'_>> {
        let asked = || RegistryOptions {
            env: options.env.clone(),
            project: options.project.clone(),
            flag: options.upstreams.get(&ecosystem).cloned(),
            configured: options.configured_upstreams.get(&ecosystem).cloned(),
            lockfile: options.lockfile_origin.clone(),
            cache_dir: options.cache_dir.clone(),
            now: options.now,
        };
        Some(match ecosystem {
            Ecosystem::Npm => Side::Npm(self.npm.get_or_init(|| Registries::load(asked()))),
            Ecosystem::Cargo => Side::Other(self.cargo.get_or_init(|| Configured::cargo(asked()))),
            Ecosystem::Pypi => Side::Other(self.pypi.get_or_init(|| Configured::pypi(asked()))),
            Ecosystem::Nuget => return None,
        })
    }
}
