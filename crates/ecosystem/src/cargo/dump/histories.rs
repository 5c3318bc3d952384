//! The histories of all crates of a dump, made of its rows straight away: of
//! millions of versions, most have the publisher and the repository of the one
//! before.

use super::rows::{Rows, VersionRow};
use hashbrown::HashMap;
use tenure_domain::{
    DependencySetIx, Ecosystem, History, HistoryBuilder, PackageId, Party, PartyIx, Release,
    ReleaseState, RepositoryIx, Source,
};

impl Rows {
    pub(super) fn histories(&self, source: &Source) -> impl Iterator<Item = History> {
        self.crates.iter().filter_map(|row| {
            let package = PackageId::new(Ecosystem::Cargo, &row.name).ok()?;
            let mut told = Told::new(self);
            for version in self.versions_of(row) {
                told.release(version);
            }
            let Told { mut builder, .. } = told;
            let owners = self.owners_of(row);
            builder.set_owners_now(owners.map(|owner| owner.party).collect());
            if let Some(latest) = self.default_of(row) {
                builder.set_latest(latest.version.clone());
            }
            Some(builder.build(package, source.clone()))
        })
    }
}

/// A history on its way, and what of the dump is in it already.
struct Told<'r> {
    rows: &'r Rows,
    builder: HistoryBuilder,
    publishers: HashMap<u32, Option<PartyIx>>,
    repositories: HashMap<u32, Option<RepositoryIx>>,
    no_dependencies: DependencySetIx,
}

impl<'r> Told<'r> {
    fn new(rows: &'r Rows) -> Self {
        let mut builder = HistoryBuilder::default();
        Self {
            rows,
            no_dependencies: builder.dependency_set(Vec::new()),
            builder,
            publishers: HashMap::new(),
            repositories: HashMap::new(),
        }
    }

    fn release(&mut self, row: &VersionRow) {
        let Self { rows, builder, .. } = self;
        let publisher = row.publisher.and_then(|id| {
            let known = self.publishers.entry(id);
            *known.or_insert_with(|| rows.user(id).map(|party: Party| builder.party(party)))
        });
        let repository = row.repository.and_then(|ix| {
            let known = self.repositories.entry(ix);
            *known.or_insert_with(|| {
                let address = rows.repositories.get(Some(ix));
                address.map(|address| builder.repository(address))
            })
        });
        builder.push_interned(Release {
            version: row.version.clone(),
            published: row.published,
            publisher,
            approver: None,
            contact: None,
            owners: None,
            dependencies: self.no_dependencies,
            repository,
            signed_with: None,
            provenance: false,
            install_script: false,
            deprecated: row.yanked,
            state: ReleaseState::Offered,
        });
    }
}
