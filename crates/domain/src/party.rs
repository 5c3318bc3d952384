use crate::Ecosystem;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// Who acted: an account, or a workflow that a registry lets publish without
/// a secret ("trusted publishing").
///
/// Written as `npm:dominictarr` for an account, `cargo:BurntSushi#189` for one
/// with a stable id, and `npm:workflow/github/oidc:9061ef30` for a workflow. The
/// display name that a registry gives a workflow ("GitHub Actions") is the same
/// for all of them and takes no part in any comparison; nor does the login of
/// an account that has an id, so one that was renamed is equal to what it was.
#[derive(Clone, Debug)]
pub enum Party {
    /// An account, by its login and, where the registry gives one, its id.
    Account {
        /// The registry family that knows the login.
        ecosystem: Ecosystem,
        /// The login as the registry writes it.
        login: Box<str>,
        /// The registry's stable id of the account. npm gives none.
        id: Option<Box<str>>,
    },
    /// A workflow, by what it is bound to.
    Workflow {
        /// The registry family that accepts it.
        ecosystem: Ecosystem,
        /// The service it runs on, such as `github`.
        provider: Box<str>,
        /// The registry's stable id of the binding: npm's `oidcConfigId`.
        /// Absent where the registry, or the copy we saw, does not give it.
        config: Option<Box<str>>,
    },
}

/// Whether two parties are the same hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// The same, by the strongest id both carry.
    Same,
    /// Different hands.
    Different,
    /// One of the two lacks the id that would tell.
    CannotTell,
}

/// An e-mail address, kept as its domain and a digest: enough to see that it
/// changed, not enough to write to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Contact {
    /// Digest of the whole address, in lower case.
    pub digest: u64,
    /// The part after the `@`, in lower case.
    pub domain: Box<str>,
}

/// A text that names no party.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a party; expected something like npm:dominictarr")]
pub struct PartyError(String);

const WORKFLOW: &str = "workflow/";

impl Party {
    /// The registry family that knows it.
    pub fn ecosystem(&self) -> Ecosystem {
        match self {
            Self::Account { ecosystem, .. } | Self::Workflow { ecosystem, .. } => *ecosystem,
        }
    }

    /// An account of `ecosystem`, by its login alone.
    pub fn account(ecosystem: Ecosystem, login: &str) -> Self {
        Self::Account {
            ecosystem,
            login: login.into(),
            id: None,
        }
    }

    /// An account of `ecosystem` whose registry gives accounts stable ids.
    pub fn account_with_id(ecosystem: Ecosystem, login: &str, id: &str) -> Self {
        Self::Account {
            ecosystem,
            login: login.into(),
            id: Some(id.into()),
        }
    }

    /// A workflow of `ecosystem`.
    pub fn workflow(ecosystem: Ecosystem, provider: &str, config: Option<&str>) -> Self {
        Self::Workflow {
            ecosystem,
            provider: provider.into(),
            config: config.map(Into::into),
        }
    }

    /// Whether it is a workflow rather than an account.
    pub fn is_workflow(&self) -> bool {
        matches!(self, Self::Workflow { .. })
    }

    /// The login of an account; `None` for a workflow.
    pub fn login(&self) -> Option<&str> {
        match self {
            Self::Account { login, .. } => Some(login),
            Self::Workflow { .. } => None,
        }
    }

    /// The stable id of an account; `None` for a workflow, and where the
    /// registry, or the copy we saw, gives none.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Account { id, .. } => id.as_deref(),
            Self::Workflow { .. } => None,
        }
    }

    /// Compares by stable id where both have one, by name only where neither
    /// has.
    pub fn sameness(&self, other: &Self) -> Sameness {
        let same_if = |same| {
            if same {
                Sameness::Same
            } else {
                Sameness::Different
            }
        };
        match (self, other) {
            (
                Self::Workflow {
                    ecosystem: e1,
                    provider: p1,
                    config: c1,
                },
                Self::Workflow {
                    ecosystem: e2,
                    provider: p2,
                    config: c2,
                },
            ) => match (c1, c2) {
                _ if (e1, p1) != (e2, p2) => Sameness::Different,
                (None, Some(_)) | (Some(_), None) => Sameness::CannotTell,
                (c1, c2) => same_if(c1 == c2),
            },
            (
                Self::Account {
                    ecosystem: e1,
                    id: i1,
                    ..
                },
                Self::Account {
                    ecosystem: e2,
                    id: i2,
                    ..
                },
            ) if e1 == e2 && i1.is_some() != i2.is_some() => Sameness::CannotTell,
            (one, other) => same_if(one == other),
        }
    }

    fn key(&self) -> Key<'_> {
        match self {
            Self::Account {
                ecosystem,
                login,
                id,
            } => match id {
                Some(id) => Key::Id(*ecosystem, id),
                None => Key::Login(*ecosystem, login),
            },
            Self::Workflow {
                ecosystem,
                provider,
                config,
            } => Key::Workflow(*ecosystem, provider, config.as_deref()),
        }
    }
}

/// What parties are compared by.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key<'p> {
    Login(Ecosystem, &'p str),
    Id(Ecosystem, &'p str),
    Workflow(Ecosystem, &'p str, Option<&'p str>),
}

impl PartialEq for Party {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Party {}

impl Hash for Party {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Party {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Party {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account {
                ecosystem,
                login,
                id,
            } => {
                write!(f, "{ecosystem}:{login}")?;
                id.as_ref().map_or(Ok(()), |id| write!(f, "#{id}"))
            }
            Self::Workflow {
                ecosystem,
                provider,
                config,
            } => {
                write!(f, "{ecosystem}:{WORKFLOW}{provider}")?;
                config
                    .as_ref()
                    .map_or(Ok(()), |config| write!(f, "/{config}"))
            }
        }
    }
}

impl FromStr for Party {
    type Err = PartyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || PartyError(text.chars().take(80).collect());
        let (ecosystem, rest) = text.split_once(':').ok_or_else(error)?;
        let ecosystem = ecosystem.parse().map_err(|_| error())?;
        if rest.is_empty() || rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(error());
        }
        let Some(workflow) = rest.strip_prefix(WORKFLOW) else {
            return account(ecosystem, rest).ok_or_else(error);
        };
        let (provider, config) = match workflow.split_once('/') {
            Some((provider, config)) => (provider, Some(config)),
            None => (workflow, None),
        };
        if provider.is_empty() || config.is_some_and(str::is_empty) {
            return Err(error());
        }
        Ok(Self::workflow(ecosystem, provider, config))
    }
}

/// An account as it is written. A `#` in an npm login is part of it: npm has no
/// ids, and its old logins may have any character.
fn account(ecosystem: Ecosystem, text: &str) -> Option<Party> {
    match text
        .rsplit_once('#')
        .filter(|_| ecosystem != Ecosystem::Npm)
    {
        None => Some(Party::account(ecosystem, text)),
        Some(("", _) | (_, "")) => None,
        Some((login, id)) => Some(Party::account_with_id(ecosystem, login, id)),
    }
}

impl Serialize for Party {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Party {
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
    fn writes_and_reads_itself() {
        for text in [
            "npm:dominictarr",
            "npm:workflow/github",
            "npm:workflow/github/oidc:9061ef30",
            "npm:a#1",
            "cargo:BurntSushi#189",
            "cargo:github:rust-lang:libs#team-3",
        ] {
            let party: Party = text.parse().unwrap();
            assert_eq!(party.to_string(), text);
        }
        for text in [
            "",
            "dominictarr",
            "npm:",
            "gem:x",
            "npm:a b",
            "npm:workflow/",
            "npm:workflow/github/",
            "cargo:a#",
            "cargo:#1",
        ] {
            assert!(text.parse::<Party>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn accounts_are_compared_by_id_where_there_is_one() {
        let party = |text: &str| text.parse::<Party>().unwrap();
        let one = party("cargo:before#189");
        assert_eq!(one, party("cargo:after#189"));
        assert_eq!(one.sameness(&party("cargo:after#189")), Sameness::Same);
        assert_eq!(one.sameness(&party("cargo:before#7")), Sameness::Different);
        assert_eq!(one.sameness(&party("cargo:before")), Sameness::CannotTell);
        assert_ne!(one, party("cargo:before"));
        assert_eq!(one.sameness(&party("npm:before")), Sameness::Different);
        assert_eq!(party("npm:a#1").id(), None);
    }

    #[test]
    fn workflows_are_compared_by_what_they_are_bound_to() {
        let workflow = |config| Party::workflow(Ecosystem::Npm, "github", config);
        assert_eq!(
            workflow(Some("a")).sameness(&workflow(Some("a"))),
            Sameness::Same
        );
        assert_eq!(
            workflow(Some("a")).sameness(&workflow(Some("b"))),
            Sameness::Different
        );
        assert_eq!(
            workflow(Some("a")).sameness(&workflow(None)),
            Sameness::CannotTell
        );
        assert_eq!(workflow(None).sameness(&workflow(None)), Sameness::Same);
        let account = Party::account(Ecosystem::Npm, "github");
        assert_eq!(workflow(None).sameness(&account), Sameness::Different);
    }
}
