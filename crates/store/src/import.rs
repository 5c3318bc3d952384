//! Taking in what one document says of very many packages: all of it in one
//! transaction, or nothing.

use crate::db::{Connection, On, Writing, build, optional};
use crate::observe::{self, Addition, Before, BeforeRow};
use crate::packing::{self, Packer};
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
const AMONG: &str = " AND package IN (";
/// What the last import said, before anything is read that takes longer.
const LAST_SAID: &str = "SELECT package, said, changed FROM document WHERE upstream = ";
const BEFORE: &str = "
    SELECT package, seq, digest, changed, checked, history, memory FROM document
    WHERE upstream = ";
const LAST: &str = "SELECT last FROM ledger_end";
const KNOWN: &str = "SELECT seq FROM document WHERE upstream = $1 LIMIT 1";
/// Also lets all others that add wait until this one has ended.
const TAKE_NUMBERS: &str = "UPDATE ledger_end SET last = last + $1 RETURNING last";
const ADD: &str = "INSERT INTO observation (seq, upstream, package, at, digest, facts) ";
const POINT: [&str; 2] = [
    "INSERT INTO document (upstream, package, seq, digest, checked, changed, reader, history,
     memory, said) ",
    " ON CONFLICT (upstream, package) DO UPDATE SET
     seq = excluded.seq, digest = excluded.digest, etag = NULL, last_modified = NULL,
     checked = excluded.checked, changed = excluded.changed, reader = excluded.reader,
     history = excluded.history, memory = excluded.memory, said = excluded.said",
];
const FORGET: &str = "DELETE FROM hands WHERE upstream = ";
const REMEMBER: &str = "INSERT INTO hands (upstream, package, party, since) ";
const SEEN_AGAIN: &str = "UPDATE document SET checked = ";

/// Memory for pages that are not written yet: SQLite else writes and reads the
/// same ones again and again.
const ROOM: &str = "PRAGMA cache_size = -262144";
/// SQLite's own default.
const USUAL_ROOM: &str = "PRAGMA cache_size = -2000";

/// Looks packages of the registry up.
macro_rules! rows {
    ($importing:expr, $row:ty, $head:expr, $keys:expr) => {{
        let failed = $importing
            .store
            .db()
            .failed("looked for the last observations");
        let upstream = $importing.import.upstream;
        macro_rules! fetch {
            ($database:ty, $connection:expr) => {{
                let mut query = QueryBuilder::<$database>::new($head);
                query.push_bind(upstream).push(AMONG);
                list!(query, $keys);
                let query = query.build_query_as::<$row>();
                query.fetch_all($connection).await
            }};
        }
        let rows = match $importing.writing.on() {
            On::Sqlite(connection) => fetch!(Sqlite, connection),
            On::Postgres(connection) => fetch!(Postgres, connection),
        };
        rows.map_err(&failed)
    }};
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
struct SaidRow {
    package: String,
    said: Option<Vec<u8>>,
    changed: i64,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    package: String,
    #[sqlx(flatten)]
    before: BeforeRow,
}

/// What the document says of one package.
struct Document {
    key: String,
    /// The same as canonical bytes, if nothing was known before.
    facts: Vec<u8>,
    /// Their digest.
    said: Digest,
    history: History,
}

/// The key of a package of which nothing differs.
struct Same(String);

/// A package with what is new of it.
struct New {
    package: String,
    seq: i64,
    said: Digest,
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
        if self.is_empty().await? {
            self.db().write_straight().await;
        }
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
        self.db().write_ahead().await;
        Ok(importing.done)
    }

    /// Whether nothing was ever observed.
    async fn is_empty(&self) -> Result<bool, StoreError> {
        let failed = self.db().failed("looked whether anything was observed");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let last = optional!(writing.on(), (i64,), LAST).map_err(&failed)?;
        Ok(last == Some((0,)))
    }
}

impl Importing<'_> {
    async fn take_in(
        &mut self,
        histories: Vec<History>,
        with: &impl Fn(History, &History) -> History,
    ) -> Result<(), StoreError> {
        let of = |history: History| {
            let facts = fact::first(&history);
            Document {
                key: history.package().to_string(),
                said: Digest::of(&facts),
                facts,
                history,
            }
        };
        let mut documents: Vec<Document> = histories.into_iter().map(of).collect();
        let mut same = Vec::new();
        let mut known = HashMap::new();
        if self.is_known {
            self.pass_over(&mut documents, &mut same).await?;
            known = self.known(&documents).await?;
        }
        let mut new = Vec::new();
        for document in documents {
            let before = match known.remove(&document.key) {
                Some(row) => self.before(row, document.history.package()).await?,
                None => Before::default(),
            };
            let is_new = before.at.is_none();
            match self.addition(before, document, with) {
                Ok(addition) => {
                    self.done.new += u64::from(is_new);
                    self.done.changed += u64::from(!is_new);
                    new.push(addition);
                }
                Err(Same(key)) => same.push(key),
            }
        }
        self.done.same += same.len() as u64;
        let failed = self.store.db().failed("imported observations");
        self.write(&mut new).await.map_err(&failed)?;
        self.confirm(&same).await.map_err(&failed)
    }

    /// Takes out of `documents` what the last import said in the same words, and
    /// what is older than what is known.
    async fn pass_over(
        &mut self,
        documents: &mut Vec<Document>,
        same: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let keys = documents.iter().map(|document| &document.key);
        let rows = rows!(self, SaidRow, LAST_SAID, keys)?;
        let last = rows
            .into_iter()
            .map(|row| (row.package, (row.said, row.changed)));
        let last: HashMap<String, _> = last.collect();
        let at = self.import.at.as_millis();
        let outdated = &mut self.done.outdated;
        documents.retain_mut(|document| match last.get(&document.key) {
            Some((_, changed)) if at < *changed => {
                *outdated += 1;
                false
            }
            Some((Some(said), _)) if *said == document.said.as_bytes()[..] => {
                same.push(std::mem::take(&mut document.key));
                false
            }
            _ => true,
        });
        Ok(())
    }

    /// What is known of packages, by their keys.
    async fn known(
        &mut self,
        documents: &[Document],
    ) -> Result<HashMap<String, BeforeRow>, StoreError> {
        if documents.is_empty() {
            return Ok(HashMap::new());
        }
        let keys = documents.iter().map(|document| &document.key);
        let rows = rows!(self, KnownRow, BEFORE, keys)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.package, row.before))
            .collect())
    }

    async fn before(&self, row: BeforeRow, package: &PackageId) -> Result<Before, StoreError> {
        self.store
            .before_of(row, self.import.upstream, package)
            .await
    }

    /// What differs; the package's key if nothing does.
    fn addition(
        &mut self,
        before: Before,
        document: Document,
        with: &impl Fn(History, &History) -> History,
    ) -> Result<New, Same> {
        let Document {
            key,
            said,
            facts,
            history,
        } = document;
        let (history, facts) = match &before.history {
            Some(last) => {
                let history = with(history, &before.memory.with(last));
                let facts = fact::write(&fact::diff(Some(last), &history));
                (history, facts)
            }
            None => (history, facts),
        };
        if facts.is_empty() && before.document.is_some() {
            return Err(Same(key));
        }
        let column = match before.at {
            Some(_) => packing::history_to_column(&history),
            None => packing::TOLD_AT_ONCE.to_vec(),
        };
        let packer = &mut self.packer;
        let pack = |bytes: &[u8]| packer.pack(bytes);
        Ok(New {
            package: key,
            seq: 0,
            said,
            addition: observe::addition(before, facts, (Some(&history), Some(column)), pack),
        })
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
        build!(self.writing.on(), ADD, |query| {
            query.push_values(new, |mut row, new| {
                row.push_bind(new.seq)
                    .push_bind(upstream)
                    .push_bind(&new.package);
                row.push_bind(at)
                    .push_bind(digest)
                    .push_bind(&new.addition.facts);
            });
        })?;
        build!(self.writing.on(), POINT[0], |query| {
            query.push_values(new, |mut row, new| {
                row.push_bind(upstream)
                    .push_bind(&new.package)
                    .push_bind(new.seq);
                row.push_bind(digest)
                    .push_bind(at)
                    .push_bind(at)
                    .push_bind(READER);
                row.push_bind(&new.addition.history)
                    .push_bind(&new.addition.memory)
                    .push_bind(&new.said.as_bytes()[..]);
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
                build!(self.writing.on(), FORGET, |query| {
                    query.push_bind(upstream).push(AMONG);
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
            build!(self.writing.on(), REMEMBER, |query| {
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
        build!(self.writing.on(), SEEN_AGAIN, |query| {
            query
                .push_bind(at)
                .push(" WHERE upstream = ")
                .push_bind(upstream);
            query.push(" AND checked <= ").push_bind(at).push(AMONG);
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
