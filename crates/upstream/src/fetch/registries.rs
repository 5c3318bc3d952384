//! The registries that the user's own clients are configured for, and a client
//! for each, for those who ask something else of them than histories.

use super::FetcherOptions;
use super::sides::Sides;
use crate::client::Client;
use crate::{FetchError, Upstream};
use tenure_domain::{Ecosystem, PackageId};

/// Each is read when it is first needed.
pub(crate) struct RegistryClients {
    options: FetcherOptions,
    sides: Sides,
}

impl RegistryClients {
    pub(crate) fn new(options: FetcherOptions) -> Self {
        Self {
            options,
            sides: Sides::default(),
        }
    }

    /// The registry of packages that nothing else is said of.
    pub(crate) fn default_upstream(&self, ecosystem: Ecosystem) -> Result<Upstream, FetchError> {
        Ok(self.sides.default_upstream(ecosystem, &self.options)?)
    }

    /// The registry of a package.
    pub(crate) fn upstream(&self, package: &PackageId) -> Result<Upstream, FetchError> {
        self.sides.upstream(package, &self.options)
    }

    /// The client for an ecosystem's registries.
    pub(crate) fn client(&self, ecosystem: Ecosystem) -> Result<Client, FetchError> {
        self.sides.client(ecosystem, &self.options)
    }
}
