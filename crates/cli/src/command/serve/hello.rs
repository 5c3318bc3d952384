//! What the server prints when it is up: where it is, what is behind it, and
//! what to type next.

use super::settings::Settings;
use std::net::SocketAddr;
use tenure_upstream::npm_config::Registries;
use url::Url;

/// The facts that the greeting tells.
pub(super) struct Hello {
    upstream: String,
    found_in: String,
    data: String,
    public_url: Option<Url>,
}

impl Hello {
    pub(super) fn new(settings: &Settings, registries: &Registries) -> anyhow::Result<Self> {
        let upstream = registries.default_upstream()?;
        Ok(Self {
            upstream: upstream.url().to_string(),
            found_in: upstream.place().to_string(),
            data: settings.data.display().to_string(),
            public_url: settings.public_url.clone(),
        })
    }

    pub(super) fn text(&self, address: SocketAddr) -> String {
        let here = match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(address)),
        };
        let Self {
            upstream,
            found_in,
            data,
            ..
        } = self;
        format!(
            "\
Tenure is at {here}/
  npm       {here}/npm/  for  {upstream} ({found_in})
  kept in   {data}

What to type next, in your project:
  npm, pnpm, bun   echo registry={here}/npm/ >> .npmrc
  yarn 1           yarn config set registry {here}/npm/
  yarn 4           yarn config set npmRegistryServer {here}/npm/{whitelist}

Ctrl-C ends it.
",
            whitelist = unsafe_http(&here),
        )
    }
}

/// yarn 4 takes plain http from hosts that were named only.
fn unsafe_http(here: &str) -> String {
    let host = here
        .strip_prefix("http://")
        .and_then(|rest| rest.split(':').next());
    host.map_or(String::new(), |host| {
        format!("\n                   yarn config set unsafeHttpWhitelist --json '[\"{host}\"]'")
    })
}

/// An address that a client on this machine can type.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
