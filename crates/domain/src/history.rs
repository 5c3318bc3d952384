use crate::interner::Interner;
use crate::{
    Certificate, Contact, Joined, OwnersSeen, PackageId, Party, Release, ReleaseState, Source, Time,
};
use serde::{Deserialize, Serialize};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The place in its table, from 0.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// Points at a party of a history.
    PartyIx
    /// Points at a contact of a history.
    ContactIx
    /// Points at a set of owners of a history.
    OwnerSetIx
    /// Points at a set of dependency names of a history.
    DependencySetIx
    /// Points at a declared repository of a history.
    RepositoryIx
    /// Points at a certificate of a history.
    CertificateIx
}

/// What one document said about one package: its releases in time order, each
/// distinct party, owner list and dependency list kept once.
///
/// Releases without a date come last, in the document's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    package: PackageId,
    pub(crate) source: Source,
    pub(crate) parties: Vec<Party>,
    contacts: Vec<Contact>,
    owner_sets: Vec<Vec<PartyIx>>,
    dependency_sets: Vec<Vec<Box<str>>>,
    repositories: Vec<Box<str>>,
    certificates: Vec<Certificate>,
    pub(crate) releases: Vec<Release>,
    pub(crate) owners_now: Option<OwnerSetIx>,
    latest: Option<Box<str>>,
    pub(crate) joined: Vec<Joined>,
    /// From other documents than this one, so it is no part of what it said.
    #[serde(skip)]
    pub(crate) owners_seen: Vec<OwnersSeen>,
}

impl History {
    /// The package it is about.
    pub fn package(&self) -> &PackageId {
        &self.package
    }

    /// The document it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Replaces the source: the reader knows the bytes, the fetcher where they
    /// came from.
    pub fn set_source(&mut self, source: Source) {
        self.source = source;
    }

    /// All releases, oldest first; those without a date last.
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// Where `version` stands in [`releases`](Self::releases).
    pub fn position(&self, version: &str) -> Option<usize> {
        self.releases
            .iter()
            .position(|release| &*release.version == version)
    }

    /// All parties named anywhere in it.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// The party behind an index.
    pub fn party(&self, ix: PartyIx) -> &Party {
        &self.parties[ix.index()]
    }

    /// The contact behind an index.
    pub fn contact(&self, ix: ContactIx) -> &Contact {
        &self.contacts[ix.index()]
    }

    /// The owners behind an index.
    pub fn owner_set(&self, ix: OwnerSetIx) -> &[PartyIx] {
        &self.owner_sets[ix.index()]
    }

    /// The dependency names behind an index, sorted.
    pub fn dependencies(&self, ix: DependencySetIx) -> &[Box<str>] {
        &self.dependency_sets[ix.index()]
    }

    /// The declared repository behind an index.
    pub fn repository(&self, ix: RepositoryIx) -> &str {
        &self.repositories[ix.index()]
    }

    /// The certificate behind an index.
    pub fn certificate(&self, ix: CertificateIx) -> &Certificate {
        &self.certificates[ix.index()]
    }

    /// The owners that the document lists for the package as a whole.
    pub fn owners_now(&self) -> Option<&[PartyIx]> {
        self.owners_now.map(|ix| self.owner_set(ix))
    }

    /// The version that the registry offers by default (npm's `latest`).
    pub fn latest(&self) -> Option<&str> {
        self.latest.as_deref()
    }

    /// The publisher of a release, where it is known.
    pub fn publisher(&self, release: &Release) -> Option<&Party> {
        release.publisher.map(|ix| self.party(ix))
    }

    /// Whether every index points into its table: false only for data that was
    /// damaged on its way.
    pub fn is_consistent(&self) -> bool {
        let within = |ix: u32, len: usize| (ix as usize) < len;
        let party = |ix: PartyIx| within(ix.0, self.parties.len());
        let release = |r: &Release| {
            r.publisher.is_none_or(party)
                && r.approver.is_none_or(party)
                && r.contact.is_none_or(|ix| within(ix.0, self.contacts.len()))
                && r.owners
                    .is_none_or(|ix| within(ix.0, self.owner_sets.len()))
                && within(r.dependencies.0, self.dependency_sets.len())
                && r.repository
                    .is_none_or(|ix| within(ix.0, self.repositories.len()))
                && r.signed_with
                    .is_none_or(|ix| within(ix.0, self.certificates.len()))
        };
        self.owner_sets.iter().flatten().copied().all(party)
            && self
                .owners_now
                .is_none_or(|ix| within(ix.0, self.owner_sets.len()))
            && (self.joined.iter()).all(|of| party(of.owner) && of.by.is_none_or(party))
            && self.releases.iter().all(release)
    }

    /// The index of a set of owners, which are kept where they are not yet.
    pub(crate) fn kept_set(&mut self, owners: &[Party]) -> OwnerSetIx {
        let parties = owners
            .iter()
            .map(|party| PartyIx(place_of(&mut self.parties, party)));
        let mut set: Vec<PartyIx> = parties.collect();
        set.sort_unstable();
        set.dedup();
        OwnerSetIx(place_of(&mut self.owner_sets, &set))
    }

    /// Starts a new history with the same tables, keeping the releases that
    /// `keep` accepts: how a replay cuts a history at a moment.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&Release) -> bool) -> HistoryBuilder {
        let mut builder = HistoryBuilder::default();
        for release in self.releases.iter().filter(|release| keep(release)) {
            builder.push(NewRelease::from_history(self, release));
        }
        builder
    }
}

pub(crate) fn place_of<T: Clone + PartialEq>(values: &mut Vec<T>, value: &T) -> u32 {
    let place = values.iter().position(|known| known == value);
    let place = place.unwrap_or_else(|| {
        values.push(value.clone());
        values.len() - 1
    });
    place as u32
}

/// A release on its way into a [`HistoryBuilder`], with its facts in full.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRelease {
    /// See [`Release::version`].
    pub version: Box<str>,
    /// See [`Release::published`].
    pub published: Option<Time>,
    /// See [`Release::publisher`].
    pub publisher: Option<Party>,
    /// See [`Release::approver`].
    pub approver: Option<Party>,
    /// See [`Release::contact`].
    pub contact: Option<Contact>,
    /// See [`Release::owners`].
    pub owners: Option<Vec<Party>>,
    /// See [`Release::dependencies`].
    pub dependencies: Vec<Box<str>>,
    /// See [`Release::repository`].
    pub repository: Option<Box<str>>,
    /// See [`Release::signed_with`].
    pub signed_with: Option<Certificate>,
    /// See [`Release::provenance`].
    pub provenance: bool,
    /// See [`Release::install_script`].
    pub install_script: bool,
    /// See [`Release::deprecated`].
    pub deprecated: bool,
    /// See [`Release::state`].
    pub state: ReleaseState,
}

impl NewRelease {
    /// A release of which nothing but the version is known.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.into(),
            published: None,
            publisher: None,
            approver: None,
            contact: None,
            owners: None,
            dependencies: Vec::new(),
            repository: None,
            signed_with: None,
            provenance: false,
            install_script: false,
            deprecated: false,
            state: ReleaseState::Offered,
        }
    }

    /// A release of `history`, written out.
    pub fn from_history(history: &History, release: &Release) -> Self {
        Self {
            version: release.version.clone(),
            published: release.published,
            publisher: history.publisher(release).cloned(),
            approver: release.approver.map(|ix| history.party(ix).clone()),
            contact: release.contact.map(|ix| history.contact(ix).clone()),
            owners: release.owners.map(|set| {
                history
                    .owner_set(set)
                    .iter()
                    .map(|ix| history.party(*ix).clone())
                    .collect()
            }),
            dependencies: history.dependencies(release.dependencies).to_vec(),
            repository: release.repository.map(|ix| history.repository(ix).into()),
            signed_with: release
                .signed_with
                .map(|ix| history.certificate(ix).clone()),
            provenance: release.provenance,
            install_script: release.install_script,
            deprecated: release.deprecated,
            state: release.state,
        }
    }
}

/// Builds a [`History`] release by release.
#[derive(Debug, Default)]
pub struct HistoryBuilder {
    parties: Interner<Party>,
    contacts: Interner<Contact>,
    owner_sets: Interner<Vec<PartyIx>>,
    dependency_sets: Interner<Vec<Box<str>>>,
    repositories: Interner<Box<str>>,
    certificates: Interner<Certificate>,
    releases: Vec<Release>,
    owners_now: Option<OwnerSetIx>,
    latest: Option<Box<str>>,
}

impl HistoryBuilder {
    /// Keeps a party and returns its index.
    pub fn party(&mut self, party: Party) -> PartyIx {
        PartyIx(self.parties.add(party))
    }

    /// Keeps a contact and returns its index.
    pub fn contact(&mut self, contact: Contact) -> ContactIx {
        ContactIx(self.contacts.add(contact))
    }

    /// Keeps a set of owners, sorted and without repetition.
    pub fn owner_set(&mut self, mut owners: Vec<PartyIx>) -> OwnerSetIx {
        owners.sort_unstable();
        owners.dedup();
        OwnerSetIx(self.owner_sets.add(owners))
    }

    /// Keeps a set of dependency names, sorted and without repetition.
    pub fn dependency_set(&mut self, mut names: Vec<Box<str>>) -> DependencySetIx {
        names.sort_unstable();
        names.dedup();
        DependencySetIx(self.dependency_sets.add(names))
    }

    /// Keeps a declared repository and returns its index.
    pub fn repository(&mut self, repository: Box<str>) -> RepositoryIx {
        RepositoryIx(self.repositories.add(repository))
    }

    /// Adds a release whose parts are already kept.
    pub fn push_interned(&mut self, release: Release) {
        self.releases.push(release);
    }

    /// Adds a release.
    pub fn push(&mut self, release: NewRelease) {
        let publisher = release.publisher.map(|party| self.party(party));
        let approver = release.approver.map(|party| self.party(party));
        let contact = release.contact.map(|contact| self.contact(contact));
        let owners = release.owners.map(|owners| self.owners(owners));
        let dependencies = self.dependency_set(release.dependencies);
        let repository = release
            .repository
            .map(|repository| self.repository(repository));
        let signed_with = release
            .signed_with
            .map(|certificate| CertificateIx(self.certificates.add(certificate)));
        self.releases.push(Release {
            version: release.version,
            published: release.published,
            publisher,
            approver,
            contact,
            owners,
            dependencies,
            repository,
            signed_with,
            provenance: release.provenance,
            install_script: release.install_script,
            deprecated: release.deprecated,
            state: release.state,
        });
    }

    /// Keeps a set of owners that are not kept yet.
    pub fn owners(&mut self, owners: Vec<Party>) -> OwnerSetIx {
        let owners = owners.into_iter().map(|party| self.party(party)).collect();
        self.owner_set(owners)
    }

    /// Says who owns the package as a whole.
    pub fn set_owners_now(&mut self, owners: Vec<Party>) {
        self.owners_now = Some(self.owners(owners));
    }

    /// Says which version the registry offers by default.
    pub fn set_latest(&mut self, version: Box<str>) {
        self.latest = Some(version);
    }

    /// Sorts the releases by time and closes the history.
    pub fn build(self, package: PackageId, source: Source) -> History {
        let mut releases = self.releases;
        releases.sort_by_key(|release| (release.published.is_none(), release.published));
        History {
            package,
            source,
            parties: self.parties.values,
            contacts: self.contacts.values,
            owner_sets: self.owner_sets.values,
            dependency_sets: self.dependency_sets.values,
            repositories: self.repositories.values,
            certificates: self.certificates.values,
            releases,
            owners_now: self.owners_now,
            latest: self.latest,
            joined: Vec::new(),
            owners_seen: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentKind, Ecosystem};

    fn source() -> Source {
        Source {
            from: "test".into(),
            seen: None,
            sha256: String::new(),
            kind: DocumentKind::Timeline,
        }
    }

    fn release(version: &str, published: Option<&str>, login: &str) -> NewRelease {
        NewRelease {
            published: published.map(|t| t.parse().unwrap()),
            publisher: Some(Party::account(Ecosystem::Npm, login)),
            ..NewRelease::new(version)
        }
    }

    fn build(builder: HistoryBuilder) -> History {
        builder.build(PackageId::new(Ecosystem::Npm, "x").unwrap(), source())
    }

    #[test]
    fn orders_by_time_with_undated_releases_last() {
        let mut history = HistoryBuilder::default();
        history.push(release("1.0.1", None, "a"));
        history.push(release("2.0.0", Some("2020-02-01"), "b"));
        history.push(release("1.0.0", Some("2020-01-01"), "a"));
        let history = build(history);
        let order: Vec<&str> = history.releases().iter().map(|r| &*r.version).collect();
        assert_eq!(order, ["1.0.0", "2.0.0", "1.0.1"]);
        assert_eq!(history.parties().len(), 2);
        assert!(history.is_consistent());
    }

    #[test]
    fn a_written_out_release_survives_the_round_trip() {
        let mut history = HistoryBuilder::default();
        history.push(release("1.0.0", Some("2020-01-01"), "a"));
        history.push(release("1.0.1", Some("2020-01-02"), "b"));
        let history = build(history);
        let again = build(history.filtered(|_| true));
        assert_eq!(history, again);
    }

    #[test]
    fn damaged_indices_are_noticed() {
        let mut history = HistoryBuilder::default();
        history.push(release("1.0.0", Some("2020-01-01"), "a"));
        let mut history = build(history);
        history.releases[0].publisher = Some(PartyIx(7));
        assert!(!history.is_consistent());
    }
}
