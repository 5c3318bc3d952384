use crate::Ecosystem;
use packageurl::PackageUrl;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A package in an ecosystem. Displays as a package url without a version,
/// such as `pkg:npm/%40babel/core`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageId {
    ecosystem: Ecosystem,
    name: Box<str>,
}

/// Why a text does not name a package.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PackageError {
    /// Not a package url at all.
    #[error("`{0}` is not a package url: {1}")]
    NotAPurl(String, String),
    /// A package url of a type that Tenure does not know.
    #[error("{0}")]
    UnknownEcosystem(String),
    /// The name breaks the registry's own rules.
    #[error("`{0}` is not a package name: {1}")]
    BadName(String, &'static str),
}

/// npm's own limit for names.
const MAX_NAME: usize = 214;

impl PackageId {
    /// A package by its registry name.
    ///
    /// # Errors
    /// When the name is empty, longer than npm's 214 characters, or has
    /// characters that no registry accepts.
    pub fn new(ecosystem: Ecosystem, name: &str) -> Result<Self, PackageError> {
        check_name(ecosystem, name)?;
        Ok(Self {
            ecosystem,
            name: name.into(),
        })
    }

    /// The ecosystem it belongs to.
    pub fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// The name as the registry writes it, such as `@babel/core`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The npm scope, such as `@babel`, where the name has one.
    pub fn scope(&self) -> Option<&str> {
        self.name
            .starts_with('@')
            .then(|| self.name.split('/').next())
            .flatten()
    }
}

fn check_name(ecosystem: Ecosystem, name: &str) -> Result<(), PackageError> {
    let bad = |why| Err(PackageError::BadName(name.chars().take(80).collect(), why));
    if name.is_empty() {
        return bad("it is empty");
    }
    // Old npm packages exceed today's rules, so only what could break a path,
    // a URL or a terminal is refused.
    if name.len() > MAX_NAME {
        return bad("it is longer than 214 characters");
    }
    if name
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || "\\?#%<>\"|:".contains(c))
    {
        return bad("it has characters that no registry accepts");
    }
    let slashes = name.matches('/').count();
    let scoped = ecosystem == Ecosystem::Npm && name.starts_with('@');
    if scoped != (slashes == 1) || slashes > 1 {
        return bad("only an npm scope is followed by one slash");
    }
    let is_empty = |part: &str| matches!(part, "" | "@" | "." | ".." | "@." | "@..");
    if name.split('/').any(is_empty) {
        return bad("a part of it is empty");
    }
    Ok(())
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.strip_prefix('@') {
            Some(rest) => write!(f, "pkg:{}/%40{rest}", self.ecosystem),
            None => write!(f, "pkg:{}/{}", self.ecosystem, self.name),
        }
    }
}

impl FromStr for PackageId {
    type Err = PackageError;

    /// Reads a package url; a version, qualifiers and subpath are passed over.
    ///
    /// Names keep their case: npm still serves packages from before it asked
    /// for lower case, and `JSONStream` is another package than `jsonstream`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let purl = PackageUrl::from_str(text)
            .map_err(|e| PackageError::NotAPurl(text.to_owned(), e.to_string()))?;
        let ecosystem: Ecosystem = purl.ty().parse().map_err(PackageError::UnknownEcosystem)?;
        let name = match purl.namespace() {
            Some(namespace) => format!("{namespace}/{}", purl.name()),
            None => purl.name().to_owned(),
        };
        Self::new(ecosystem, &cased_as_in(text, name))
    }
}

/// `packageurl` folds npm names to lower case, as the specification of package
/// urls says; this brings back the case that was written.
fn cased_as_in(purl: &str, folded: String) -> String {
    let path = purl
        .split(['?', '#'])
        .next()
        .and_then(|purl| purl.split_once('/'));
    let path = path.map_or("", |(_, path)| path.trim_matches('/'));
    let end = path.rfind('@').filter(|at| *at > 0).unwrap_or(path.len());
    let written = path[..end]
        .replace("%40", "@")
        .replace("%2F", "/")
        .replace("%2f", "/");
    if written.eq_ignore_ascii_case(&folded) {
        written
    } else {
        folded
    }
}

impl Serialize for PackageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PackageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_and_parses_as_a_package_url() {
        for (name, purl) in [
            ("chalk", "pkg:npm/chalk"),
            ("@babel/core", "pkg:npm/%40babel/core"),
        ] {
            let package = PackageId::new(Ecosystem::Npm, name).unwrap();
            assert_eq!(package.to_string(), purl);
            assert_eq!(purl.parse::<PackageId>().unwrap(), package);
        }
    }

    #[test]
    fn names_keep_their_case() {
        for name in ["JSONStream", "@Scope/NPM", "NPM", "pkg"] {
            let package = PackageId::new(Ecosystem::Npm, name).unwrap();
            assert_eq!(package.to_string().parse::<PackageId>().unwrap(), package);
        }
        let versioned: PackageId = "pkg:npm/JSONStream@1.3.5?arch=x#y".parse().unwrap();
        assert_eq!(versioned.name(), "JSONStream");
    }

    #[test]
    fn refuses_names_that_could_leave_a_path_or_a_terminal() {
        for name in [
            "",
            "../x",
            "a/b",
            "@a",
            "@/b",
            "@a/b/c",
            "a b",
            "a\u{1b}[0m",
            "..",
            "@../x",
            "a%2fb",
        ] {
            assert!(
                PackageId::new(Ecosystem::Npm, name).is_err(),
                "{name:?} was accepted"
            );
        }
    }

    #[test]
    fn knows_the_scope() {
        assert_eq!(
            PackageId::new(Ecosystem::Npm, "@babel/core")
                .unwrap()
                .scope(),
            Some("@babel")
        );
        assert_eq!(
            PackageId::new(Ecosystem::Npm, "chalk").unwrap().scope(),
            None
        );
    }
}
