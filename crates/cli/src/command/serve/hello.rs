//! What the server prints when it is up: where it is, what is behind it, and
//! what to type next.

use super::upstream::Others;
use crate::settings::{Settings, reachable};
use std::net::SocketAddr;
use tenure_domain::Ecosystem;
use tenure_upstream::npm_config::Registries;
use url::Url;

/// The facts that the greeting tells.
pub(super) struct Hello {
    upstream: String,
    found_in: String,
    /// The index behind cargo's registry, and where its address was found.
    cargo: Option<(String, String)>,
    data: String,
    public_url: Option<Url>,
    private: bool,
}

impl Hello {
    pub(super) fn new(
        settings: &Settings,
        registries: &Registries,
        others: &Others,
    ) -> anyhow::Result<Self> {
        let upstream = registries.default_upstream()?;
        let cargo = others.get(&Ecosystem::Cargo);
        Ok(Self {
            upstream: upstream.url().to_string(),
            found_in: upstream.place().to_string(),
            cargo: cargo.map(|(index, _)| (index.url().to_string(), index.place().to_string())),
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
  cargo     {cargo}
  kept in   {data}

What to type next, in your project:
{clients}{config}{token}

Ctrl-C ends it.
",
            token = if self.private { PRIVATE } else { "" },
            clients = clients(&format!("{here}/npm/")),
            cargo = self.about_cargo(&here),
            config = if self.cargo.is_some() {
                cargo(&format!("{here}/cargo/"))
            } else {
                String::new()
            },
        )
    }

    fn about_cargo(&self, here: &str) -> String {
        match &self.cargo {
            Some((index, found_in)) => format!("{here}/cargo/  for  {index} ({found_in})"),
            None => {
                "no registry is known; `--upstream cargo=URL` gives one (the address of its index)"
                    .to_owned()
            }
        }
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

/// What makes cargo take all crates from a registry.
fn cargo(registry: &str) -> String {
    format!(
        "
  cargo            in .cargo/config.toml:
                   [source.crates-io]
                   replace-with = \"tenure\"
                   [registries.tenure]
                   index = \"sparse+{registry}\""
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
