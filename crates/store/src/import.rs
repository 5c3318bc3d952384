//! Taking in what one document says of very many packages: all of it in one
//! transaction, or nothing.

use crate::db::{Connection, On, Writing, optional};
use crate::observe::{self, Addition, Before, BeforeRow};
use crate::packing::Packer;
use crate::{Digest, READER, Store, StoreError};
use sqlx::{Postgres, QueryBuilder, Sqlite};
use std::collections::HashMap;
use tenure_domain::{History, PackageId, Time, fact};

/// A document about many packages.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// The registry's address, as for single observations.
    pub upstream: &'a str,
    /// When the document was made.
    pub at: Time,
    /// Its digest. It is too large to be kept.
    pub document: Digest,
}

/// What came of the packages of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Nothing was known of them.
    pub new: u64,
    /// They differ from the last observation.
    pub changed: u64,
    /// They differ in nothing.
    pub same: u64,
    /// Something newer was observed of them before, so they are passed over.
    pub outdated: u64,
}

/// Packages that are looked up and written together.
const AT_ONCE: usize = 500;
/// Parties of packages that are written together: databases bound the number of
/// values in a statement.
const HANDS_AT_ONCE: usize = 2000;
/// In two parts: between them stand the packages.
const BEFORE: [&str; 2] = [
    "SELECT package, seq, digest, changed, checked, history, memory FROM document
     WHERE upstream = ",
    " AND package IN (",
];
const KNOWN: &str = "SELECT seq FROM document WHERE upstream = $1 LIMIT 1";
/// Also lets all others that add wait until this one has ended.
const TAKE_NUMBERS: &str = "UPDATE ledger_end SET last = last + $1 RETURNING last";
const ADD: &str = "INSERT INTO observation (seq, upstream, package, at, digest, facts) ";
const POINT: [&str; 2] = [
    "INSERT INTO document (upstream, package, seq, digest, checked, changed, reader, history,
     memory) ",
    " ON CONFLICT (upstream, package) DO UPDATE SET
     seq = excluded.seq, digest = excluded.digest, etag = NULL, last_modified = NULL,
     checked = excluded.checked, changed = excluded.changed, reader = excluded.reader,
     history = excluded.history, memory = excluded.memory",
];
const FORGET: [&str; 2] = ["DELETE FROM hands WHERE upstream = ", " AND package IN ("];
const REMEMBER: &str = "INSERT INTO hands (upstream, package, party, since) ";
const SEEN_AGAIN: [&str; 3] = [
    "UPDATE document SET checked = ",
    " WHERE upstream = ",
    " AND package IN (",
];

/// Memory for pages that are not written yet: SQLite else writes and reads the
/// same ones again and again.
const ROOM: &str = "PRAGMA cache_size = -262144";
/// SQLite's own default.
const USUAL_ROOM: &str = "PRAGMA cache_size = -2000";

/// Builds a statement, which is the same for both databases, and runs it.
macro_rules! run {
    ($on:expr, $head:expr, |$query:ident| $build:block) => {
        match $on {
            On::Sqlite(connection) => {
                let mut $query = QueryBuilder::<Sqlite>::new($head);
                $build
                $query.build().execute(connection).await.map(drop)
            }
            On::Postgres(connection) => {
                let mut $query = QueryBuilder::<Postgres>::new($head);
                $build
                $query.build().execute(connection).await.map(drop)
            }
        }
    };
}

/// Binds texts, with commas between them, and closes the bracket.
macro_rules! list {
    ($query:ident, $texts:expr) => {{
        let mut list = $query.separated(", ");
        for text in $texts {
            list.push_bind(text);
        }
        list.push_unseparated(")");
    }};
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    package: String,
    #[sqlx(flatten)]
    before: BeforeRow,
}

/// A package with what is new of it.
struct New {
    package: String,
    seq: i64,
    addition: Addition,
}

/// An import that is under way.
struct Importing<'a> {
    store: &'a Store,
    import: Import<'a>,
    writing: Writing,
    /// Whether anything was known from the registry.
    is_known: bool,
    packer: Packer,
    done: Imported,
}

impl Store {
    /// Adds what a document says of many packages to the ledger: an observation
    /// of each that differs from the last one. All of it, or nothing. `with`
    /// puts a history together with what was known before, of which the
    /// document may not say all. `progress` hears how many packages are done.
    ///
    /// `histories` are to have `import` as their source; in the order of their
    /// names they are kept fastest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn import(
        &self,
        import: Import<'_>,
        histories: impl Iterator<Item = History>,
        with: impl Fn(History, &History) -> History,
        mut progress: impl FnMut(u64),
    ) -> Result<Imported, StoreError> {
        let failed = self.db().failed("imported observations");
        let mut writing = self.db().write().await.map_err(&failed)?;
        // From here on nobody else adds anything.
        take_numbers(writing.on(), 0).await.map_err(&failed)?;
        let known = optional!(writing.on(), (i64,), KNOWN, import.upstream);
        room(writing.on(), ROOM).await.map_err(&failed)?;
        let mut importing = Importing {
            store: self,
            import,
            writing,
            is_known: known.map_err(&failed)?.is_some(),
            packer: Packer::new(),
            done: Imported::default(),
        };
        let mut histories = histories.peekable();
        let mut count = 0;
        while histories.peek().is_some() {
            let some: Vec<History> = histories.by_ref().take(AT_ONCE).collect();
            count += some.len() as u64;
            importing.take_in(some, &with).await?;
            progress(count);
        }
        room(importing.writing.on(), USUAL_ROOM)
            .await
            .map_err(&failed)?;
        importing.writing.commit().await.map_err(&failed)?;
        Ok(importing.done)
    }
}

impl Importing<'_> {
    async fn take_in(
        &mut self,
        histories: Vec<History>,
        with: &impl Fn(History, &History) -> History,
    ) -> Result<(), StoreError> {
        let keys: Vec<String> = histories.iter().map(|h| h.package().to_string()).collect();
        let mut known = self.known(&keys).await?;
        let (mut new, mut same) = (Vec::new(), Vec::new());
        for (package, history) in keys.into_iter().zip(histories) {
            let before = match known.remove(&package) {
                Some(row) => self.before(row, history.package()).await?,
                None => Before::default(),
            };
            if before.at.is_some_and(|at| self.import.at < at) {
                self.done.outdated += 1;
                continue;
            }
            let is_new = before.at.is_none();
            match self.addition(before, history, with) {
                Some(addition) => {
                    self.done.new += u64::from(is_new);
                    self.done.changed += u64::from(!is_new);
                    new.push(New {
                        package,
                        seq: 0,
                        addition,
                    });
                }
                None => same.push(package),
            }
        }
        self.done.same += same.len() as u64;
        let failed = self.store.db().failed("imported observations");
        self.write(&mut new).await.map_err(&failed)?;
        self.confirm(&same).await.map_err(&failed)
    }

    /// What is known of packages, by their keys.
    async fn known(&mut self, keys: &[String]) -> Result<HashMap<String, BeforeRow>, StoreError> {
        if !self.is_known {
            return Ok(HashMap::new());
        }
        let failed = self.store.db().failed("looked for the last observations");
        let upstream = self.import.upstream;
        macro_rules! fetch {
            ($database:ty, $connection:expr) => {{
                let mut query = QueryBuilder::<$database>::new(BEFORE[0]);
                query.push_bind(upstream).push(BEFORE[1]);
                list!(query, keys);
                query
                    .build_query_as::<KnownRow>()
                    .fetch_all($connection)
                    .await
            }};
        }
        let rows = match self.writing.on() {
            On::Sqlite(connection) => fetch!(Sqlite, connection),
            On::Postgres(connection) => fetch!(Postgres, connection),
        };
        let rows = rows.map_err(&failed)?.into_iter();
        Ok(rows.map(|row| (row.package, row.before)).collect())
    }

    async fn before(&self, row: BeforeRow, package: &PackageId) -> Result<Before, StoreError> {
        self.store
            .before_of(row, self.import.upstream, package)
            .await
    }

    /// What differs; `None` if nothing does.
    fn addition(
        &mut self,
        before: Before,
        history: History,
        with: &impl Fn(History, &History) -> History,
    ) -> Option<Addition> {
        let history = match &before.history {
            Some(last) => with(history, &before.memory.with(last)),
            None => history,
        };
        let facts = fact::diff(before.history.as_ref(), &history);
        if facts.is_empty() && before.document.is_some() {
            return None;
        }
        let packer = &mut self.packer;
        let pack = |bytes: &[u8]| packer.pack(bytes);
        Some(observe::addition(before, facts, Some(&history), pack))
    }

    async fn write(&mut self, new: &mut [New]) -> Result<(), sqlx::Error> {
        if new.is_empty() {
            return Ok(());
        }
        let last = take_numbers(self.writing.on(), new.len() as i64).await?;
        let first = last + 1 - new.len() as i64;
        for (seq, new) in (first..).zip(new.iter_mut()) {
            new.seq = seq;
        }
        let Import {
            upstream,
            at,
            document,
        } = self.import;
        let (at, digest) = (at.as_millis(), &document.as_bytes()[..]);
        let new = &*new;
        run!(self.writing.on(), ADD, |query| {
            query.push_values(new, |mut row, new| {
                row.push_bind(new.seq)
                    .push_bind(upstream)
                    .push_bind(&new.package);
                row.push_bind(at)
                    .push_bind(digest)
                    .push_bind(&new.addition.facts);
            });
        })?;
        run!(self.writing.on(), POINT[0], |query| {
            query.push_values(new, |mut row, new| {
                row.push_bind(upstream)
                    .push_bind(&new.package)
                    .push_bind(new.seq);
                row.push_bind(digest)
                    .push_bind(at)
                    .push_bind(at)
                    .push_bind(READER);
                row.push_bind(&new.addition.history)
                    .push_bind(&new.addition.memory);
            });
            query.push(POINT[1]);
        })?;
        self.write_hands(new).await
    }

    async fn write_hands(&mut self, new: &[New]) -> Result<(), sqlx::Error> {
        let upstream = self.import.upstream;
        let hands = new
            .iter()
            .filter_map(|new| Some((&new.package, new.addition.hands.as_ref()?)));
        if self.is_known {
            let packages: Vec<&String> = hands.clone().map(|(package, _)| package).collect();
            if !packages.is_empty() {
                run!(self.writing.on(), FORGET[0], |query| {
                    query.push_bind(upstream).push(FORGET[1]);
                    list!(query, packages.iter().copied());
                })?;
            }
        }
        let rows: Vec<(&String, &String, i64)> = hands
            .flat_map(|(package, hands)| {
                let since = move |(party, since): (_, &Time)| (package, party, since.as_millis());
                hands.iter().map(since)
            })
            .collect();
        for rows in rows.chunks(HANDS_AT_ONCE) {
            run!(self.writing.on(), REMEMBER, |query| {
                query.push_values(rows, |mut row, (package, party, since)| {
                    row.push_bind(upstream).push_bind(*package);
                    row.push_bind(*party).push_bind(*since);
                });
            })?;
        }
        Ok(())
    }

    /// Keeps that nothing differs.
    async fn confirm(&mut self, packages: &[String]) -> Result<(), sqlx::Error> {
        if packages.is_empty() {
            return Ok(());
        }
        let Import { upstream, at, .. } = self.import;
        let at = at.as_millis();
        run!(self.writing.on(), SEEN_AGAIN[0], |query| {
            query.push_bind(at).push(SEEN_AGAIN[1]).push_bind(upstream);
            query
                .push(" AND checked <= ")
                .push_bind(at)
                .push(SEEN_AGAIN[2]);
            list!(query, packages);
        })
    }
}

/// Gives SQLite so much memory.
async fn room(on: Connection<'_>, pragma: &'static str) -> Result<(), sqlx::Error> {
    match on {
        On::Sqlite(connection) => sqlx::query(pragma).execute(connection).await.map(drop),
        On::Postgres(_) => Ok(()),
    }
}

/// Takes so many numbers of the ledger, and gives the last one.
async fn take_numbers(on: Connection<'_>, count: i64) -> Result<i64, sqlx::Error> {
    let last = optional!(on, (i64,), TAKE_NUMBERS, count)?;
    Ok(last.map_or(count, |(last,)| last))
}
