//! For each ecosystem, what its clients are configured for, and an HTTP client
//! of its own: a credential that npm's configuration has is never shown to a
//! registry that cargo's names, though it may be the same host.

use super::FetcherOptions;
use crate::client::{Client, ClientOptions};
use crate::npm_config::{Registries, RegistryOptions, Transport};
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
    nuget: OnceLock<Configured>,
    npm_client: LazyClient,
    cargo_client: LazyClient,
    pypi_client: LazyClient,
    nuget_client: LazyClient,
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
            Side::Npm(npm) => npm.default_upstream().cloned(),
            Side::Other(configured) => configured.default_upstream().cloned(),
        }
    }

    pub(super) fn upstream(
        &self,
        package: &PackageId,
        options: &FetcherOptions,
    ) -> Result<Upstream, FetchError> {
        match self.of(package.ecosystem(), options) {
            Side::Npm(npm) => Ok(npm.of(package)?),
            Side::Other(configured) => {
                let locked = options.locked_registries.get(package);
                Ok(configured.of_package(package, locked.map(String::as_str))?)
            }
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
            Ecosystem::Nuget => &self.nuget_client,
            Ecosystem::Npm => &self.npm_client,
        };
        let made = client.get_or_init(|| {
            let (transport, credentials) = match self.of(ecosystem, options) {
                Side::Npm(npm) => (
                    Transport::new(npm.config(), &options.env),
                    npm.credentials(),
                ),
                Side::Other(other) => (other.transport().clone(), other.credentials()),
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
        let others =
            [&self.cargo, &self.pypi, &self.nuget].map(|side| side.get().map(Configured::warnings));
        let all = [npm].into_iter().chain(others).flatten();
        all.flatten().cloned().collect()
    }

    fn of(&self, ecosystem: Ecosystem, options: &FetcherOptions) -> Side<'_> {
        let asked = || RegistryOptions {
            env: options.env.clone(),
            project: options.project.clone(),
            flag: options.upstreams.get(&ecosystem).cloned(),
            configured: options.configured_upstreams.get(&ecosystem).cloned(),
            lockfile: options.lockfile_origin.clone(),
            cache_dir: options.cache_dir.clone(),
            now: options.now,
        };
        match ecosystem {
            Ecosystem::Npm => Side::Npm(self.npm.get_or_init(|| Registries::load(asked()))),
            Ecosystem::Cargo => Side::Other(self.cargo.get_or_init(|| Configured::cargo(asked()))),
            Ecosystem::Pypi => Side::Other(self.pypi.get_or_init(|| Configured::pypi(asked()))),
            Ecosystem::Nuget => Side::Other(self.nuget.get_or_init(|| Configured::nuget(asked()))),
        }
    }
}
