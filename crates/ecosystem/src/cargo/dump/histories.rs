//! The histories of all crates of a dump, made of its rows straight away: of
//! millions of versions, most have the publisher and the repository of the one
//! before.

use super::Owner;
use super::rows::{Rows, VersionRow};
use tenure_domain::{
    DependencySetIx, Ecosystem, History, HistoryBuilder, Joining, PackageId, PartyIx, Release,
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
            let owners: Vec<Owner> = self.owners_of(row).collect();
            builder.set_owners_now(owners.iter().map(|owner| owner.party.clone()).collect());
            if let Some(latest) = self.default_of(row) {
                builder.set_latest(latest.version.clone());
            }
            let mut history = builder.build(package, source.clone());
            let joinings = owners.into_iter().filter_map(Owner::joining);
            let first = history.releases().first().and_then(|of| of.published);
            // Whoever began the crate became its owner with the first release,
            // which says that already.
            let is_news = |joining: &Joining| joining.by.is_some() || Some(joining.at) != first;
            history.add_joinings(joinings.filter(is_news).collect::<Vec<_>>());
            Some(history)
        })
    }
}

/// A history on its way, and what of the dump is in it already.
struct Told<'r> {
    rows: &'r Rows,
    builder: HistoryBuilder,
    /// Of the version before.
    publisher: Option<(u32, Option<PartyIx>)>,
    repository: Option<(u32, Option<RepositoryIx>)>,
    no_dependencies: DependencySetIx,
}

impl<'r> Told<'r> {
    fn new(rows: &'r Rows) -> Self {
        let mut builder = HistoryBuilder::default();
        Self {
            rows,
            no_dependencies: builder.dependency_set(Vec::new()),
            builder,
            publisher: None,
            repository: None,
        }
    }

    fn release(&mut self, row: &VersionRow) {
        let Self { rows, builder, .. } = self;
        let publisher = row.publisher.and_then(|id| {
            as_before(&mut self.publisher, id, || {
                rows.user(id).map(|party| builder.party(party))
            })
        });
        let repository = row.repository.and_then(|id| {
            as_before(&mut self.repository, id, || {
                let address = rows.repositories.get(Some(id));
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

/// What the number before stood for, if it was the same; else finds out.
fn as_before<T: Copy>(
    before: &mut Option<(u32, Option<T>)>,
    id: u32,
    find: impl FnOnce() -> Option<T>,
) -> Option<T> {
    match *before {
        Some((known, found)) if known == id => found,
        _ => before.insert((id, find())).1,
    }
}
