//! Where Python's packages come from, read from the same places as uv and pip
//! read. No registry is built in.
//!
//! The two tools do not read each other's settings. Variables come first, then
//! what is written in the project, then what is written for the user and for
//! the machine; in each place uv before pip.

mod credentials;
mod ini;
mod netrc;
#[cfg(test)]
mod tests;

use crate::Environment;
use crate::asking::{Question, Reader, address_in};
use crate::configured::{Around, ClientConfig, Named};
use crate::npm_config::layers::{Layers, Setting};
use crate::npm_config::{Place, Transport, UpstreamError, files};
use std::path::{Path, PathBuf};

/// Both tell in their help which index they take.
pub(crate) const QUESTIONS: [Question; 4] = [
    pip("pip", &["install", "--help"]),
    pip("pip3", &["install", "--help"]),
    pip("python3", &["-m", "pip", "install", "--help"]),
    pip("uv", &["pip", "install", "--help"]),
];

const fn pip(program: &'static str, arguments: &'static [&'static str]) -> Question {
    Question {
        program,
        arguments,
        // Or an address is broken at the end of a line.
        variables: &[("COLUMNS", "1000")],
        read: Reader::Answer(index_in),
    }
}

/// The address behind the first "default" that has one.
fn index_in(help: &str) -> Option<String> {
    let mut places = help.match_indices("default");
    places.find_map(|(at, _)| {
        let line = help.get(at..)?.lines().next()?;
        address_in(line)
    })
}

/// What was read, and what is still to be made of it.
struct Reading<'a> {
    around: Around<'a>,
    /// All settings, under pip's and uv's own names.
    layers: Layers,
    config: ClientConfig,
}

/// Reads what applies to a project that is worked on in `folder`.
pub(crate) fn load(env: &Environment, folder: &Path) -> ClientConfig {
    let mut reading = Reading {
        around: Around {
            env,
            folder,
            tells_absent: true,
        },
        layers: Layers::default(),
        config: ClientConfig::default(),
    };
    reading.variables();
    reading.project();
    reading.pip_files();
    reading.uv_files();
    let default = reading.default();
    let others = reading.others();
    let transport = reading.transport();
    let credentials = credentials::all(&reading, default.as_ref(), &others);
    ClientConfig {
        default: default.map(Ok),
        others: others
            .into_iter()
            .map(|named| (named.0.clone(), Ok::<_, UpstreamError>(named)))
            .collect(),
        credentials,
        transport,
        ..reading.config
    }
}

impl Reading<'_> {
    fn variables(&mut self) {
        let known = [
            ("UV_DEFAULT_INDEX", "index-url"),
            ("UV_INDEX_URL", "index-url"),
            ("PIP_INDEX_URL", "index-url"),
            ("PIP_PROXY", "proxy"),
            ("PIP_CERT", "cert"),
        ];
        for (variable, key) in known {
            self.config
                .looked_at
                .push(format!("the variable `{variable}`"));
            if let Some(value) = self.around.env.variable(variable) {
                let place = Place::Variable(variable.to_owned());
                let setting = Setting::new(key, named_address(value), place);
                self.layers.push(vec![setting]);
            }
        }
        let lists = ["UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"];
        let mut settings = Vec::new();
        for variable in lists {
            for value in self
                .around
                .env
                .variable(variable)
                .into_iter()
                .flat_map(str::split_whitespace)
            {
                let place = Place::Variable(variable.to_owned());
                settings.push(Setting::new("extra-index-url", named_address(value), place));
            }
        }
        self.layers.push(settings);
    }

    /// The nearest `uv.toml` or `pyproject.toml` with settings of uv, from the
    /// folder upwards: uv reads one of them.
    fn project(&mut self) {
        let folders: Vec<PathBuf> = self.around.folder.ancestors().map(Path::to_owned).collect();
        for folder in folders {
            let alone = folder.join("uv.toml");
            if alone.is_file() {
                let settings = self.toml(&alone);
                self.layers.push(uv(&settings));
                return;
            }
            let project = folder.join("pyproject.toml");
            if project.is_file() {
                let settings = self.toml(&project).into_iter().filter_map(|setting| {
                    let key = setting.key.strip_prefix("tool.uv.")?.to_owned();
                    Some(Setting { key, ..setting })
                });
                let settings: Vec<_> = settings.collect();
                if !settings.is_empty() {
                    self.layers.push(uv(&settings));
                    return;
                }
            }
            // What lies above a repository is not a part of the project.
            if folder.join(".git").exists() {
                return;
            }
        }
    }

    /// pip's own files. What `PIP_CONFIG_FILE` names stands above the others,
    /// and the null device there takes all of them away.
    fn pip_files(&mut self) {
        let named = self.around.env.path("PIP_CONFIG_FILE");
        if named.as_deref() == Some(Path::new(if cfg!(windows) { "nul" } else { "/dev/null" })) {
            let place = "the variable `PIP_CONFIG_FILE` (which takes all files away)";
            self.config.looked_at.push(place.to_owned());
            return;
        }
        let named = named.map(|path| self.around.env.current_dir().join(path));
        let paths: Vec<PathBuf> = named
            .into_iter()
            .chain(pip_places(self.around.env))
            .collect();
        for path in paths {
            if let Some(text) = self.config.read(self.around, &path) {
                let place = |line| self.around.place(&path, line);
                let settings = ini::read(&text, &place);
                self.layers.push(settings);
            }
        }
    }

    fn uv_files(&mut self) {
        let user = if cfg!(windows) {
            self.around
                .env
                .path("APPDATA")
                .map(|path| path.join("uv/uv.toml"))
        } else {
            config_home(self.around.env).map(|path| path.join("uv/uv.toml"))
        };
        let machine = if cfg!(windows) {
            self.around
                .env
                .path("PROGRAMDATA")
                .map(|path| path.join("uv/uv.toml"))
        } else {
            Some(PathBuf::from("/etc/uv/uv.toml"))
        };
        for path in [user, machine].into_iter().flatten() {
            let settings = self.toml(&path);
            self.layers.push(uv(&settings));
        }
    }

    fn toml(&mut self, path: &Path) -> Vec<Setting> {
        self.config.read_toml(self.around, path)
    }

    fn default(&self) -> Option<Named> {
        let setting = self.layers.get("index-url")?;
        Some((setting.value.clone(), setting.place.clone()))
    }

    fn others(&self) -> Vec<Named> {
        let others = self.layers.all("extra-index-url").into_iter();
        others
            .map(|setting| (setting.value.clone(), setting.place.clone()))
            .collect()
    }

    fn transport(&self) -> Transport {
        let value = |key| self.layers.get(key).map(|setting| setting.value.clone());
        let proxy = value("proxy");
        let machine = Transport::of_machine(self.around.env);
        let authorities = value("cert").map(|path| files::resolve(self.around.env, &path));
        Transport {
            http_proxy: proxy.clone().or(machine.http_proxy),
            https_proxy: proxy.or(machine.https_proxy),
            ca_files: authorities.into_iter().collect(),
            ..machine
        }
    }
}

/// uv's settings under pip's names: `[[index]]` is one with `default = true`,
/// or a further one.
fn uv(settings: &[Setting]) -> Vec<Setting> {
    let value = |key: String| settings.iter().find(|setting| setting.key == key);
    let mut found = Vec::new();
    for setting in settings {
        let of_list = setting.key.strip_prefix("index.");
        let number = of_list.and_then(|rest| rest.strip_suffix(".url"));
        let key = match number {
            Some(number) => {
                let default = value(format!("index.{number}.default"));
                if default.is_some_and(|default| default.value == "true") {
                    "index-url"
                } else {
                    "extra-index-url"
                }
            }
            None if setting.key.starts_with("extra-index-url.") => "extra-index-url",
            None if matches!(&*setting.key, "index-url" | "pip.index-url") => "index-url",
            None => continue,
        };
        found.push(Setting::new(key, &*setting.value, setting.place.clone()));
    }
    // Of several the first counts, and of settings in a layer the last.
    found.reverse();
    found
}

/// An entry of uv's variables may begin with a name: `near=https://...`.
fn named_address(entry: &str) -> String {
    let named = entry.split_once('=').filter(|(name, _)| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !name.is_empty() && name.chars().all(is_plain)
    });
    named.map_or(entry, |(_, address)| address).to_owned()
}

fn config_home(env: &Environment) -> Option<PathBuf> {
    let named = env
        .path("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute());
    named.or_else(|| Some(env.home()?.join(".config")))
}

/// Where pip looks for its files, the most important first: those of the
/// virtual environment, of the user, and of the machine (pip's documentation,
/// "Configuration", "Location").
fn pip_places(env: &Environment) -> Vec<PathBuf> {
    let home = env.home();
    let in_home = |rest: &str| home.map(|home| home.join(rest));
    let site = |name| env.path("VIRTUAL_ENV").map(|path| path.join(name));
    let places = if cfg!(windows) {
        vec![
            site("pip.ini"),
            env.path("APPDATA").map(|path| path.join("pip/pip.ini")),
            in_home("pip/pip.ini"),
            env.path("PROGRAMDATA").map(|path| path.join("pip/pip.ini")),
        ]
    } else {
        let user = config_home(env).map(|path| path.join("pip/pip.conf"));
        let support = in_home("Library/Application Support/pip");
        // A Mac has one only where its folder was made.
        let support = support.filter(|folder| cfg!(target_os = "macos") && folder.is_dir());
        let machine = match env.variable("XDG_CONFIG_DIRS") {
            Some(folders) => std::env::split_paths(folders).collect(),
            None if cfg!(target_os = "macos") => {
                vec![PathBuf::from("/Library/Application Support")]
            }
            None => vec![PathBuf::from("/etc/xdg")],
        };
        let mut places = vec![
            site("pip.conf"),
            support.map(|folder| folder.join("pip.conf")).or(user),
            in_home(".pip/pip.conf"),
            Some(PathBuf::from("/etc/pip.conf")),
        ];
        places.extend(
            machine
                .into_iter()
                .map(|path| Some(path.join("pip/pip.conf"))),
        );
        places
    };
    places.into_iter().flatten().collect()
}
