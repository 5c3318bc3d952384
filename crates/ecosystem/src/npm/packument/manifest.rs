//! One version's manifest inside a packument, and the map of them.

use super::publisher::{OwnersSeed, Person, PersonSeed};
use super::tolerant::{Skip, Text, Tolerant, Truthy, otherwise};
use crate::npm::repository;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use tenure_domain::{
    ContactIx, DependencySetIx, HistoryBuilder, OwnerSetIx, PartyIx, Release, ReleaseState,
    RepositoryIx, Time,
};

/// A release whose date is not known yet: `time` may follow `versions`.
pub(super) struct RawRelease<'de> {
    pub(super) version: Cow<'de, str>,
    publisher: Option<PartyIx>,
    approver: Option<PartyIx>,
    contact: Option<ContactIx>,
    owners: Option<OwnerSetIx>,
    dependencies: DependencySetIx,
    repository: Option<RepositoryIx>,
    provenance: bool,
    install_script: bool,
    deprecated: bool,
}

impl RawRelease<'_> {
    /// The release, published at `published`.
    pub(super) fn dated(self, published: Option<Time>) -> Release {
        Release {
            version: self.version.into(),
            published,
            publisher: self.publisher,
            approver: self.approver,
            contact: self.contact,
            owners: self.owners,
            dependencies: self.dependencies,
            repository: self.repository,
            provenance: self.provenance,
            install_script: self.install_script,
            deprecated: self.deprecated,
            state: ReleaseState::Offered,
        }
    }
}

/// Reads `versions`; `None` where it is no map.
pub(super) struct ManifestMap<'b> {
    pub(super) builder: &'b mut HistoryBuilder,
}

impl<'de> DeserializeSeed<'de> for ManifestMap<'_> {
    type Value = Option<Vec<RawRelease<'de>>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ManifestMap<'_> {
    type Value = Option<Vec<RawRelease<'de>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of versions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut releases = Vec::new();
        let mut repositories = Repositories::default();
        while let Some(Text(version)) = map.next_key()? {
            let manifest = map.next_value_seed(ManifestSeed {
                builder: self.builder,
                repositories: &mut repositories,
            })?;
            releases.push(
                manifest
                    .unwrap_or_default()
                    .into_release(version, self.builder),
            );
        }
        Ok(Some(releases))
    }

    otherwise!(None);
}

/// The facts of one manifest.
#[derive(Default)]
struct Manifest<'de> {
    version: Option<Cow<'de, str>>,
    publisher: Option<Person<'de>>,
    owners: Option<OwnerSetIx>,
    dependencies: Vec<Box<str>>,
    repository: Option<RepositoryIx>,
    provenance: bool,
    install_script: bool,
    deprecated: bool,
}

impl<'de> Manifest<'de> {
    fn into_release(self, key: Cow<'de, str>, builder: &mut HistoryBuilder) -> RawRelease<'de> {
        // A manifest that claims another version is somebody else's: nothing
        // it says about the publisher may be believed.
        let own = self.version.as_ref().is_none_or(|version| *version == key);
        let publisher = self.publisher.filter(|_| own);
        RawRelease {
            publisher: publisher
                .as_ref()
                .and_then(Person::party)
                .map(|party| builder.party(party)),
            approver: publisher
                .as_ref()
                .and_then(Person::approver)
                .map(|party| builder.party(party)),
            contact: publisher
                .as_ref()
                .and_then(Person::contact)
                .map(|contact| builder.contact(contact)),
            owners: self.owners.filter(|_| own),
            dependencies: builder.dependency_set(self.dependencies),
            repository: self.repository,
            provenance: self.provenance,
            install_script: self.install_script,
            deprecated: self.deprecated,
            version: key,
        }
    }
}

/// The address that the last manifest declared: it repeats from version to
/// version, and need not be taken apart each time.
#[derive(Default)]
struct Repositories<'de> {
    written: Cow<'de, str>,
    kept: Option<RepositoryIx>,
}

impl<'de> Repositories<'de> {
    fn keep(
        &mut self,
        written: Cow<'de, str>,
        builder: &mut HistoryBuilder,
    ) -> Option<RepositoryIx> {
        if written != self.written {
            self.kept = repository::normalise(&written).map(|kept| builder.repository(kept));
            self.written = written;
        }
        self.kept
    }
}

struct ManifestSeed<'b, 'de> {
    builder: &'b mut HistoryBuilder,
    repositories: &'b mut Repositories<'de>,
}

impl<'de> DeserializeSeed<'de> for ManifestSeed<'_, 'de> {
    type Value = Option<Manifest<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ManifestSeed<'_, 'de> {
    type Value = Option<Manifest<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a manifest")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut manifest = Manifest::default();
        while let Some(Text(key)) = map.next_key()? {
            read_field(&key, &mut map, &mut manifest, &mut self)?;
        }
        Ok(Some(manifest))
    }

    otherwise!(None);
}

fn read_field<'de, A: MapAccess<'de>>(
    key: &str,
    map: &mut A,
    manifest: &mut Manifest<'de>,
    seed: &mut ManifestSeed<'_, 'de>,
) -> Result<(), A::Error> {
    // Bytes, because their patterns become a tree of lengths and bytes, while
    // those of strings are compared one after the other.
    match key.as_bytes() {
        b"version" => manifest.version = map.next_value::<Tolerant<Text<'de>>>()?.into_cow(),
        b"_npmUser" => manifest.publisher = map.next_value_seed(PersonSeed::default())?,
        b"maintainers" => {
            let owners = map.next_value_seed(OwnersSeed)?;
            manifest.owners = owners.map(|owners| {
                let owners = owners
                    .into_iter()
                    .map(|party| seed.builder.party(party))
                    .collect();
                seed.builder.owner_set(owners)
            });
        }
        b"dependencies" | b"optionalDependencies" => {
            map.next_value_seed(KeysSeed(|name: &str| {
                manifest.dependencies.push(name.into());
            }))?;
        }
        b"scripts" => map.next_value_seed(KeysSeed(|name: &str| {
            manifest.install_script |=
                matches!(name.as_bytes(), b"preinstall" | b"install" | b"postinstall");
        }))?,
        b"hasInstallScript" => manifest.install_script |= map.next_value::<Truthy>()?.0,
        b"deprecated" => manifest.deprecated = map.next_value::<Truthy>()?.0,
        b"repository" => {
            let written = map.next_value_seed(UrlSeed)?;
            manifest.repository =
                written.and_then(|written| seed.repositories.keep(written, seed.builder));
        }
        b"dist" => {
            manifest.provenance = map.next_value_seed(NestedKey {
                path: &["attestations", "provenance"],
            })?;
        }
        _ => {
            map.next_value_seed(Skip::new())?;
        }
    }
    Ok(())
}

/// Calls a function with each key of a map.
struct KeysSeed<F>(F);

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for KeysSeed<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for KeysSeed<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            (self.0)(&key);
            map.next_value_seed(Skip::new())?;
        }
        Ok(())
    }

    otherwise!(());
}

/// Whether a path of keys leads somewhere.
struct NestedKey {
    path: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for NestedKey {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NestedKey {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(Text(key)) = map.next_key()? {
            match self.path {
                [head, rest @ ..] if *head == key => {
                    found |= map.next_value_seed(Self { path: rest })?;
                }
                _ => {
                    map.next_value_seed(Skip::new())?;
                }
            }
        }
        Ok(found || self.path.is_empty())
    }

    otherwise!(false);
}

/// Reads a repository: a text, or an object with `url`.
struct UrlSeed;

impl<'de> DeserializeSeed<'de> for UrlSeed {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UrlSeed {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a repository")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut url = None;
        while let Some(Text(key)) = map.next_key()? {
            let value = map.next_value::<Tolerant<Text<'de>>>()?.into_cow();
            if key == "url" {
                url = value;
            }
        }
        Ok(url)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    otherwise!(@seq None);
    otherwise!(@scalar None);
}
