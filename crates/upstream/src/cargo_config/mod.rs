//! Where cargo gets its packages from, read from the same places as cargo
//! reads (The Cargo Book, "Configuration" and "Source Replacement"). No
//! registry is built in.

mod sources;
#[cfg(test)]
mod tests;

use crate::Environment;
use crate::asking::{Question, Reader, address_in};
use crate::configured::{Around, ClientConfig};
use crate::npm_config::layers::{Layers, Setting};
use crate::npm_config::{
    Credential, Credentials, Place, Transport, Upstream, UpstreamError, files,
};
use std::path::{Path, PathBuf};

/// Stands before the address of an index that is asked file by file.
pub(crate) const SPARSE: &str = "sparse+";

/// Cargo does not print which registry it has built in. It does say which
/// address it could not reach, so it is sent through a proxy that is not there.
pub(crate) const QUESTIONS: [Question; 1] = [Question {
    program: "cargo",
    arguments: &["info", "--registry", "crates-io", "tenure"],
    variables: &[
        ("CARGO_HTTP_PROXY", "http://127.0.0.1:1"),
        ("CARGO_NET_RETRY", "0"),
        ("CARGO_NET_OFFLINE", "false"),
        ("CARGO_TERM_COLOR", "never"),
        ("NO_PROXY", ""),
        ("no_proxy", ""),
    ],
    read: Reader::Complaint(index_in),
}];

/// The index whose `config.json` could not be had.
fn index_in(complaint: &str) -> Option<String> {
    let (before, _) = complaint.split_once("/config.json")?;
    let start = before.rfind("http")?;
    address_in(&before[start..])
}

/// Reads an address; that of an index in a git repository cannot be asked.
pub(crate) fn parse(
    text: &str,
    place: Place,
) -> Result<(Upstream, Option<Credential>), UpstreamError> {
    let is_said_by_hand = matches!(
        place,
        Place::Flag | Place::ProjectConfig | Place::Command(_)
    );
    match text.strip_prefix(SPARSE) {
        Some(address) => Upstream::parse(address, place),
        None if is_said_by_hand => Upstream::parse(text, place),
        None => Err(UpstreamError::Invalid {
            text: crate::npm_config::harmless(text),
            place,
            why: "it is an index in a git repository, which cannot be asked file by file; those \
                  that can begin with `sparse+`"
                .to_owned(),
        }),
    }
}

/// What was read, and what is still to be made of it.
struct Reading<'a> {
    around: Around<'a>,
    layers: Layers,
    secrets: Layers,
    config: ClientConfig,
}

/// Reads what applies to a project that is worked on in `folder`.
pub(crate) fn load(env: &Environment, folder: &Path) -> ClientConfig {
    let mut reading = Reading {
        around: Around {
            env,
            folder,
            tells_absent: false,
        },
        layers: Layers::default(),
        secrets: Layers::default(),
        config: ClientConfig::default(),
    };
    reading.variables();
    reading.files();
    let sources = sources::Sources {
        layers: &reading.layers,
    };
    let default = sources.default();
    let others = sources.others();
    let credentials = reading.credentials();
    let transport = reading.transport();
    ClientConfig {
        default,
        others,
        credentials,
        transport,
        ..reading.config
    }
}

impl Reading<'_> {
    /// `CARGO_REGISTRIES_NAME_INDEX` and its like: they stand above all files.
    fn variables(&mut self) {
        let mut settings = Vec::new();
        let mut secrets = Vec::new();
        for (name, value) in self.around.env.variables() {
            let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
                continue;
            };
            let Some(rest) = name.strip_prefix("CARGO_").filter(|_| !value.is_empty()) else {
                continue;
            };
            let place = Place::Variable(name.to_owned());
            let plain = |text: &str| text.to_ascii_lowercase().replace('_', "-");
            if let Some(registry) = rest.strip_prefix("REGISTRIES_") {
                if let Some(registry) = registry.strip_suffix("_INDEX") {
                    let key = format!("registries.{}.index", plain(registry));
                    settings.push(Setting::new(key, value, place));
                } else if let Some(registry) = registry.strip_suffix("_TOKEN") {
                    let key = format!("registries.{}.token", plain(registry));
                    secrets.push(Setting::new(key, value, place));
                }
            } else if let Some(key) = rest.strip_prefix("HTTP_") {
                settings.push(Setting::new(format!("http.{}", plain(key)), value, place));
            }
        }
        self.layers.push(settings);
        self.secrets.push(secrets);
        let variable = "the variables `CARGO_REGISTRIES_NAME_INDEX`";
        self.config.looked_at.push(variable.to_owned());
    }

    /// From the project's folder upwards, and then the user's.
    fn files(&mut self) {
        let home = self.home();
        let mut folders: Vec<PathBuf> = self
            .around
            .folder
            .ancestors()
            .map(|folder| folder.join(".cargo"))
            .collect();
        folders.extend(home.clone().filter(|home| !folders.contains(home)));
        for folder in folders {
            // Cargo prefers the older name where both are there.
            let old = folder.join("config");
            let path = if old.is_file() {
                old
            } else {
                folder.join("config.toml")
            };
            // Tokens may stand here, too.
            let settings = self.read(&path);
            self.secrets.push(settings.clone());
            self.layers.push(settings);
        }
        if let Some(home) = home {
            let old = home.join("credentials");
            let path = if old.is_file() {
                old
            } else {
                home.join("credentials.toml")
            };
            let secrets = self.read(&path);
            self.secrets.push(secrets);
        }
    }

    fn home(&self) -> Option<PathBuf> {
        let moved = self.around.env.path("CARGO_HOME");
        moved
            .map(|home| self.around.env.current_dir().join(home))
            .or_else(|| Some(self.around.env.home()?.join(".cargo")))
    }

    fn read(&mut self, path: &Path) -> Vec<Setting> {
        self.config.read_toml(self.around, path)
    }

    /// The tokens, each for the index of the registry that it is kept for. The
    /// token of the registry that cargo has built in is for publishing alone:
    /// nothing there is read with one.
    fn credentials(&self) -> Credentials {
        let mut all = Credentials::default();
        let tokens = self.secrets.matching(|key| is_of_registry(key, ".token"));
        for token in tokens {
            let key = token.key.replace(".token", ".index");
            let index = self.whose_token(&key);
            let address = index.and_then(|index| index.strip_prefix(SPARSE)?.parse().ok());
            if let Some(address) = address {
                all.insert_for(&address, Credential::Whole(token.value.clone()));
            }
        }
        all
    }

    /// The address that a token is for. A project could name another one under
    /// the same name, so the user's own file comes before it.
    fn whose_token(&self, key: &str) -> Option<&str> {
        let all = self.layers.all(key);
        let is_variable = |index: &&&Setting| matches!(index.place, Place::Variable(_));
        let index = all.iter().find(is_variable).or(all.last())?;
        Some(&index.value)
    }

    fn transport(&self) -> Transport {
        let value = |key: &str| {
            let setting = self.layers.get(key)?;
            (!setting.value.is_empty()).then(|| setting.value.clone())
        };
        let proxy = value("http.proxy");
        let mut transport = Transport::of_machine(self.around.env);
        transport.http_proxy = proxy.clone().or(transport.http_proxy);
        transport.https_proxy = proxy.or(transport.https_proxy);
        let authorities = value("http.cainfo").map(|path| files::resolve(self.around.env, &path));
        transport.ca_files.extend(authorities);
        transport
    }
}

/// Whether it is `registries.NAME` with this end.
fn is_of_registry(key: &str, end: &str) -> bool {
    let name = key.strip_prefix("registries.");
    name.is_some_and(|rest| rest.ends_with(end))
}
