//! Where the npm registry comes from, and how it is reached: read from the
//! same places as npm, pnpm, yarn and bun read. No registry is built in.

mod credentials;
pub(crate) mod files;
mod foreign;
mod ini;
pub(crate) mod layers;
mod place;
mod project;
mod registry;
mod transport;

pub(crate) use credentials::scope_of;
pub use credentials::{Credential, Credentials};
pub use place::Place;
pub(crate) use place::short_name;
pub(crate) use registry::harmless;
pub use registry::{Registries, RegistryOptions, Upstream, UpstreamError};
pub use transport::Transport;

use crate::Environment;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use layers::{Layers, Setting};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tenure_domain::Ecosystem;

/// The settings of npm and its rivals, as they apply to one project.
pub struct NpmConfig {
    root: PathBuf,
    layers: Layers,
    looked_at: Vec<String>,
    files: Vec<PathBuf>,
    warnings: Vec<String>,
}

/// Reads the text of a foreign file into npm's settings.
type ForeignReader = fn(&str, &Place, foreign::Lookup) -> Result<Vec<Setting>, String>;

impl NpmConfig {
    /// Reads what applies to a project that is worked on in `folder`. A file
    /// that cannot be read becomes a [warning](Self::warnings).
    pub fn load(env: &Environment, folder: &Path) -> Self {
        let mut config = Self {
            root: project::root(folder),
            layers: Layers::default(),
            looked_at: vec!["the variable `npm_config_registry`".to_owned()],
            files: Vec::new(),
            warnings: Vec::new(),
        };
        config.layers.push(files::variables(env));
        config.npmrc_files(env);
        config.foreign_files(env);
        config
    }

    /// The folder whose settings apply.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What could not be read, for people.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    fn npmrc_files(&mut self, env: &Environment) {
        let project = self.root.join(".npmrc");
        self.npmrc(env, &project);
        // Later files may be moved by settings in earlier ones.
        let user = files::user_file(env, &|key| self.value(key).map(str::to_owned));
        if let Some(user) = user.filter(|user| *user != project) {
            self.npmrc(env, &user);
        }
        let global = files::global_file(env, &|key| self.value(key).map(str::to_owned));
        if let Some(global) = global {
            self.npmrc(env, &global);
        }
    }

    fn npmrc(&mut self, env: &Environment, path: &Path) {
        let Some(text) = self.read(env, path) else {
            return;
        };
        let place = |line| Place::file(path, &self.root, env.home(), Some(line));
        let settings = files::npmrc(&text, env, &place);
        self.layers.push(settings);
    }

    fn foreign_files(&mut self, env: &Environment) {
        let home = env.home().map(Path::to_owned);
        let folders: Vec<PathBuf> = [Some(self.root.clone()), home]
            .into_iter()
            .flatten()
            .collect();
        self.foreign(
            env,
            &self.root.join("pnpm-workspace.yaml"),
            |text, place, _| foreign::pnpm_workspace(text, place),
        );
        for folder in &folders {
            self.foreign(env, &folder.join(".yarnrc.yml"), foreign::yarnrc_yml);
        }
        for folder in &folders {
            self.old_yarnrc(env, &folder.join(".yarnrc"));
        }
        self.foreign(env, &self.root.join("bunfig.toml"), foreign::bunfig);
        if let Some(home) = env.home() {
            self.foreign(env, &home.join(".bunfig.toml"), foreign::bunfig);
        }
    }

    fn foreign(&mut self, env: &Environment, path: &Path, read: ForeignReader) {
        let Some(text) = self.read(env, path) else {
            return;
        };
        let place = Place::file(path, &self.root, env.home(), None);
        let variable = |name: &str| env.variable(name).map(str::to_owned);
        match read(&text, &place, &variable) {
            Ok(settings) => self.layers.push(settings),
            Err(why) => self.warnings.push(format!("{place} is skipped: {why}")),
        }
    }

    fn old_yarnrc(&mut self, env: &Environment, path: &Path) {
        if let Some(text) = self.read(env, path) {
            let place = |line| Place::file(path, &self.root, env.home(), Some(line));
            let settings = foreign::yarnrc(&text, &place);
            self.layers.push(settings);
        }
    }

    fn read(&mut self, env: &Environment, path: &Path) -> Option<String> {
        let name = short_name(path, &self.root, env.home());
        self.files.push(path.to_owned());
        match files::read(path) {
            Ok(Some(text)) => {
                self.looked_at.push(format!("`{name}`"));
                Some(text)
            }
            Ok(None) => {
                self.looked_at.push(format!("`{name}` (absent)"));
                None
            }
            Err(error) => {
                self.warnings.push(format!("`{name}` is skipped: {error}"));
                None
            }
        }
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.layers.get(key).map(|setting| setting.value.as_str())
    }

    /// The registry for a scope, or the default one for `None`.
    fn registry(&self, scope: Option<&str>) -> Option<&Setting> {
        let key = scope.map_or("registry".to_owned(), |scope| format!("{scope}:registry"));
        let setting = self.layers.get(&key)?;
        is_set(&setting.value).then_some(setting)
    }

    /// The credentials, each bound to its part of the web.
    pub fn credentials(&self) -> Credentials {
        let mut all = Credentials::default();
        let keys = self.layers.matching(|key| key.starts_with("//"));
        let prefixes: BTreeSet<&str> = keys
            .iter()
            .filter_map(|setting| setting.key.rsplit_once(':'))
            .map(|(prefix, _)| prefix)
            .collect();
        for prefix in prefixes {
            if let Some(credential) = self.credential(prefix) {
                all.insert(prefix, credential);
            }
        }
        for scoped in self
            .layers
            .matching(|key| key.starts_with('@') && key.ends_with(":registry"))
        {
            if let Ok((registry, _)) = Upstream::parse(&scoped.value, scoped.place.clone()) {
                all.note_registry(Ecosystem::Npm, registry.url());
            }
        }
        all
    }

    fn credential(&self, prefix: &str) -> Option<Credential> {
        let value = |name| {
            self.value(&format!("{prefix}:{name}"))
                .filter(|v| is_set(v))
        };
        let unset = |text: &str| text.contains("${").then(|| text.to_owned());
        let whole = |text: &str, of: fn(String) -> Credential| match unset(text) {
            Some(written) => Credential::Unset { written },
            None => of(text.to_owned()),
        };
        if let Some(token) = value("_authToken") {
            return Some(whole(token, Credential::Token));
        }
        if let Some(pair) = value("_auth") {
            return Some(whole(pair, Credential::Basic));
        }
        let (user, password) = (value("username")?, value("_password")?);
        if let Some(written) = unset(user).or_else(|| unset(password)) {
            return Some(Credential::Unset { written });
        }
        let password = BASE64_STANDARD.decode(password).ok()?;
        let password = String::from_utf8_lossy(&password);
        Some(Credential::user(user, &password))
    }
}

/// Whether a value says something: npm reads these words as "nothing".
fn is_set(value: &str) -> bool {
    !matches!(value, "" | "null" | "false" | "undefined")
}
