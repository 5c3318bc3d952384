//! Which registry a package comes from.

use super::{Proxy, ProxyError};
use tenure_domain::Ecosystem;
use tenure_domain::PackageId;
use tenure_upstream::Upstream;

impl Proxy {
    /// The registry behind this server that has `package`.
    pub(crate) fn upstream_of(&self, package: &PackageId) -> Result<Upstream, ProxyError> {
        match package.ecosystem() {
            Ecosystem::Npm => Ok(self.registries.of(package)?),
            ecosystem => self.registry_of(ecosystem).cloned(),
        }
    }

    /// The one registry of an ecosystem that is not npm's.
    pub(crate) fn registry_of(&self, ecosystem: Ecosystem) -> Result<&Upstream, ProxyError> {
        let known = self.others.get(&ecosystem);
        known.ok_or_else(|| ProxyError::NotFound(unknown(ecosystem)))
    }
}

/// What is said where there is no registry.
pub(crate) fn unknown(ecosystem: Ecosystem) -> String {
    format!(
        "this server knows no {ecosystem} registry; whoever runs it gives one with `--upstream {ecosystem}=URL`, or under [upstream] in its configuration"
    )
}
