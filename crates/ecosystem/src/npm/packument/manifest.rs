//! One version's manifest inside a packument, and the map of them.

use super::{parse, publisher};
use crate::repository;
use crate::scan::{Damaged, Key, Scanner, unquote};
use hashbrown::HashMap;
use serde_json::Value;
use std::borrow::Cow;
use std::hash::Hash;
use tenure_domain::{
    ContactIx, DependencySetIx, HistoryBuilder, OwnerSetIx, PartyIx, Release, ReleaseState,
    RepositoryIx, Time,
};

/// A release whose date is not known yet: `time` may follow `versions`.
pub(super) struct RawRelease<'d> {
    pub(super) version: Key<'d>,
    publisher: Publisher,
    owners: Option<OwnerSetIx>,
    dependencies: DependencySetIx,
    repository: Option<RepositoryIx>,
    provenance: bool,
    install_script: bool,
    deprecated: bool,
}

/// What `_npmUser` says.
#[derive(Clone, Copy, Default)]
struct Publisher {
    party: Option<PartyIx>,
    approver: Option<PartyIx>,
    contact: Option<ContactIx>,
}

impl RawRelease<'_> {
    /// The release, published at `published`; `None` if its version is no
    /// text, which nobody could ask for.
    pub(super) fn dated(self, published: Option<Time>) -> Option<Release> {
        Some(Release {
            version: self.version.text()?.into(),
            published,
            publisher: self.publisher.party,
            approver: self.publisher.approver,
            contact: self.publisher.contact,
            owners: self.owners,
            dependencies: self.dependencies,
            repository: self.repository,
            signed_with: None,
            provenance: self.provenance,
            install_script: self.install_script,
            deprecated: self.deprecated,
            state: ReleaseState::Offered,
        })
    }
}

/// What the texts of a field mean: fields repeat from version to version, and
/// equal text need not be parsed again.
struct Memo<K, T> {
    last: Option<(K, T)>,
    known: HashMap<K, T>,
}

impl<K, T> Default for Memo<K, T> {
    fn default() -> Self {
        Self {
            last: None,
            known: HashMap::new(),
        }
    }
}

impl<K: Copy + Eq + Hash, T: Copy> Memo<K, T> {
    fn read(&mut self, raw: K, mean: impl FnOnce(K) -> T) -> T {
        if let Some((last, meaning)) = self.last
            && last == raw
        {
            return meaning;
        }
        let meaning = *self.known.entry(raw).or_insert_with(|| mean(raw));
        self.last = Some((raw, meaning));
        meaning
    }
}

/// Reads the map of `versions`.
#[derive(Default)]
pub(super) struct Manifests<'d> {
    publisher: Memo<&'d [u8], Publisher>,
    owners: Memo<&'d [u8], Option<OwnerSetIx>>,
    repository: Memo<&'d [u8], Option<RepositoryIx>>,
    scripts: Memo<&'d [u8], bool>,
    /// The texts of `dependencies` and `optionalDependencies`.
    dependencies: Memo<[&'d [u8]; 2], DependencySetIx>,
    dependency_sets: DependencySets<'d>,
}

/// The sets of names seen so far: ranges change from version to version, names
/// seldom do.
#[derive(Default)]
struct DependencySets<'d> {
    known: HashMap<Vec<Cow<'d, str>>, DependencySetIx>,
    /// Kept between calls for its memory.
    names: Vec<Cow<'d, str>>,
}

impl<'d> DependencySets<'d> {
    fn keep(&mut self, raw: [&'d [u8]; 2], builder: &mut HistoryBuilder) -> DependencySetIx {
        self.names.clear();
        for raw in raw {
            for_each_key(raw, |key| self.names.extend(key.text()));
        }
        self.names.sort_unstable();
        if let Some(set) = self.known.get(&*self.names) {
            return *set;
        }
        let owned = self.names.iter().map(|name| Box::from(&**name)).collect();
        let set = builder.dependency_set(owned);
        self.known.insert(self.names.clone(), set);
        set
    }
}

/// The texts of the fields of one manifest that hold facts.
#[derive(Default)]
struct Fields<'d> {
    version: Option<&'d [u8]>,
    publisher: Option<&'d [u8]>,
    owners: Option<&'d [u8]>,
    dependencies: [&'d [u8]; 2],
    repository: Option<&'d [u8]>,
    scripts: Option<&'d [u8]>,
    has_install_script: bool,
    deprecated: bool,
    provenance: bool,
}

impl<'d> Manifests<'d> {
    /// Reads `versions`; `None` where it is no map. A manifest that is no map
    /// says nothing of its release.
    pub(super) fn read(
        scanner: &mut Scanner<'d>,
        builder: &mut HistoryBuilder,
    ) -> Result<Option<Vec<RawRelease<'d>>>, Damaged> {
        if !scanner.enter()? {
            return Ok(None);
        }
        let mut manifests = Self::default();
        let mut releases = Vec::new();
        while let Some(version) = scanner.key()? {
            let fields = Fields::read(scanner)?;
            releases.push(manifests.release(version, &fields, builder));
        }
        Ok(Some(releases))
    }

    fn release(
        &mut self,
        key: Key<'d>,
        fields: &Fields<'d>,
        builder: &mut HistoryBuilder,
    ) -> RawRelease<'d> {
        // A manifest that claims another version is somebody else's: nothing
        // it says about people may be believed.
        let own = fields
            .version
            .is_none_or(|version| version == key.quoted() || unquote(version) == key.text());
        let publisher = fields.publisher.filter(|_| own);
        let publisher = publisher.map(|raw| {
            self.publisher
                .read(raw, |raw| publisher_of(&parse(raw), builder))
        });
        let owners = fields.owners.filter(|_| own).and_then(|raw| {
            let mut keep =
                |list: &Value| publisher::owners(list).map(|owners| builder.owners(owners));
            self.owners.read(raw, |raw| keep(&parse(raw)))
        });
        let repository = fields.repository.and_then(|raw| {
            let mut keep =
                |value: &Value| declared(value).map(|repository| builder.repository(repository));
            self.repository.read(raw, |raw| keep(&parse(raw)))
        });
        let scripts = fields
            .scripts
            .is_some_and(|raw| self.scripts.read(raw, runs_at_install));
        let dependencies = self.dependencies.read(fields.dependencies, |raw| {
            self.dependency_sets.keep(raw, builder)
        });
        RawRelease {
            version: key,
            publisher: publisher.unwrap_or_default(),
            owners,
            dependencies,
            repository,
            provenance: fields.provenance,
            install_script: scripts || fields.has_install_script,
            deprecated: fields.deprecated,
        }
    }
}

fn publisher_of(person: &Value, builder: &mut HistoryBuilder) -> Publisher {
    Publisher {
        party: publisher::party(person).map(|party| builder.party(party)),
        approver: publisher::approver(person).map(|party| builder.party(party)),
        contact: publisher::contact(person).map(|contact| builder.contact(contact)),
    }
}

impl<'d> Fields<'d> {
    fn read(scanner: &mut Scanner<'d>) -> Result<Self, Damaged> {
        let mut fields = Self::default();
        if !scanner.enter()? {
            return Ok(fields);
        }
        while let Some(key) = scanner.key()? {
            if key.written() == b"dist" {
                fields.provenance = has_provenance(scanner)?;
                continue;
            }
            let raw = scanner.value()?;
            match key.written() {
                b"version" => fields.version = Some(raw),
                b"_npmUser" => fields.publisher = Some(raw),
                b"maintainers" => fields.owners = Some(raw),
                b"dependencies" => fields.dependencies[0] = raw,
                b"optionalDependencies" => fields.dependencies[1] = raw,
                b"repository" => fields.repository = Some(raw),
                b"scripts" => fields.scripts = Some(raw),
                b"hasInstallScript" => fields.has_install_script = raw == b"true",
                b"deprecated" => fields.deprecated = says_yes(raw),
                _ => {}
            }
        }
        Ok(fields)
    }
}

/// `true`, or a text that is not empty: npm's `deprecated` has been both.
fn says_yes(raw: &[u8]) -> bool {
    raw == b"true" || (raw.starts_with(b"\"") && raw != b"\"\"")
}

/// Calls `each` with the keys of a map; with none of any other value. What is
/// no JSON after all ends where it breaks.
fn for_each_key<'d>(raw: &'d [u8], mut each: impl FnMut(Key<'d>)) {
    let mut scanner = Scanner::new(raw);
    if !matches!(scanner.enter(), Ok(true)) {
        return;
    }
    while let Ok(Some(key)) = scanner.key() {
        each(key);
        if scanner.value().is_err() {
            return;
        }
    }
}

/// Whether npm runs one of the scripts when it installs the package.
fn runs_at_install(scripts: &[u8]) -> bool {
    let mut found = false;
    for_each_key(scripts, |key| {
        found |= matches!(key.written(), b"preinstall" | b"install" | b"postinstall");
    });
    found
}

/// The repository: a text, or an object with `url`.
fn declared(repository: &Value) -> Option<Box<str>> {
    repository
        .as_str()
        .or_else(|| repository["url"].as_str())
        .and_then(repository::normalise)
}

/// Whether `dist`, which comes next, lists a provenance attestation.
fn has_provenance(scanner: &mut Scanner<'_>) -> Result<bool, Damaged> {
    let mut found = false;
    if scanner.enter()? {
        while let Some(key) = scanner.key()? {
            let raw = scanner.value()?;
            found |= key.written() == b"attestations" && parse(raw)["provenance"].is_object();
        }
    }
    Ok(found)
}
