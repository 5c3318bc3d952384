use super::{NpmConfig, is_set};
use crate::Environment;
use std::fmt;
use std::path::PathBuf;

use super::files::resolve;

/// How a registry is reached: certificates and proxies.
#[derive(Clone, Default)]
pub struct Transport {
    /// `strict-ssl=false`: certificates are not checked.
    pub accept_any_certificate: bool,
    /// Files with further certificate authorities, in PEM.
    pub ca_files: Vec<PathBuf>,
    /// Further certificate authorities, in PEM.
    pub ca: Vec<String>,
    /// The proxy for `http:` addresses.
    pub http_proxy: Option<String>,
    /// The proxy for `https:` addresses.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without a proxy, separated by commas.
    pub no_proxy: Option<String>,
}

impl Transport {
    /// The settings in `config` and, where it says nothing, the variables that
    /// other tools go by.
    pub fn new(config: &NpmConfig, env: &Environment) -> Self {
        let value = |key| config.value(key).filter(|v| is_set(v)).map(str::to_owned);
        let machine = Self::of_machine(env);
        let extra = env.path("NODE_EXTRA_CA_CERTS");
        let cafile = value("cafile").map(|path| resolve(env, &path));
        Self {
            accept_any_certificate: config.value("strict-ssl") == Some("false"),
            ca_files: cafile.into_iter().chain(extra).collect(),
            ca: config
                .layers
                .list("ca")
                .into_iter()
                .filter(|setting| is_set(&setting.value))
                // A file has them on one line, with `\n` written out.
                .map(|setting| setting.value.replace("\\n", "\n"))
                .collect(),
            http_proxy: value("proxy").or(machine.http_proxy),
            https_proxy: value("https-proxy")
                .or_else(|| value("proxy"))
                .or(machine.https_proxy),
            no_proxy: value("noproxy").or(machine.no_proxy),
        }
    }

    /// The variables that most tools go by.
    pub(crate) fn of_machine(env: &Environment) -> Self {
        let variable = |names: &[&str]| {
            let mut found = names.iter().filter_map(|name| env.variable(name));
            found.next().map(str::to_owned)
        };
        Self {
            http_proxy: variable(&["http_proxy", "HTTP_PROXY"]),
            https_proxy: variable(&["https_proxy", "HTTPS_PROXY"]),
            no_proxy: variable(&["no_proxy", "NO_PROXY"]),
            ..Self::default()
        }
    }
}

impl fmt::Debug for Transport {
    /// Without the proxies' addresses, which may carry passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("accept_any_certificate", &self.accept_any_certificate)
            .field("ca_files", &self.ca_files)
            .field("http_proxy", &self.http_proxy.is_some())
            .field("https_proxy", &self.https_proxy.is_some())
            .finish_non_exhaustive()
    }
}
