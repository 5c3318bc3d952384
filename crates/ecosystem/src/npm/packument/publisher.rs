//! `_npmUser` and `maintainers`: who acted, and who could have.

use super::tolerant::{Skip, Text, Tolerant, otherwise};
use crate::digest::address_digest;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use tenure_domain::{Contact, Ecosystem, Party};

/// A person as npm writes one.
#[derive(Default)]
pub(super) struct Person<'de> {
    name: Option<Cow<'de, str>>,
    email: Option<Cow<'de, str>>,
    approver: Option<Box<Self>>,
    trusted_publisher: Option<TrustedPublisher<'de>>,
}

#[derive(Default)]
struct TrustedPublisher<'de> {
    provider: Option<Cow<'de, str>>,
    config: Option<Cow<'de, str>>,
}

/// The longest login that is taken for one; npm's own limit is 214.
const MAX_LOGIN: usize = 214;
/// The display name that npm gives to every GitHub workflow.
const GITHUB_WORKFLOW: &str = "GitHub Actions";
/// The display name that npm gives to every GitLab pipeline.
const GITLAB_WORKFLOW: &str = "GitLab CI/CD";

impl Person<'_> {
    /// The party, where the name is usable.
    pub(super) fn party(&self) -> Option<Party> {
        if let Some(trusted) = &self.trusted_publisher {
            let provider = trusted.provider.as_deref().filter(|id| is_login(id))?;
            let config = trusted.config.as_deref().filter(|id| is_login(id));
            return Some(Party::workflow(Ecosystem::Npm, provider, config));
        }
        party_named(self.name.as_deref()?)
    }

    /// The contact of an account; workflows share one address that says
    /// nothing.
    pub(super) fn contact(&self) -> Option<Contact> {
        let account = self.party().is_some_and(|party| !party.is_workflow());
        self.email.as_deref().filter(|_| account).and_then(contact)
    }

    /// Who approved it, where publishing was staged.
    pub(super) fn approver(&self) -> Option<Party> {
        self.approver.as_ref().and_then(|person| person.party())
    }
}

/// The party behind a display name of the registry: an account by its login, or
/// a workflow of which only the provider is known. `None` if it can be neither.
pub fn party_named(name: &str) -> Option<Party> {
    match name {
        GITHUB_WORKFLOW => Some(Party::workflow(Ecosystem::Npm, "github", None)),
        GITLAB_WORKFLOW => Some(Party::workflow(Ecosystem::Npm, "gitlab", None)),
        _ => is_login(name).then(|| Party::account(Ecosystem::Npm, name)),
    }
}

fn is_login(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LOGIN
        && !text.starts_with("workflow/")
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn contact(address: &str) -> Option<Contact> {
    let (_, domain) = address.rsplit_once('@')?;
    let usable = !domain.is_empty()
        && domain.len() <= 253
        && !domain.chars().any(|c| c.is_control() || c.is_whitespace());
    usable.then(|| Contact {
        digest: address_digest(address),
        domain: domain.to_ascii_lowercase().into(),
    })
}

/// Reads one person; `None` where the value is no object.
#[derive(Default)]
pub(super) struct PersonSeed {
    /// An approver has no approver of their own.
    is_approver: bool,
}

impl<'de> DeserializeSeed<'de> for PersonSeed {
    type Value = Option<Person<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PersonSeed {
    type Value = Option<Person<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a person")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut person = Person::default();
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "name" => person.name = map.next_value::<Tolerant<Text<'de>>>()?.into_cow(),
                "email" => person.email = map.next_value::<Tolerant<Text<'de>>>()?.into_cow(),
                "approver" if !self.is_approver => {
                    person.approver = map
                        .next_value_seed(Self { is_approver: true })?
                        .map(Box::new);
                }
                "trustedPublisher" => {
                    person.trusted_publisher = map.next_value_seed(TrustedPublisherSeed)?;
                }
                _ => {
                    map.next_value_seed(Skip::new())?;
                }
            }
        }
        Ok(Some(person))
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(person_from_text(text)))
    }

    otherwise!(None);
}

/// Old documents write a person as `name <address>`.
fn person_from_text(text: &str) -> Person<'_> {
    let (name, rest) = text.split_once('<').unwrap_or((text, ""));
    let email = rest
        .split('>')
        .next()
        .filter(|email| !email.is_empty())
        .map(Cow::Borrowed);
    Person {
        name: Some(Cow::Borrowed(name.trim())),
        email,
        ..Person::default()
    }
}

struct TrustedPublisherSeed;

impl<'de> DeserializeSeed<'de> for TrustedPublisherSeed {
    type Value = Option<TrustedPublisher<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TrustedPublisherSeed {
    type Value = Option<TrustedPublisher<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a trusted publisher")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut trusted = TrustedPublisher::default();
        while let Some(Text(key)) = map.next_key()? {
            let value = map.next_value::<Tolerant<Text<'de>>>()?.into_cow();
            match &*key {
                "id" => trusted.provider = value,
                "oidcConfigId" => trusted.config = value,
                _ => {}
            }
        }
        Ok(Some(trusted))
    }

    otherwise!(None);
}

/// Reads a list of owners; `None` where the value is no list. An entry that
/// names nobody usable is left out.
pub(super) struct OwnersSeed;

impl<'de> DeserializeSeed<'de> for OwnersSeed {
    type Value = Option<Vec<Party>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OwnersSeed {
    type Value = Option<Vec<Party>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of people")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut owners = Vec::new();
        while let Some(person) = seq.next_element_seed(PersonSeed::default())? {
            owners.extend(person.and_then(|person| person.party()));
        }
        Ok(Some(owners))
    }

    otherwise!(@map None);
    otherwise!(@scalar None);
    otherwise!(@text None);
}
