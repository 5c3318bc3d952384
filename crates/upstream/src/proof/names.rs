//! Which machine a name is: asked of the system, or of the DNS server that the
//! user names. A name that leads into the own network is nobody's, unless the
//! user allows it; what a connection goes to is what was looked at.

use super::ProverOptions;
use crate::FetchError;
use crate::inside::is_private;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{Resolver, TokioResolver};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// The most addresses and records of one name.
const MAX_RECORDS: usize = 100;
/// For one question to one server.
const DNS_PATIENCE: Duration = Duration::from_secs(3);
const DNS_PORT: u16 = 53;

/// A host within the own network that the user allows to be asked:
/// `people.corp.example`, or `people.corp.example=10.0.0.7:8443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    host: String,
    at: Option<SocketAddr>,
}

/// A text that allows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no host to allow; such are `people.corp.example` and `people.corp.example=10.0.0.7:8443`"
)]
pub struct AllowedError(String);

impl FromStr for Allowed {
    type Err = AllowedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || AllowedError(text.chars().take(80).collect());
        let (host, at) = match text.split_once('=') {
            Some((host, at)) => (host, Some(at.parse().map_err(|_| error())?)),
            None => (text, None),
        };
        match Host::parse(host) {
            Ok(host) => Ok(Self {
                host: host.to_string(),
                at,
            }),
            Err(_) => Err(error()),
        }
    }
}

/// Resolves names.
#[derive(Clone)]
pub(super) struct Names(Arc<Known>);

struct Known {
    allow: Vec<Allowed>,
    /// Hosts that the user's own settings name: a connection may go there, and
    /// whoever follows an address must have looked at it before.
    own: Vec<String>,
    given: Option<SocketAddr>,
}

impl Names {
    pub(super) fn new(options: &ProverOptions) -> Self {
        let transport = &options.transport;
        let proxies = [&transport.http_proxy, &transport.https_proxy];
        let proxies = proxies.into_iter().flatten();
        let proxies = proxies.filter_map(|proxy| proxy.parse::<Url>().ok());
        let own = proxies.chain(options.github.clone());
        Self(Arc::new(Known {
            allow: options.allow.clone(),
            own: own
                .filter_map(|url| Some(url.host_str()?.to_owned()))
                .collect(),
            given: options.dns,
        }))
    }

    /// Whether the user allows a host to be asked wherever it is.
    fn allows(&self, host: &str) -> bool {
        self.0.allow.iter().any(|allowed| allowed.host == host)
    }

    /// The addresses of a name. With port 0 where the usual one is meant.
    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, String> {
        let mut allowed = self.0.allow.iter();
        let at = allowed.find_map(|allowed| allowed.at.filter(|_| allowed.host == name));
        if let Some(at) = at {
            return Ok(vec![at]);
        }
        if self.0.given.is_none() {
            let found = tokio::net::lookup_host((name, 0)).await;
            let found = found.map_err(|error| error.to_string())?;
            return Ok(found.take(MAX_RECORDS).collect());
        }
        let resolver = self.resolver().map_err(|error| error.to_string())?;
        let found = resolver.lookup_ip(full(name)).await;
        let found = found.map_err(|error| error.to_string())?;
        let found = found.iter().take(MAX_RECORDS);
        Ok(found.map(|ip| SocketAddr::new(ip, 0)).collect())
    }

    /// As [`addresses`](Self::addresses), without those of names that lead into
    /// the own network.
    async fn outside(&self, name: &str) -> Result<Vec<SocketAddr>, String> {
        let found = self.addresses(name).await?;
        let may = self.allows(name) || self.0.own.iter().any(|own| own == name);
        if !may && found.iter().any(|address| is_private(address.ip())) {
            return Err(INSIDE.to_owned());
        }
        Ok(found)
    }

    /// Whether a host leads into the own network, and may not. A name that
    /// cannot be resolved here is somebody else's to resolve: a proxy's.
    pub(super) async fn leads_inside(&self, host: &Host<&str>) -> bool {
        if self.allows(&host.to_string()) {
            return false;
        }
        match host {
            Host::Ipv4(ip) => is_private((*ip).into()),
            Host::Ipv6(ip) => is_private((*ip).into()),
            Host::Domain(name) => {
                let found = self.addresses(name).await;
                found.is_ok_and(|found| found.iter().any(|found| is_private(found.ip())))
            }
        }
    }

    /// The texts at a name; none where there are none.
    pub(super) async fn texts(&self, name: &str) -> Result<Vec<String>, FetchError> {
        let failed = |why: String| FetchError::Unreachable {
            url: format!("dns:{name}"),
            why,
        };
        let resolver = self.resolver().map_err(|error| failed(error.to_string()))?;
        let found = match resolver.txt_lookup(full(name)).await {
            Ok(found) => found,
            Err(error) if error.is_nx_domain() || error.is_no_records_found() => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(failed(error.to_string())),
        };
        let texts = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => String::from_utf8(text.txt_data.concat()).ok(),
                _ => None,
            });
        Ok(texts.take(MAX_RECORDS).collect())
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let servers = match self.0.given {
            Some(given) => vec![server(given)],
            None => systems(),
        };
        if servers.is_empty() {
            return Err(NetError::from(
                "no DNS server is known; name one as `dns` in [identity] of tenure.toml",
            ));
        }
        let mut options = ResolverOpts::default();
        options.timeout = DNS_PATIENCE;
        options.attempts = 2;
        options.cache_size = 0;
        options.use_hosts_file = hickory_resolver::config::ResolveHosts::Never;
        let config = ResolverConfig::from_parts(None, Vec::new(), servers);
        let provider = TokioRuntimeProvider::default();
        let builder = Resolver::builder_with_config(config, provider);
        builder.with_options(options).build()
    }
}

const INSIDE: &str = "the name leads into this machine's own network";

/// A name from the root, so that nothing is put behind it.
fn full(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

fn server(at: SocketAddr) -> NameServerConfig {
    let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
    (udp.port, tcp.port) = (at.port(), at.port());
    NameServerConfig::new(at.ip(), true, vec![udp, tcp])
}

/// The servers that the system asks.
fn systems() -> Vec<NameServerConfig> {
    let text = std::fs::read("/etc/resolv.conf").unwrap_or_default();
    let Ok(config) = resolv_conf::Config::parse(text) else {
        return Vec::new();
    };
    let servers = config.nameservers.iter().take(3);
    let servers = servers.map(|server| IpAddr::from(server.clone()));
    servers
        .map(|ip| server(SocketAddr::new(ip, DNS_PORT)))
        .collect()
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = names.outside(name.as_str()).await;
            found
                .map(|found| Box::new(found.into_iter()) as Addrs)
                .map_err(Into::into)
        })
    }
}

/// An address as it may be shown: one that was refused for its password must not
/// show it.
pub(super) fn without_secrets(url: &Url) -> String {
    let mut url = url.clone();
    // Neither can fail for an address with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}
