//! The files of npm's rivals, said in npm's own keys.

use super::Place;
use super::credentials::scope_of;
use super::layers::Setting;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// Looks a variable up.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Collects settings that were all found in one file.
struct Collector<'a> {
    settings: Vec<Setting>,
    place: &'a Place,
}

impl Collector<'_> {
    fn add(&mut self, key: String, value: String) {
        let place = self.place.clone();
        self.settings.push(Setting::new(key, value, place));
    }

    fn registry(&mut self, scope: Option<&str>, url: &str) {
        let key = match scope {
            Some(scope) => format!("@{}:registry", scope.trim_start_matches('@')),
            None => "registry".to_owned(),
        };
        self.add(key, url.to_owned());
    }

    /// Adds `value` as npm's `name` setting for everything below `url`.
    fn secret(&mut self, url: &str, name: &str, value: Option<String>) {
        let scope = match url.strip_prefix("//") {
            Some(_) => Some(url.to_owned()),
            None => url.parse::<Url>().ok().as_ref().and_then(scope_of),
        };
        if let (Some(scope), Some(value)) = (scope, value) {
            self.add(format!("{}/:{name}", scope.trim_end_matches('/')), value);
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct YarnServer {
    #[serde(rename = "npmRegistryServer")]
    server: Option<String>,
    #[serde(rename = "npmAuthToken")]
    token: Option<String>,
    #[serde(rename = "npmAuthIdent")]
    ident: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct YarnConfig {
    #[serde(rename = "npmRegistryServer")]
    server: Option<String>,
    #[serde(rename = "npmAuthToken")]
    token: Option<String>,
    #[serde(rename = "npmAuthIdent")]
    ident: Option<String>,
    #[serde(rename = "npmScopes")]
    scopes: BTreeMap<String, YarnServer>,
    #[serde(rename = "npmRegistries")]
    registries: BTreeMap<String, YarnServer>,
}

fn yaml<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        unreadable(line.and_then(|line| line.try_into().ok()))
    })
}

/// The parsers' own messages quote the text, and with it secrets.
fn unreadable(line: Option<usize>) -> String {
    match line {
        Some(line) => format!("line {line} cannot be read"),
        None => "it cannot be read".to_owned(),
    }
}

/// Reads Yarn's `.yarnrc.yml`.
pub(super) fn yarnrc_yml(text: &str, place: &Place, env: Lookup) -> Result<Vec<Setting>, String> {
    let config: YarnConfig = yaml(text)?;
    let mut out = Collector {
        settings: Vec::new(),
        place,
    };
    let default = YarnServer {
        server: config.server,
        token: config.token,
        ident: config.ident,
    };
    yarn_server(&mut out, None, default, env);
    for (scope, server) in config.scopes {
        yarn_server(&mut out, Some(&scope), server, env);
    }
    for (url, server) in config.registries {
        yarn_secrets(&mut out, &url, server, env);
    }
    Ok(out.settings)
}

fn yarn_server(out: &mut Collector, scope: Option<&str>, server: YarnServer, env: Lookup) {
    // Without an address there is no telling to whom the secret may be shown.
    if let Some(url) = &server.server {
        let url = yarn_expand(url, env);
        out.registry(scope, &url);
        yarn_secrets(out, &url, server, env);
    }
}

fn yarn_secrets(out: &mut Collector, url: &str, server: YarnServer, env: Lookup) {
    let token = server.token.map(|text| yarn_expand(&text, env));
    out.secret(url, "_authToken", token);
    let ident = server.ident.map(|text| yarn_expand(&text, env));
    out.secret(url, "_auth", ident.map(|ident| yarn_ident(&ident)));
}

/// Yarn takes `user:password` as it is or already in base64.
fn yarn_ident(ident: &str) -> String {
    use base64::Engine as _;
    if ident.contains(':') {
        base64::prelude::BASE64_STANDARD.encode(ident)
    } else {
        ident.to_owned()
    }
}

/// Replaces `${VAR}`, `${VAR-default}` and `${VAR:-default}`.
fn yarn_expand(text: &str, env: Lookup) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((inner, behind)) = after.split_once('}') else {
            return out + "${" + after;
        };
        let (name, default) = match inner.split_once('-') {
            Some((name, default)) => (name.trim_end_matches(':'), Some(default)),
            None => (inner, None),
        };
        match (env(name), default) {
            (Some(value), _) => out.push_str(&value),
            (None, Some(default)) => out.push_str(default),
            (None, None) => out.extend(["${", inner, "}"]),
        }
        rest = behind;
    }
    out + rest
}

/// Reads the `.yarnrc` of Yarn 1: a key and a quoted value on each line.
pub(super) fn yarnrc(text: &str, place: &dyn Fn(u32) -> Place) -> Vec<Setting> {
    let lines = text.lines().zip(1..);
    lines
        .filter_map(|(line, number)| {
            let (key, value) = line.trim().split_once(char::is_whitespace)?;
            let (key, value) = (key.trim_matches('"'), value.trim().trim_matches('"'));
            let wanted = key == "registry" || key.ends_with(":registry");
            wanted.then(|| Setting::new(key, value, place(number)))
        })
        .collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PnpmConfig {
    registry: Option<String>,
    registries: BTreeMap<String, String>,
}

/// Reads the registries in `pnpm-workspace.yaml`.
pub(super) fn pnpm_workspace(text: &str, place: &Place) -> Result<Vec<Setting>, String> {
    let config: PnpmConfig = yaml(text)?;
    let mut out = Collector {
        settings: Vec::new(),
        place,
    };
    if let Some(url) = config.registry {
        out.registry(None, &url);
    }
    for (scope, url) in config.registries {
        out.registry((scope != "default").then_some(&scope), &url);
    }
    Ok(out.settings)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BunFile {
    install: BunInstall,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BunInstall {
    registry: Option<BunRegistry>,
    scopes: BTreeMap<String, BunRegistry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum BunRegistry {
    Address(String),
    Table {
        url: String,
        token: Option<String>,
        username: Option<String>,
        password: Option<String>,
    },
}

/// Reads Bun's `bunfig.toml`.
pub(super) fn bunfig(text: &str, place: &Place, env: Lookup) -> Result<Vec<Setting>, String> {
    let file: BunFile = toml::from_str(text).map_err(|error| {
        let start = error.span().map(|span| span.start);
        let line = start.and_then(|at| Some(text.get(..at)?.matches('\n').count() + 1));
        unreadable(line)
    })?;
    let mut out = Collector {
        settings: Vec::new(),
        place,
    };
    if let Some(registry) = file.install.registry {
        bun_registry(&mut out, None, registry, env);
    }
    for (scope, registry) in file.install.scopes {
        bun_registry(&mut out, Some(&scope), registry, env);
    }
    Ok(out.settings)
}

fn bun_registry(out: &mut Collector, scope: Option<&str>, registry: BunRegistry, env: Lookup) {
    match registry {
        BunRegistry::Address(url) => out.registry(scope, &bun_expand(&url, env)),
        BunRegistry::Table {
            url,
            token,
            username,
            password,
        } => {
            let url = bun_expand(&url, env);
            out.registry(scope, &url);
            out.secret(&url, "_authToken", token.map(|text| bun_expand(&text, env)));
            if let (Some(name), Some(password)) = (username, password) {
                let pair = format!("{}:{}", bun_expand(&name, env), bun_expand(&password, env));
                out.secret(&url, "_auth", Some(yarn_ident(&pair)));
            }
        }
    }
}

/// Bun takes a value that is all `$VAR` or `${VAR}` from the environment.
fn bun_expand(text: &str, env: Lookup) -> String {
    let name = text.strip_prefix('$').map(|name| {
        let inner = name.strip_prefix('{').and_then(|n| n.strip_suffix('}'));
        inner.unwrap_or(name)
    });
    match name {
        // Left in the form that marks a variable without a value.
        Some(name) => env(name).unwrap_or_else(|| format!("${{{name}}}")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<String> {
        (name == "TOKEN").then(|| "s3cret".to_owned())
    }

    fn pairs(settings: &[Setting]) -> Vec<(&str, &str)> {
        settings
            .iter()
            .map(|s| (s.key.as_str(), s.value.as_str()))
            .collect()
    }

    #[test]
    fn yarn_says_servers_scopes_and_tokens() {
        let text = "
npmRegistryServer: \"https://registry.example/all/\"
npmAuthToken: ${TOKEN}
npmScopes:
  acme:
    npmRegistryServer: https://acme.example
    npmAuthIdent: ada:lovelace
npmRegistries:
  //other.example:
    npmAuthToken: ${NONE:-fallback}
nodeLinker: node-modules
";
        let settings = yarnrc_yml(text, &Place::ProjectConfig, &env).unwrap();
        assert_eq!(
            pairs(&settings),
            [
                ("registry", "https://registry.example/all/"),
                ("//registry.example/all/:_authToken", "s3cret"),
                ("@acme:registry", "https://acme.example"),
                ("//acme.example/:_auth", "YWRhOmxvdmVsYWNl"),
                ("//other.example/:_authToken", "fallback"),
            ]
        );
        assert!(yarnrc_yml("a: [", &Place::Flag, &env).is_err());
    }

    #[test]
    fn old_yarn_quotes_its_values() {
        let text = "# comment\nregistry \"https://registry.example/\"\n\"@acme:registry\" \"https://acme.example/\"\nlastUpdateCheck 1\n";
        let place = |line| Place::File {
            name: ".yarnrc".into(),
            line: Some(line),
        };
        let settings = yarnrc(text, &place);
        assert_eq!(
            pairs(&settings),
            [
                ("registry", "https://registry.example/"),
                ("@acme:registry", "https://acme.example/"),
            ]
        );
        assert_eq!(settings[0].place.to_string(), "`.yarnrc` line 2");
    }

    #[test]
    fn pnpm_lists_registries_by_scope() {
        let text = "packages: [a]\nregistries:\n  default: https://registry.example/\n  '@acme': https://acme.example/\n";
        assert_eq!(
            pairs(&pnpm_workspace(text, &Place::Flag).unwrap()),
            [
                ("@acme:registry", "https://acme.example/"),
                ("registry", "https://registry.example/"),
            ]
        );
    }

    proptest::proptest! {
        /// Also with the words that the readers look for.
        #[test]
        fn no_text_makes_a_reader_panic(
            text in r#"(\PC|\n|npmScopes|registry|\[install|\$\{|[:"\[\]{}@=-]){0,60}"#
        ) {
            let _ = yarnrc_yml(&text, &Place::Flag, &env);
            let _ = pnpm_workspace(&text, &Place::Flag);
            let _ = bunfig(&text, &Place::Flag, &env);
            let _ = yarnrc(&text, &|_| Place::Flag);
            let _ = yarn_expand(&text, &env);
            let _ = bun_expand(&text, &env);
        }
    }

    #[test]
    fn bun_takes_an_address_or_a_table() {
        let text = r#"
[install]
registry = "https://registry.example/"
[install.scopes]
acme = { url = "https://acme.example/", token = "$TOKEN" }
"@other" = { url = "https://other.example/", username = "ada", password = "${TOKEN}" }
"#;
        let settings = bunfig(text, &Place::Flag, &env).unwrap();
        assert_eq!(
            pairs(&settings),
            [
                ("registry", "https://registry.example/"),
                ("@other:registry", "https://other.example/"),
                ("//other.example/:_auth", "YWRhOnMzY3JldA=="),
                ("@acme:registry", "https://acme.example/"),
                ("//acme.example/:_authToken", "s3cret"),
            ]
        );
    }
}
