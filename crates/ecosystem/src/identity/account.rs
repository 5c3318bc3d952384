//! The accounts that a person can say are theirs.

use crate::vouch::ssh::Fingerprint;
use std::fmt;
use std::str::FromStr;
use tenure_domain::Party;
use url::{Host, Url};

/// The longest address of a page, in bytes.
const MAX_ADDRESS: usize = 500;
/// The longest login of GitHub.
const MAX_LOGIN: usize = 39;

/// Something that is one person's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// An account at GitHub: `github:ada`, or `github:ada#1815` with its number.
    Github {
        /// The login, in lower case.
        login: String,
        /// The number, which stays when the login changes hands.
        id: Option<u64>,
    },
    /// A domain: `domain:ada.example`.
    Domain(String),
    /// A profile page: `web:https://social.example/@ada`.
    Web(Url),
    /// Another key, of SSH or `OpenPGP`: `key:SHA256:...`, `openpgp:...` with the
    /// 40 digits of its fingerprint.
    Key(Fingerprint),
    /// An account at a registry of packages: `npm:ada`, `cargo:ada#189`.
    Registry(Party),
}

/// A text that names no account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no account that can be linked: {why}; such are github:ada, domain:ada.example, \
     web:https://social.example/@ada, key:SHA256:..., openpgp:FINGERPRINT, npm:ada, cargo:ada, pypi:ada and nuget:ada"
)]
pub struct AccountError {
    text: String,
    why: &'static str,
}

impl Account {
    /// The word for what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Github { .. } => "github",
            Self::Domain(_) => "domain",
            Self::Web(_) => "web",
            Self::Key(key) if key.is_openpgp() => "openpgp",
            Self::Key(_) => "key",
            Self::Registry(party) => party.ecosystem().as_str(),
        }
    }

    /// The account of a registry, if it is one.
    pub fn party(&self) -> Option<&Party> {
        match self {
            Self::Registry(party) => Some(party),
            _ => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Github { login, id } => {
                write!(f, "github:{login}")?;
                id.map_or(Ok(()), |id| write!(f, "#{id}"))
            }
            Self::Domain(name) => write!(f, "domain:{name}"),
            Self::Web(url) => write!(f, "web:{url}"),
            Self::Key(key) if key.is_openpgp() => key.fmt(f),
            Self::Key(key) => write!(f, "key:{key}"),
            Self::Registry(party) => party.fmt(f),
        }
    }
}

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |why| AccountError {
            text: text.chars().filter(|c| !c.is_control()).take(80).collect(),
            why,
        };
        let (kind, rest) = text.split_once(':').ok_or(error("it has no kind"))?;
        match kind {
            "github" => github(rest).map_err(error),
            "domain" => domain(rest).map_err(error),
            "web" => web_address(rest).map(Self::Web).map_err(error),
            "key" | "SHA256" => {
                let key = text.strip_prefix("key:").unwrap_or(text);
                let key = key.parse().map_err(|_| error("it is no fingerprint"))?;
                Ok(Self::Key(key))
            }
            "openpgp" => {
                // GnuPG shows the digits in groups.
                let digits = rest.replace(' ', "").to_ascii_uppercase();
                let key = format!("openpgp:{digits}").parse();
                let key = key.map_err(|_| error("a fingerprint of OpenPGP has 40 digits"))?;
                Ok(Self::Key(key))
            }
            _ => match text.parse::<Party>() {
                Ok(party) if party.is_workflow() => Err(error("a workflow is nobody's alone")),
                Ok(party) => Ok(Self::Registry(party)),
                Err(_) => Err(error("it is of no kind that is known")),
            },
        }
    }
}

fn github(text: &str) -> Result<Account, &'static str> {
    let (login, id) = match text.split_once('#') {
        None => (text, None),
        Some((login, id)) => {
            let number: u64 = id.parse().map_err(|_| "its number is none")?;
            if number.to_string() != id {
                return Err("its number is none");
            }
            (login, Some(number))
        }
    };
    let is_login = (1..=MAX_LOGIN).contains(&login.len())
        && login
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_login {
        return Err("a login has letters, digits and hyphens");
    }
    Ok(Account::Github {
        login: login.to_ascii_lowercase(),
        id,
    })
}

fn domain(text: &str) -> Result<Account, &'static str> {
    match Host::parse(text) {
        Ok(Host::Domain(name)) if is_public_name(&name) => Ok(Account::Domain(name)),
        _ => Err("it is no name of a domain"),
    }
}

/// Whether a name can be one of the public tree: with a dot, and none at its end.
fn is_public_name(name: &str) -> bool {
    name.contains('.') && !name.ends_with('.') && name.len() <= 240
}

/// An address that may be fetched because somebody wrote it into a statement.
pub(super) fn web_address(text: &str) -> Result<Url, &'static str> {
    let url: Url = text.parse().map_err(|_| "it is no address")?;
    // What is not written out yet makes it longer.
    if url.as_str().len() > MAX_ADDRESS {
        return Err("it is too long");
    }
    if url.scheme() != "https" {
        return Err("an address begins with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address must have no name or password in it");
    }
    if url.fragment().is_some() {
        return Err("an address must have no `#` in it");
    }
    match url.host() {
        Some(Host::Domain(name)) if is_public_name(name) => Ok(url),
        _ => Err("an address needs the name of a domain"),
    }
}
