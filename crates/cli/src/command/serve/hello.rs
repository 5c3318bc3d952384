//! What the server prints when it is up: where it is, what is behind it, and
//! what to type next.

use crate::settings::{Settings, reachable};
use std::net::SocketAddr;
use tenure_upstream::npm_config::Registries;
use url::Url;

/// The facts that the greeting tells.
pub(super) struct Hello {
    upstream: String,
    found_in: String,
    data: String,
    public_url: Option<Url>,
    private: bool,
}

impl Hello {
    pub(super) fn new(settings: &Settings, registries: &Registries) -> anyhow::Result<Self> {
        let upstream = registries.default_upstream()?;
        Ok(Self {
            upstream: upstream.url().to_string(),
            found_in: upstream.place().to_string(),
            data: settings.data.display().to_string(),
            public_url: settings.public_url.clone(),
            private: settings.private,
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
{clients}{token}

Ctrl-C ends it.
",
            token = if self.private { PRIVATE } else { "" },
            clients = clients(&format!("{here}/npm/")),
        )
    }
}

const PRIVATE: &str = "
Reading needs a project's token: `tenure project create NAME` makes one, and says
where it goes.";

/// What to type to make each client use a registry.
pub(crate) fn clients(registry: &str) -> String {
    format!(
        "  \
  npm, pnpm, bun   echo registry={registry} >> .npmrc
  yarn 1           yarn config set registry {registry}
  yarn 4           yarn config set npmRegistryServer {registry}{}",
        unsafe_http(registry)
    )
}

/// yarn 4 takes plain http from hosts that were named only.
fn unsafe_http(registry: &str) -> String {
    let host = registry
        .strip_prefix("http://")
        .and_then(|rest| rest.split([':', '/']).next());
    host.map_or(String::new(), |host| {
        format!("\n                   yarn config set unsafeHttpWhitelist --json '[\"{host}\"]'")
    })
}
