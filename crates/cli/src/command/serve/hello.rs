//! What the server prints when it is up: where it is, what is behind it, and
//! what to type next.

use super::upstream::Others;
use crate::settings::{Settings, reachable};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tenure_domain::Ecosystem;
use tenure_upstream::Upstream;
use tenure_upstream::npm_config::Registries;
use url::Url;

/// The facts that the greeting tells.
pub(super) struct Hello {
    /// The registry behind that of each ecosystem, and where its address was
    /// found.
    behind: BTreeMap<Ecosystem, (String, String)>,
    data: String,
    public_url: Option<Url>,
    private: bool,
}

impl Hello {
    pub(super) fn new(settings: &Settings, registries: &Registries, others: &Others) -> Self {
        let told = |registry: &Upstream| (registry.url().to_string(), registry.place().to_string());
        let others = others.iter();
        let others = others.map(|(ecosystem, (registry, _))| (*ecosystem, told(registry)));
        let npm = registries.default_upstream().ok();
        let npm = npm.map(|registry| (Ecosystem::Npm, told(registry)));
        Self {
            behind: others.chain(npm).collect(),
            data: settings.data.display().to_string(),
            public_url: settings.public_url.clone(),
            private: settings.private,
        }
    }

    pub(super) fn text(&self, address: SocketAddr) -> String {
        let here = match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(address)),
        };
        let data = &self.data;
        format!(
            "\
Tenure is at {here}/
  npm       {npm}
  cargo     {cargo}
  PyPI      {pypi}
  NuGet     {nuget}
  kept in   {data}

What to type next, in your project:
{clients}{token}

Ctrl-C ends it.
",
            token = if self.private { PRIVATE } else { "" },
            clients = self.clients(&here),
            npm = self.about(Ecosystem::Npm, &format!("{here}/npm/")),
            cargo = self.about(Ecosystem::Cargo, &format!("{here}/cargo/")),
            pypi = self.about(Ecosystem::Pypi, &format!("{here}/pypi/simple/")),
            nuget = self.about(Ecosystem::Nuget, &format!("{here}/nuget/v3/index.json")),
        )
    }

    fn about(&self, ecosystem: Ecosystem, address: &str) -> String {
        match self.behind.get(&ecosystem) {
            Some((index, found_in)) => format!("{address}  for  {index} ({found_in})"),
            None => format!("no registry is known; `--upstream {ecosystem}=URL` gives one"),
        }
    }

    /// What to type for the clients of what is served.
    fn clients(&self, here: &str) -> String {
        let served = self.behind.keys().map(|ecosystem| match ecosystem {
            Ecosystem::Npm => clients(&format!("{here}/npm/")),
            Ecosystem::Cargo => cargo(&format!("{here}/cargo/")),
            Ecosystem::Pypi => python(&format!("{here}/pypi/simple/")),
            Ecosystem::Nuget => dotnet(&format!("{here}/nuget/v3/index.json")),
        });
        served.collect::<Vec<_>>().join("\n")
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
        "  \
  cargo            in .cargo/config.toml:
                   [source.crates-io]
                   replace-with = \"tenure\"
                   [registries.tenure]
                   index = \"sparse+{registry}\""
    )
}

/// What makes Python's installers take all packages from an index.
fn python(index: &str) -> String {
    format!(
        "  \
  pip              pip config --site set global.index-url {index}
  uv               in pyproject.toml:
                   [[tool.uv.index]]
                   url = \"{index}\"
                   default = true
  poetry           poetry source add --priority=primary tenure {index}"
    )
}

/// What makes NuGet's clients take all packages from a feed.
fn dotnet(feed: &str) -> String {
    let plain = if feed.starts_with("http:") {
        " allowInsecureConnections=\"true\""
    } else {
        ""
    };
    format!(
        "  \
  NuGet            in NuGet.Config, within <packageSources>:
                   <clear />
                   <add key=\"tenure\" value=\"{feed}\"{plain} />"
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
