//! Which registry a package comes from.

use super::{Proxy, ProxyError};
use tenure_domain::Ecosystem;
use tenure_domain::PackageId;
use tenure_upstream::Upstream;

impl Proxy {
    /// The registry behind this server that has `package`.
    pub(crate) fn upstream_of(&self, package: &PackageId) -> Result<Upstream, ProxyError> {
        let ecosystem = package.ecosystem();
        if ecosystem == Ecosystem::Npm {
            return Ok(self.registries.of(package)?);
        }
        let known = self.others.get(&ecosystem).cloned();
        known.ok_or_else(|| ProxyError::NotFound(unknown(ecosystem)))
    }
}

/// What is said where there is no registry.
pub(crate) fn unknown(ecosystem: Ecosystem) -> String {
    format!(
        "this server knows no {ecosystem} registry; whoever runs it gives one with `--upstream {ecosystem}=URL`, or under [upstream] in its configuration"
    )
}
