//! What to type next, for each client.

use maud::{Markup, html};
use tenure_domain::Ecosystem;

pub(super) fn what_to_type(address: &str) -> Markup {
    let npm = format!("{address}/npm/");
    html! {
        p { "A registry that knows who holds a package: releases that come with a change of hands are not taken by themselves." }
        h2 { "Use it" }
        (clients(&npm))
        p { "cargo, in " code { ".cargo/config.toml" } ":" }
        pre { (cargo(&format!("{address}/cargo/"))) }
        p { "pip: " code { "pip config --site set global.index-url " (address) "/pypi/simple/" } "; uv and poetry take the same address." }
        p { "NuGet, as the only source in " code { "NuGet.Config" } ": " code { (address) "/nuget/v3/index.json" } }
        h2 { "For a project with its own decisions" }
        pre { "tenure project create web       # on the server; prints a token\n"
              "TENURE_TOKEN=... tenure push --server " (address) " --project web" }
        p { "Its registries are then " code { (address) "/p/web/npm/" } ", " code { (address) "/p/web/cargo/" } ", " code { (address) "/p/web/pypi/simple/" } " and " code { (address) "/p/web/nuget/v3/index.json" } "." }
    }
}

/// What a browser sees at a registry's address.
pub(super) fn about_registry(ecosystem: Ecosystem, path: &str) -> Markup {
    html! {
        p { "This is the address of a registry of " (ecosystem.as_str()) ", for package managers; " a href="/" { "what to type" } "." }
        p { code { (path) } }
    }
}

fn cargo(registry: &str) -> String {
    format!(
        "[source.crates-io]\nreplace-with = \"tenure\"\n\n[registries.tenure]\nindex = \"sparse+{registry}\""
    )
}

/// The host of an address without TLS: yarn 4 takes nothing from one that was
/// not named.
fn plain_http(address: &str) -> Option<String> {
    let url: url::Url = address.parse().ok()?;
    (url.scheme() == "http").then(|| url.host_str().map(str::to_owned))?
}

fn clients(npm: &str) -> Markup {
    html! {
        table {
            tr { th { "npm, pnpm, bun" } td { "in " code { ".npmrc" } ": " code { "registry=" (npm) } } }
            tr { th { "yarn 1" } td { code { "yarn config set registry " (npm) } } }
            tr {
                th { "yarn 4" }
                td {
                    code { "yarn config set npmRegistryServer " (npm) }
                    @if let Some(host) = plain_http(npm) {
                        br;
                        code { "yarn config set unsafeHttpWhitelist --json '[\"" (host) "\"]'" }
                    }
                }
            }
        }
    }
}
