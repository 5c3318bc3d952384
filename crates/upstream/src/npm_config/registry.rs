use super::{Credential, Credentials, NpmConfig, Place};
use crate::asking::{Asker, Question};
use crate::configured::{DefaultRegistry, with_default};
use crate::{Environment, FetchError};
use percent_encoding::percent_decode_str;
use std::path::PathBuf;
use std::sync::OnceLock;
use tenure_domain::{Ecosystem, PackageId, Time};
use url::Url;

/// A registry, and who says that it is the one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    url: Url,
    place: Place,
}

/// Why it is not known which registry to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// An address that cannot be one of a registry.
    #[error(
        "`{text}` from {place} is not the address of a registry: {why}; \
         expected something like `https://registry.example/`"
    )]
    Invalid {
        /// The address, without a password.
        text: String,
        /// Where it was found.
        place: Place,
        /// What is wrong with it.
        why: String,
    },
    /// A lockfile takes a package from a registry that nothing else names.
    #[error(
        "the lockfile takes it from `{address}`, which no configuration of {ecosystem} clients \
         names; name it there, or pass `--upstream {ecosystem}=URL`"
    )]
    Unnamed {
        /// Whose registry it is.
        ecosystem: Ecosystem,
        /// The address in the lockfile.
        address: String,
    },
    /// The configuration says which registries packages come from, and names none
    /// for this one that could be asked.
    #[error(
        "the source mapping in the configuration of {ecosystem} clients names no registry for \
         `{package}` that could be asked; name it there, or pass `--upstream {ecosystem}=URL`"
    )]
    Unmapped {
        /// Whose registry it is.
        ecosystem: Ecosystem,
        /// The package.
        package: PackageId,
    },
    /// Nothing names a registry.
    #[error(
        "no {ecosystem} registry is configured: looked at {}; \
         pass `--upstream {ecosystem}=URL` or write {}",
        .looked_at.join(", "),
        setting(*ecosystem)
    )]
    NotFound {
        /// Whose registry was looked for.
        ecosystem: Ecosystem,
        /// The places that were looked at, in their order.
        looked_at: Vec<String>,
    },
}

/// What would name a registry, and where to write it.
fn setting(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => "`registry=URL` into `.npmrc`",
        Ecosystem::Cargo => {
            "`[source.crates-io] replace-with` into `.cargo/config.toml`, with the address of \
             its index"
        }
        Ecosystem::Pypi => "`index-url = URL` into `pip.conf` or `uv.toml`",
        Ecosystem::Nuget => "the address of its service index into `NuGet.Config`",
    }
}

impl Upstream {
    /// Reads an address. A user name and a password in it come out as a
    /// credential, so that the address can be shown.
    ///
    /// # Errors
    /// When it is no `http` or `https` address of a folder.
    pub fn parse(text: &str, place: Place) -> Result<(Self, Option<Credential>), UpstreamError> {
        let (url, credential) = parse(text).map_err(|why| UpstreamError::Invalid {
            text: harmless(text),
            place: place.clone(),
            why,
        })?;
        Ok((Self { url, place }, credential))
    }

    /// The address; its path ends with a slash, and it carries no password.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where it was found; see its `Display`.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The address of a package's document.
    pub fn packument_url(&self, package: &PackageId) -> Url {
        let mut url = self.url.clone();
        // The slash of a scope is part of the name, not of the path.
        let path = format!("{}{}", url.path(), package.name().replace('/', "%2f"));
        url.set_path(&path);
        url
    }

    /// The address where every npm registry offers the file of a release,
    /// whatever its document says.
    pub fn file_url(&self, package: &PackageId, version: &str) -> Url {
        let mut url = self.url.clone();
        let name = package.name();
        let base = name.rsplit_once('/').map_or(name, |(_, base)| base);
        // An address with a host always has segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(name.split('/'));
            segments.push("-").push(&format!("{base}-{version}.tgz"));
        }
        url
    }

    /// Whether `url` is on the registry's own scheme, host and port. What a
    /// document names elsewhere may be anything, a service within the server's
    /// own network included, and a credential would go to it in the clear if
    /// only its scheme were another.
    pub fn is_home_of(&self, url: &Url) -> bool {
        self.url.origin() == url.origin()
    }

    /// An address below the registry's.
    ///
    /// # Errors
    /// [`FetchError::Outside`] when dots lead out of it.
    pub fn below(&self, path_and_query: &str) -> Result<Url, FetchError> {
        let mut url = self.url.clone();
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        url.set_path(&format!("{}{path}", url.path()));
        url.set_query(query);
        // Dots may have led out of it.
        if url.path().starts_with(self.url.path()) {
            return Ok(url);
        }
        Err(FetchError::Outside {
            registry: self.url.to_string(),
            path: path.chars().take(200).collect(),
        })
    }

    /// A short text that stands for this registry in file names.
    pub(crate) fn key(&self) -> String {
        crate::digest_name(self.url.as_str())
    }
}

fn parse(text: &str) -> Result<(Url, Option<Credential>), String> {
    let mut url: Url = text
        .trim()
        .parse()
        .map_err(|e: url::ParseError| e.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("it is neither http nor https".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment".to_owned());
    }
    let credential = url.password().map(|password| {
        let plain = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Credential::user(&plain(url.username()), &plain(password))
    });
    let cleared = url.set_username("").and_then(|()| url.set_password(None));
    cleared.map_err(|()| "it names no host".to_owned())?;
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok((url, credential))
}

/// An address for people: without whatever stands before an `@`.
pub(crate) fn harmless(text: &str) -> String {
    let shown = match text.rsplit_once('@') {
        Some((_, rest)) => format!("...@{rest}"),
        None => text.to_owned(),
    };
    shown.chars().take(200).collect()
}

/// What npm and its rivals can be asked, in the order in which they are.
const QUESTIONS: [Question; 4] = [
    Question::plain("npm", &["config", "get", "registry"]),
    Question::plain("pnpm", &["config", "get", "registry"]),
    Question::plain("yarn", &["config", "get", "npmRegistryServer"]),
    Question::plain("yarn", &["config", "get", "registry"]),
];

/// What decides which registry a package comes from, beside the files.
pub struct RegistryOptions {
    /// The process environment.
    pub env: Environment,
    /// The folder of the project.
    pub project: PathBuf,
    /// The address given with `--upstream npm=URL`.
    pub flag: Option<String>,
    /// The address in `tenure.toml`.
    pub configured: Option<String>,
    /// Where the lockfile's packages were taken from: the last resort.
    pub lockfile: Option<String>,
    /// Where answers of clients are kept.
    pub cache_dir: Option<PathBuf>,
    /// The current time.
    pub now: Time,
}

/// Says which registry a package comes from. Asks an installed client only
/// when nothing that is written down says it.
pub struct Registries {
    options: RegistryOptions,
    config: NpmConfig,
    default: OnceLock<DefaultRegistry>,
}

impl Registries {
    /// Reads the configuration files of the project.
    pub fn load(options: RegistryOptions) -> Self {
        Self {
            config: NpmConfig::load(&options.env, &options.project),
            options,
            default: OnceLock::new(),
        }
    }

    /// The settings that were read.
    pub fn config(&self) -> &NpmConfig {
        &self.config
    }

    /// The registry of a package. A scope that has a registry of its own keeps
    /// it whatever the flag says, as it does in npm: private names are not
    /// shown to another registry.
    ///
    /// # Errors
    /// When no place names one, or the one that does names no address.
    pub fn of(&self, package: &PackageId) -> Result<Upstream, UpstreamError> {
        let scoped = package.scope().and_then(|scope| self.scoped(scope));
        scoped.unwrap_or_else(|| self.default_upstream().cloned())
    }

    /// The registry of packages whose scope has none of its own.
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
            self.config.credentials(),
            Ecosystem::Npm,
            self.default.get(),
        )
    }

    fn scoped(&self, scope: &str) -> Option<Result<Upstream, UpstreamError>> {
        let setting = self.config.registry(Some(scope))?;
        let parsed = Upstream::parse(&setting.value, setting.place.clone());
        Some(parsed.map(|(upstream, _)| upstream))
    }

    fn find_default(&self) -> DefaultRegistry {
        let given = |text: &Option<String>, place| text.clone().map(|text| (text, place));
        let written = || {
            let setting = self.config.registry(None)?;
            Some((setting.value.clone(), setting.place.clone()))
        };
        let (text, place) = given(&self.options.flag, Place::Flag)
            .or_else(|| given(&self.options.configured, Place::ProjectConfig))
            .or_else(written)
            .or_else(|| self.asker().registry())
            .or_else(|| given(&self.options.lockfile, Place::Lockfile))
            .ok_or_else(|| self.not_found())?;
        Upstream::parse(&text, place)
    }

    fn asker(&self) -> Asker<'_> {
        Asker {
            env: &self.options.env,
            cache_dir: self.options.cache_dir.as_deref(),
            now: self.options.now,
            files: &self.config.files,
            questions: &QUESTIONS,
        }
    }

    fn not_found(&self) -> UpstreamError {
        let first = ["the flag `--upstream`", "`tenure.toml`"].map(str::to_owned);
        let last = [
            "the clients npm, pnpm and yarn (none gave an answer)",
            "the addresses in the lockfile",
        ];
        UpstreamError::NotFound {
            ecosystem: Ecosystem::Npm,
            looked_at: first
                .into_iter()
                .chain(self.config.looked_at.iter().cloned())
                .chain(last.map(str::to_owned))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Upstream, Option<Credential>), UpstreamError> {
        Upstream::parse(text, Place::Flag)
    }

    #[test]
    fn addresses_end_with_a_slash_and_name_packages() {
        let (upstream, _) = parsed("https://registry.example/npm").unwrap();
        assert_eq!(upstream.url().as_str(), "https://registry.example/npm/");
        let url = |name| upstream.packument_url(&PackageId::new(Ecosystem::Npm, name).unwrap());
        assert_eq!(url("chalk").path(), "/npm/chalk");
        assert_eq!(url("@babel/core").path(), "/npm/@babel%2fcore");
    }

    #[test]
    fn files_have_one_address() {
        let (upstream, _) = parsed("https://registry.example/npm").unwrap();
        let url = |name, version| {
            let package = PackageId::new(Ecosystem::Npm, name).unwrap();
            upstream.file_url(&package, version).to_string()
        };
        let below = |path| format!("https://registry.example/npm/{path}");
        assert_eq!(url("chalk", "5.0.0"), below("chalk/-/chalk-5.0.0.tgz"));
        assert_eq!(
            url("@babel/core", "7.0.0-rc.1"),
            below("@babel/core/-/core-7.0.0-rc.1.tgz")
        );
        assert_eq!(
            url("x", "/../../../secret?a#b"),
            below("x/-/x-%2F..%2F..%2F..%2Fsecret%3Fa%23b.tgz")
        );
    }

    #[test]
    fn home_is_scheme_host_and_port() {
        let (upstream, _) = parsed("https://registry.example/npm/").unwrap();
        let is_home = |url: &str| upstream.is_home_of(&url.parse().unwrap());
        assert!(is_home("https://registry.example/files/x.tgz"));
        assert!(is_home("https://Registry.example:443/x.tgz"));
        for other in [
            "http://registry.example/npm/x.tgz",
            "https://registry.example:8443/npm/x.tgz",
            "https://registry.example.evil.example/npm/x.tgz",
            "https://registry.example@evil.example/npm/x.tgz",
            "file:///npm/x.tgz",
        ] {
            assert!(!is_home(other), "{other}");
        }
    }

    #[test]
    fn what_is_passed_on_stays_below_the_registry() {
        let (upstream, _) = parsed("https://registry.example/team/npm/").unwrap();
        let below = |path: &str| upstream.below(path).map(String::from);
        assert_eq!(
            below("-/v1/search?text=a%2fb").unwrap(),
            "https://registry.example/team/npm/-/v1/search?text=a%2fb"
        );
        assert_eq!(
            below("//evil.example/x").unwrap(),
            "https://registry.example/team/npm///evil.example/x"
        );
        assert_eq!(
            below("-/@a%2fb#c?d").unwrap(),
            "https://registry.example/team/npm/-/@a%2fb%23c?d"
        );
        for out in ["../other", "-/../../x", "%2e%2e/x", "..\\x"] {
            let error = below(out).unwrap_err().to_string();
            assert!(error.contains("is no address below"), "{error}");
        }
    }

    #[test]
    fn a_password_becomes_a_credential_and_is_not_shown() {
        let (upstream, credential) = parsed("https://ada:p%40ss@registry.example/").unwrap();
        assert_eq!(upstream.url().as_str(), "https://registry.example/");
        assert_eq!(credential, Some(Credential::user("ada", "p@ss")));
        let error = parsed("ftp://ada:hunter2@registry.example/").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["registry.example", "file:///tmp", "https://x/?a=b", ""] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }
}
