//! Which credential belongs to which address.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::collections::BTreeMap;
use std::fmt;
use tenure_domain::Ecosystem;
use url::Url;

/// What a registry is shown to be let in. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A bearer token.
    Token(String),
    /// `user:password` in base64.
    Basic(String),
    /// The whole of the header, as cargo sends its tokens.
    Whole(String),
    /// It names a variable that is not set, so there is nothing to show.
    Unset {
        /// The setting as it was written, such as `${NPM_TOKEN}`.
        written: String,
    },
}

impl Credential {
    /// A user name and a password.
    pub(crate) fn user(name: &str, password: &str) -> Self {
        Self::Basic(BASE64_STANDARD.encode(format!("{name}:{password}")))
    }

    /// The value of the `Authorization` header.
    pub fn header(&self) -> Option<String> {
        match self {
            Self::Token(token) => Some(format!("Bearer {token}")),
            Self::Basic(pair) => Some(format!("Basic {pair}")),
            Self::Whole(header) => Some(header.clone()),
            Self::Unset { .. } => None,
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(redacted)",
            Self::Basic(_) => "Basic(redacted)",
            Self::Whole(_) => "Whole(redacted)",
            Self::Unset { .. } => "Unset",
        })
    }
}

/// Credentials by the part of the web they were given for: a host, a port if
/// it was named, and a path.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    by_prefix: BTreeMap<String, Credential>,
    /// Whose packages the registry below a prefix has.
    registries: BTreeMap<String, Ecosystem>,
}

impl Credentials {
    /// Keeps a credential for `//host[:port]/path` and everything below it.
    pub fn insert(&mut self, prefix: &str, credential: Credential) {
        self.by_prefix.insert(normal_prefix(prefix), credential);
    }

    /// Keeps a credential for `url` and everything below it.
    pub fn insert_for(&mut self, url: &Url, credential: Credential) {
        if let Some(prefix) = scope_of(url) {
            self.insert(&prefix, credential);
        }
    }

    /// The credential for `url`: the one with the longest prefix of it, whole
    /// path segments counted.
    pub fn for_url(&self, url: &Url) -> Option<&Credential> {
        longest(&self.by_prefix, url)
    }

    /// Notes that the registry at `url` has packages of an ecosystem: who is
    /// refused there is told where its clients keep their credentials.
    pub fn note_registry(&mut self, ecosystem: Ecosystem, url: &Url) {
        if let Some(prefix) = scope_of(url) {
            self.registries.insert(normal_prefix(&prefix), ecosystem);
        }
    }

    /// Whose packages are at `url`, as far as it was noted; where all that was
    /// noted is of one ecosystem, that one.
    pub(crate) fn ecosystem_at(&self, url: &Url) -> Option<Ecosystem> {
        longest(&self.registries, url).copied().or_else(|| {
            let mut all = self.registries.values();
            let first = *all.next()?;
            all.all(|other| *other == first).then_some(first)
        })
    }
}

/// What is kept for the longest prefix of an address.
fn longest<'a, T>(by_prefix: &'a BTreeMap<String, T>, url: &Url) -> Option<&'a T> {
    let mut prefix = scope_of(url)?;
    loop {
        if let Some(found) = by_prefix.get(prefix.trim_end_matches('/')) {
            return Some(found);
        }
        prefix.truncate(prefix.rfind('/').filter(|at| *at > 1)?);
    }
}

/// `//host[:port]/path` of an address.
pub(crate) fn scope_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    Some(format!("//{host}{port}{}", url.path()))
}

/// Hosts are compared without case, paths with it.
fn normal_prefix(prefix: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    let path = prefix.get(2..).and_then(|rest| rest.find('/'));
    let (host, path) = prefix.split_at(path.map_or(prefix.len(), |at| at + 2));
    host.to_ascii_lowercase() + path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Credential {
        Credential::Token(text.to_owned())
    }

    fn credentials() -> Credentials {
        let mut all = Credentials::default();
        all.insert("//Registry.example/", token("host"));
        all.insert("//registry.example/team/a/", token("team"));
        all.insert("//registry.example:8080", token("port"));
        all
    }

    fn asked(url: &str) -> Option<String> {
        let url = url.parse().unwrap();
        credentials().for_url(&url).and_then(Credential::header)
    }

    #[test]
    fn the_longest_prefix_wins_in_whole_segments() {
        let bearer = |name: &str| Some(format!("Bearer {name}"));
        assert_eq!(asked("https://registry.example/chalk"), bearer("host"));
        assert_eq!(asked("https://registry.example/team/a/x"), bearer("team"));
        assert_eq!(asked("https://registry.example/team/a"), bearer("team"));
        assert_eq!(asked("https://registry.example/team/ab/x"), bearer("host"));
        assert_eq!(asked("https://registry.example:8080/x"), bearer("port"));
    }

    #[test]
    fn knows_whose_registry_is_where() {
        let at = |all: &Credentials, url: &str| all.ecosystem_at(&url.parse().unwrap());
        let mut all = credentials();
        assert_eq!(at(&all, "https://registry.example/x"), None);
        let index = "https://registry.example/index/".parse().unwrap();
        all.note_registry(Ecosystem::Cargo, &index);
        // Its files may be anywhere.
        let elsewhere = "https://files.example/x";
        assert_eq!(at(&all, elsewhere), Some(Ecosystem::Cargo));
        let npm = "https://registry.example/".parse().unwrap();
        all.note_registry(Ecosystem::Npm, &npm);
        assert_eq!(at(&all, elsewhere), None);
        let index = "https://registry.example/index/ri/ve/river";
        assert_eq!(at(&all, index), Some(Ecosystem::Cargo));
        let other = "https://registry.example/chalk";
        assert_eq!(at(&all, other), Some(Ecosystem::Npm));
    }

    #[test]
    fn no_other_host_gets_any() {
        for url in [
            "https://registry.example.evil.example/chalk",
            "https://evil.example/registry.example/",
            "https://registry.example:9090/chalk",
            "https://sub.registry.example/chalk",
        ] {
            assert_eq!(asked(url), None, "{url}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", credentials());
        assert!(!shown.contains("team\")"), "{shown}");
        assert!(!format!("{:?}", Credential::user("ada", "hunter2")).contains("hunter2"));
    }
}
