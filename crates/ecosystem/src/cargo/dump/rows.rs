//! The rows of all tables that matter, and what joins them.

use super::dependencies;
use super::table::{Row, Table};
use super::{CrateFacts, DumpError, Owner};
use crate::cargo::api::Version;
use crate::cargo::index::is_name;
use crate::cargo::party;
use crate::repository;
use hashbrown::{HashMap, HashSet};
use std::cmp::Ordering;
use std::io::Read;
use std::ops::Range;
use tenure_domain::{Party, Time};

/// Tables without which nothing can be said.
const NEEDED: [&str; 5] = ["crates", "versions", "users", "teams", "crate_owners"];
/// Longer texts are no version's.
const MAX_VERSION: usize = 256;

/// What is kept of a dump.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) limit: usize,
    seen: HashSet<String>,
    pub(super) crates: Vec<CrateRow>,
    pub(super) versions: Vec<VersionRow>,
    owners: Vec<OwnerRow>,
    users: HashMap<u32, Box<str>>,
    teams: HashMap<u32, Box<str>>,
    pub(super) repositories: Repositories,
    /// By crate: all downloads ever.
    downloads: HashMap<u32, u64>,
    /// By crate: the number of the version that the registry shows first.
    pub(super) defaults: HashMap<u32, u32>,
    /// A version and a crate that it needs at run time; `None` where nobody asked
    /// for them.
    pub(super) dependencies: Option<Vec<(u32, u32)>>,
}

#[derive(Debug)]
pub(super) struct CrateRow {
    pub(super) id: u32,
    pub(super) name: Box<str>,
    /// Where its rows are, once all were read.
    versions: Range<usize>,
    owners: Range<usize>,
    repository: Option<u32>,
    trusted_publishing_only: Option<bool>,
}

#[derive(Debug)]
pub(super) struct VersionRow {
    pub(super) id: u32,
    crate_id: u32,
    pub(super) published: Option<Time>,
    pub(super) publisher: Option<u32>,
    pub(super) repository: Option<u32>,
    pub(super) yanked: bool,
    pub(super) version: Box<str>,
}

#[derive(Debug)]
struct OwnerRow {
    crate_id: u32,
    owner: u32,
    is_team: bool,
    since: Option<Time>,
    /// The user who made it one.
    by: Option<u32>,
}

/// The declared repositories: most versions of a crate declare the same.
#[derive(Debug, Default)]
pub(super) struct Repositories {
    known: HashMap<Box<str>, u32>,
    all: Vec<Option<Box<str>>>,
}

impl Repositories {
    fn add(&mut self, address: &str) -> Option<u32> {
        if address.is_empty() {
            return None;
        }
        if let Some(ix) = self.known.get(address) {
            return Some(*ix);
        }
        let ix = u32::try_from(self.all.len()).ok()?;
        let is_address = address.contains("://");
        let normal = is_address.then(|| repository::normalise(address)).flatten();
        self.known.insert(address.into(), ix);
        self.all.push(normal);
        Some(ix)
    }

    pub(super) fn get(&self, ix: Option<u32>) -> Option<Box<str>> {
        self.all.get(ix? as usize)?.clone()
    }
}

impl Rows {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    pub(super) fn with_dependencies(limit: usize) -> Self {
        Self {
            dependencies: Some(Vec::new()),
            ..Self::new(limit)
        }
    }

    /// Whether a table is read; an error if it was already.
    pub(super) fn wants(&mut self, table: &str) -> Result<bool, DumpError> {
        let wanted = NEEDED.contains(&table)
            || matches!(table, "crate_downloads" | "default_versions")
            || (table == dependencies::TABLE && self.dependencies.is_some());
        if wanted && !self.seen.insert(table.to_owned()) {
            return Err(DumpError::Repeated(table.to_owned()));
        }
        Ok(wanted)
    }

    pub(super) fn read(
        &mut self,
        name: &str,
        table: Table<'_, impl Read>,
    ) -> Result<(), DumpError> {
        match name {
            "crates" => self.read_crates(table),
            "versions" => self.read_versions(table),
            "crate_owners" => self.read_owners(table),
            "users" => read_logins(table, ("users", "gh_login"), self.limit, &mut self.users),
            "teams" => read_logins(table, ("teams", "login"), self.limit, &mut self.teams),
            "crate_downloads" => self.read_downloads(table),
            "default_versions" => self.read_defaults(table),
            dependencies::TABLE => self.read_dependencies(table),
            _ => Ok(()),
        }
    }

    fn read_crates(&mut self, table: Table<'_, impl Read>) -> Result<(), DumpError> {
        const TABLE: &str = "crates";
        let [id, name] = columns(&table, TABLE, ["id", "name"])?;
        let repository = table.column("repository");
        let only = table.column("trustpub_only");
        table.rows(TABLE, |row| {
            check_count(TABLE, self.crates.len(), self.limit)?;
            // A name that no crate can have is nobody's.
            if is_name(&row.text(name)) {
                self.crates.push(CrateRow {
                    id: row.number(id)?,
                    name: row.text(name).into(),
                    versions: 0..0,
                    owners: 0..0,
                    repository: repository.and_then(|at| self.repositories.add(&row.text(at))),
                    trusted_publishing_only: only.map(|at| row.is_true(at)),
                });
            }
            Ok(())
        })
    }

    fn read_versions(&mut self, table: Table<'_, impl Read>) -> Result<(), DumpError> {
        const TABLE: &str = "versions";
        let needed = [
            "id",
            "crate_id",
            "num",
            "created_at",
            "published_by",
            "yanked",
        ];
        let [id, crate_id, num, created_at, published_by, yanked] = columns(&table, TABLE, needed)?;
        let repository = table.column("repository");
        table.rows(TABLE, |row| {
            check_count(TABLE, self.versions.len(), self.limit)?;
            let version = row.text(num);
            if version.is_empty() || version.len() > MAX_VERSION {
                return Ok(());
            }
            self.versions.push(VersionRow {
                id: row.number(id)?,
                crate_id: row.number(crate_id)?,
                published: row.time(created_at),
                publisher: row.text(published_by).parse().ok(),
                repository: repository.and_then(|at| self.repositories.add(&row.text(at))),
                yanked: row.is_true(yanked),
                version: version.into(),
            });
            Ok(())
        })
    }

    fn read_owners(&mut self, table: Table<'_, impl Read>) -> Result<(), DumpError> {
        const TABLE: &str = "crate_owners";
        let [crate_id, owner, kind] =
            columns(&table, TABLE, ["crate_id", "owner_id", "owner_kind"])?;
        let since = table.column("created_at");
        let by = table.column("created_by");
        table.rows(TABLE, |row| {
            check_count(TABLE, self.owners.len(), self.limit)?;
            self.owners.push(OwnerRow {
                crate_id: row.number(crate_id)?,
                owner: row.number(owner)?,
                is_team: row.text(kind) == "1",
                since: since.and_then(|at| row.time(at)),
                by: by.and_then(|at| row.text(at).parse().ok()),
            });
            Ok(())
        })
    }

    fn read_downloads(&mut self, table: Table<'_, impl Read>) -> Result<(), DumpError> {
        const TABLE: &str = "crate_downloads";
        let [crate_id, downloads] = columns(&table, TABLE, ["crate_id", "downloads"])?;
        table.rows(TABLE, |row| {
            check_count(TABLE, self.downloads.len(), self.limit)?;
            if let Ok(downloads) = row.text(downloads).parse() {
                self.downloads.insert(row.number(crate_id)?, downloads);
            }
            Ok(())
        })
    }

    fn read_defaults(&mut self, table: Table<'_, impl Read>) -> Result<(), DumpError> {
        const TABLE: &str = "default_versions";
        let [crate_id, version_id] = columns(&table, TABLE, ["crate_id", "version_id"])?;
        table.rows(TABLE, |row| {
            check_count(TABLE, self.defaults.len(), self.limit)?;
            let version = row.number(version_id)?;
            self.defaults.insert(row.number(crate_id)?, version);
            Ok(())
        })
    }

    /// All tables were read: sorts, so that what belongs together lies together.
    pub(super) fn close(&mut self) -> Result<(), DumpError> {
        if let Some(missing) = NEEDED.iter().find(|table| !self.seen.contains(**table)) {
            return Err(DumpError::NoTable(missing));
        }
        if self.dependencies.is_some() && !self.seen.contains(dependencies::TABLE) {
            return Err(DumpError::NoTable(dependencies::TABLE));
        }
        self.versions.sort_by_key(|of| (of.crate_id, of.id));
        self.owners.sort_by_key(|of| of.crate_id);
        self.crates.sort_by_key(|of| of.id);
        let (mut versions, mut owners) = (0, 0);
        for of in &mut self.crates {
            of.versions = of_crate(&self.versions, &mut versions, |v| v.crate_id.cmp(&of.id));
            of.owners = of_crate(&self.owners, &mut owners, |o| o.crate_id.cmp(&of.id));
        }
        self.crates.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.crates.len()
    }

    pub(super) fn crates(&self) -> impl Iterator<Item = CrateFacts> {
        self.crates.iter().map(|row| self.facts(row))
    }

    pub(super) fn find(&self, name: &str) -> Option<CrateFacts> {
        let mut crates = self.crates.iter();
        let row = crates.find(|row| row.name.eq_ignore_ascii_case(name))?;
        Some(self.facts(row))
    }

    fn facts(&self, row: &CrateRow) -> CrateFacts {
        let versions = self.versions_of(row).iter();
        CrateFacts {
            name: row.name.clone(),
            repository: self.repositories.get(row.repository),
            default_version: self.default_of(row).map(|of| of.version.clone()),
            downloads: self.downloads.get(&row.id).copied(),
            trusted_publishing_only: row.trusted_publishing_only,
            owners: self.owners_of(row).collect(),
            versions: versions.map(|version| self.version(version)).collect(),
        }
    }

    /// Its versions, in the order in which they were published.
    pub(super) fn versions_of(&self, row: &CrateRow) -> &[VersionRow] {
        &self.versions[row.versions.clone()]
    }

    /// The version that the registry shows first.
    pub(super) fn default_of(&self, row: &CrateRow) -> Option<&VersionRow> {
        let id = self.defaults.get(&row.id)?;
        let versions = self.versions_of(row);
        let place = versions.binary_search_by_key(id, |version| version.id);
        place.ok().map(|place| &versions[place])
    }

    pub(super) fn owners_of(&self, row: &CrateRow) -> impl Iterator<Item = Owner> {
        let owners = &self.owners[row.owners.clone()];
        owners.iter().filter_map(|owner| self.owner(owner))
    }

    fn version(&self, row: &VersionRow) -> Version {
        Version {
            version: row.version.clone(),
            published: row.published,
            publisher: row.publisher.and_then(|id| self.user(id)),
            repository: self.repositories.get(row.repository),
            yanked: Some(row.yanked),
            checksum: None,
            actions: Vec::new(),
        }
    }

    fn owner(&self, row: &OwnerRow) -> Option<Owner> {
        let party = if row.is_team {
            let login = self.teams.get(&row.owner)?;
            party::team(row.owner.into(), login)
        } else {
            self.user(row.owner)
        };
        Some(Owner {
            party: party?,
            since: row.since,
            by: (row.by)
                .filter(|by| row.is_team || *by != row.owner)
                .and_then(|id| self.user(id)),
        })
    }

    pub(super) fn user(&self, id: u32) -> Option<Party> {
        party::user(id.into(), self.users.get(&id)?)
    }
}

/// Where the rows of one crate are, of rows that are sorted by crate. `from` is
/// where those of an earlier crate end.
fn of_crate<T>(rows: &[T], from: &mut usize, order: impl Fn(&T) -> Ordering) -> Range<usize> {
    while rows.get(*from).is_some_and(|row| order(row).is_lt()) {
        *from += 1;
    }
    let start = *from;
    while rows.get(*from).is_some_and(|row| order(row).is_eq()) {
        *from += 1;
    }
    start..*from
}

fn read_logins(
    table: Table<'_, impl Read>,
    (name, login): (&'static str, &'static str),
    limit: usize,
    logins: &mut HashMap<u32, Box<str>>,
) -> Result<(), DumpError> {
    let [id, login] = columns(&table, name, ["id", login])?;
    table.rows(name, |row: &Row<'_>| {
        check_count(name, logins.len(), limit)?;
        logins.insert(row.number(id)?, row.text(login).into());
        Ok(())
    })
}

pub(super) fn columns<const N: usize>(
    table: &Table<'_, impl Read>,
    name: &'static str,
    wanted: [&'static str; N],
) -> Result<[usize; N], DumpError> {
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(wanted) {
        let found = table.column(column);
        *place = found.ok_or(DumpError::NoColumn {
            table: name,
            column,
        })?;
    }
    Ok(places)
}

pub(super) fn check_count(
    table: &'static str,
    count: usize,
    limit: usize,
) -> Result<(), DumpError> {
    if count < limit {
        return Ok(());
    }
    Err(DumpError::TooManyRows { table, limit })
}
