//! The registries that the clients of cargo, of the Python index and of NuGet
//! are configured for.

use crate::asking::{Asker, Question};
use crate::npm_config::layers::Setting;
use crate::npm_config::{
    Credential, Credentials, Place, RegistryOptions, Transport, Upstream, UpstreamError, files,
    short_name,
};
use crate::{Environment, cargo_config, nuget_config, pip_config, toml_settings};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::nuget::sources::Mapped;

/// An address, and where it was found.
pub(crate) type Named = (String, Place);

/// What the configuration of an ecosystem's clients says.
#[derive(Default)]
pub(crate) struct ClientConfig {
    /// The registry of packages that nothing else is said of.
    pub(crate) default: Option<Result<Named, UpstreamError>>,
    /// Further registries, by their address as a lockfile has it.
    pub(crate) others: Vec<(String, Result<Named, UpstreamError>)>,
    /// Which packages come from which registry alone, where that is said; the
    /// registry is `None` where it cannot be asked.
    pub(crate) mapping: Vec<(Mapped, Option<Named>)>,
    /// What is shown to whom.
    pub(crate) credentials: Credentials,
    /// Certificates and proxies.
    pub(crate) transport: Transport,
    /// The files that were looked for.
    pub(crate) files: Vec<PathBuf>,
    /// Everything that was looked at, in words.
    pub(crate) looked_at: Vec<String>,
    /// What could not be read.
    pub(crate) warnings: Vec<String>,
}

/// A default registry, with what its address has of a credential.
pub(crate) type DefaultRegistry = Result<(Upstream, Option<Credential>), UpstreamError>;

/// Credentials, with those of the default registry as far as it is known.
pub(crate) fn with_default(
    mut all: Credentials,
    ecosystem: Ecosystem,
    default: Option<&DefaultRegistry>,
) -> Credentials {
    if let Some(Ok((upstream, credential))) = default {
        all.note_registry(ecosystem, upstream.url());
        if let Some(credential) = credential {
            all.insert_for(upstream.url(), credential.clone());
        }
    }
    all
}

/// Where the files of a client are looked for.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) env: &'a Environment,
    /// The folder of the project.
    pub(crate) folder: &'a Path,
    /// Whether people are told of files that are not there: cargo looks into
    /// every folder above.
    pub(crate) tells_absent: bool,
}

impl Around<'_> {
    /// A place in a file.
    pub(crate) fn place(&self, path: &Path, line: u32) -> Place {
        Place::file(path, self.folder, self.env.home(), Some(line))
    }

    fn name(&self, path: &Path) -> String {
        short_name(path, self.folder, self.env.home())
    }
}

impl ClientConfig {
    /// The text of a file, and that it was looked for. `None` if it is absent,
    /// or cannot be read, of which people are warned.
    pub(crate) fn read(&mut self, around: Around<'_>, path: &Path) -> Option<String> {
        self.files.push(path.to_owned());
        match files::read(path) {
            Ok(Some(text)) => {
                self.looked_at.push(format!("`{}`", around.name(path)));
                Some(text)
            }
            Ok(None) => {
                if around.tells_absent {
                    self.looked_at
                        .push(format!("`{}` (absent)", around.name(path)));
                }
                None
            }
            Err(error) => {
                self.skipped(around, path, &error);
                None
            }
        }
    }

    /// The settings in a file of TOML; none if it is absent or cannot be read.
    pub(crate) fn read_toml(&mut self, around: Around<'_>, path: &Path) -> Vec<Setting> {
        let Some(text) = self.read(around, path) else {
            return Vec::new();
        };
        let place = |line| around.place(path, line);
        toml_settings::read(&text, &place).unwrap_or_else(|why| {
            self.skipped(around, path, &why);
            Vec::new()
        })
    }

    pub(crate) fn skipped(&mut self, around: Around<'_>, path: &Path, why: &dyn Display) {
        let name = around.name(path);
        self.warnings.push(format!("`{name}` is skipped: {why}"));
    }
}

/// Says which registry a package of cargo, Python or NuGet comes from.
/// Asks an installed client only when nothing that is written down says it.
pub struct Configured {
    ecosystem: Ecosystem,
    options: RegistryOptions,
    config: ClientConfig,
    default: OnceLock<DefaultRegistry>,
}

impl Configured {
    /// Reads what cargo reads for the project.
    pub fn cargo(options: RegistryOptions) -> Self {
        let config = cargo_config::load(&options.env, &options.project);
        Self::new(Ecosystem::Cargo, options, config)
    }

    /// Reads what uv and pip read for the project.
    pub fn pypi(options: RegistryOptions) -> Self {
        let config = pip_config::load(&options.env, &options.project);
        Self::new(Ecosystem::Pypi, options, config)
    }

    /// Reads what NuGet's clients read for the project.
    pub fn nuget(options: RegistryOptions) -> Self {
        let config = nuget_config::load(&options.env, &options.project);
        Self::new(Ecosystem::Nuget, options, config)
    }

    fn new(ecosystem: Ecosystem, options: RegistryOptions, config: ClientConfig) -> Self {
        Self {
            ecosystem,
            options,
            config,
            default: OnceLock::new(),
        }
    }

    /// The registry of a package that a lockfile takes from `locked`, where it
    /// says so.
    ///
    /// The address in a lockfile is compared and never asked by itself: whoever
    /// may change the lockfile could otherwise bring along the registry that
    /// vouches for the change.
    ///
    /// # Errors
    /// When no place names one, when the one that does names no address, and
    /// when the lockfile names one that nothing else names.
    pub fn of(&self, locked: Option<&str>) -> Result<Upstream, UpstreamError> {
        let Some(locked) = locked else {
            return self.default_upstream().cloned();
        };
        let mut others = self.config.others.iter();
        if let Some((_, named)) = others.find(|(address, _)| is_same(address, locked)) {
            let (text, place) = named.clone()?;
            return Ok(self.parse(&text, place)?.0);
        }
        let default = self.default_upstream()?;
        let is_default = is_same(default.url().as_str(), locked)
            // The registry that cargo has built in is written by the address of
            // a repository that has not been read from for years.
            || (self.ecosystem == Ecosystem::Cargo && !locked.starts_with(cargo_config::SPARSE))
            // Who says it in so many words means it.
            || matches!(default.place(), Place::Flag | Place::ProjectConfig);
        if is_default {
            return Ok(default.clone());
        }
        Err(UpstreamError::Unnamed {
            ecosystem: self.ecosystem,
            address: locked.to_owned(),
        })
    }

    /// As [`of`](Self::of), where the configuration may say by a package's name
    /// which registry it comes from. An address that somebody gave for this
    /// program stands above that.
    ///
    /// # Errors
    /// As [`of`](Self::of); also where the configuration lets the package come
    /// from nowhere, or from what is no registry.
    pub fn of_package(
        &self,
        package: &PackageId,
        locked: Option<&str>,
    ) -> Result<Upstream, UpstreamError> {
        let is_given = self.options.flag.is_some() || self.options.configured.is_some();
        if is_given || self.config.mapping.is_empty() {
            return self.of(locked);
        }
        let fits = self.config.mapping.iter().filter_map(|(mapped, named)| {
            let fit = mapped.fit(package.name())?;
            Some((fit, named.as_ref()))
        });
        // Of several, the one of the nearest file, which stands first.
        let best = fits
            .rev()
            .max_by_key(|(fit, named)| (*fit, named.is_some()));
        let Some((_, Some((text, place)))) = best else {
            return Err(UpstreamError::Unmapped {
                ecosystem: self.ecosystem,
                package: package.clone(),
            });
        };
        Ok(self.parse(text, place.clone())?.0)
    }

    /// The registry of packages that nothing else is said of.
    ///
    /// # Errors
    /// When no place names one, or the one that does names no address.
    pub fn default_upstream(&self) -> Result<&Upstream, UpstreamError> {
        match self.default.get_or_init(|| self.find_default()) {
            Ok((upstream, _)) => Ok(upstream),
            Err(error) => Err(error.clone()),
        }
    }

    /// All credentials, those in addresses included.
    pub fn credentials(&self) -> Credentials {
        with_default(
            self.config.credentials.clone(),
            self.ecosystem,
            self.default.get(),
        )
    }

    /// Certificates and proxies.
    pub fn transport(&self) -> &Transport {
        &self.config.transport
    }

    /// What could not be read, for people.
    pub fn warnings(&self) -> &[String] {
        &self.config.warnings
    }

    fn find_default(&self) -> DefaultRegistry {
        let given = |text: &Option<String>, place| text.clone().map(|text| Ok((text, place)));
        let (text, place) = given(&self.options.flag, Place::Flag)
            .or_else(|| given(&self.options.configured, Place::ProjectConfig))
            .or_else(|| self.config.default.clone())
            .or_else(|| self.asker().registry().map(Ok))
            .unwrap_or_else(|| Err(self.not_found()))?;
        self.parse(&text, place)
    }

    fn parse(
        &self,
        text: &str,
        place: Place,
    ) -> Result<(Upstream, Option<Credential>), UpstreamError> {
        match self.ecosystem {
            Ecosystem::Cargo => cargo_config::parse(text, place),
            Ecosystem::Nuget => nuget_config::parse(text, place),
            _ => Upstream::parse(text, place),
        }
    }

    fn questions(&self) -> &'static [Question] {
        match self.ecosystem {
            Ecosystem::Cargo => &cargo_config::QUESTIONS,
            // dotnet tells only what is written in its files.
            Ecosystem::Nuget => &[],
            _ => &pip_config::QUESTIONS,
        }
    }

    fn asker(&self) -> Asker<'_> {
        Asker {
            env: &self.options.env,
            cache_dir: self.options.cache_dir.as_deref(),
            now: self.options.now,
            files: &self.config.files,
            questions: self.questions(),
        }
    }

    fn not_found(&self) -> UpstreamError {
        let first = ["the flag `--upstream`", "`tenure.toml`"].map(str::to_owned);
        let mut clients: Vec<_> = self.questions().iter().map(|q| q.program).collect();
        clients.dedup();
        let last = (!clients.is_empty()).then(|| {
            let clients = clients.join(", ");
            format!("what is installed of {clients} (none gave an answer)")
        });
        UpstreamError::NotFound {
            ecosystem: self.ecosystem,
            looked_at: first
                .into_iter()
                .chain(self.config.looked_at.iter().cloned())
                .chain(last)
                .collect(),
        }
    }
}

/// Whether two addresses are those of one registry.
fn is_same(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        let text = text.strip_prefix(cargo_config::SPARSE).unwrap_or(text);
        let text = text
            .strip_suffix(nuget_config::SERVICE_INDEX)
            .unwrap_or(text);
        let address = Upstream::parse(text, Place::Lockfile);
        // With what is shown to it, it would be another text.
        address.map_or_else(|_| text.to_owned(), |(found, _)| found.url().to_string())
    };
    bare(one) == bare(other)
}
