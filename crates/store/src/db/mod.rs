//! One database behind two programs.
//!
//! A query is one text with `$1` parameters. The macros expand the same call
//! once for each program, since the types differ.

mod failure;
mod open;

use crate::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

/// The same thing of SQLite or of PostgreSQL.
pub(crate) enum On<S, P> {
    /// SQLite's.
    Sqlite(S),
    /// PostgreSQL's.
    Postgres(P),
}

/// Something to run a query on.
pub(crate) type Connection<'c> = On<&'c mut SqliteConnection, &'c mut PgConnection>;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Db {
    pools: Pools,
    at: String,
}

#[derive(Clone)]
enum Pools {
    /// SQLite lets one write at a time. Writers wait for the one connection in
    /// the order in which they came; on the file itself they would poll.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

/// A connection out of a pool.
pub(crate) struct Pooled(On<PoolConnection<Sqlite>, PoolConnection<Postgres>>);

impl Pooled {
    pub(crate) fn on(&mut self) -> Connection<'_> {
        match &mut self.0 {
            On::Sqlite(connection) => On::Sqlite(connection),
            On::Postgres(connection) => On::Postgres(connection),
        }
    }
}

/// A transaction. Dropped without a commit, nothing of it remains.
pub(crate) struct Writing(On<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>);

impl Writing {
    pub(crate) fn on(&mut self) -> Connection<'_> {
        match &mut self.0 {
            On::Sqlite(transaction) => On::Sqlite(transaction),
            On::Postgres(transaction) => On::Postgres(transaction),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.0 {
            On::Sqlite(transaction) => transaction.commit().await,
            On::Postgres(transaction) => transaction.commit().await,
        }
    }
}

impl Db {
    /// Where it is, for people.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Pooled, sqlx::Error> {
        Ok(Pooled(match &self.pools {
            Pools::Sqlite { readers, .. } => On::Sqlite(readers.acquire().await?),
            Pools::Postgres(pool) => On::Postgres(pool.acquire().await?),
        }))
    }

    /// A transaction to write in.
    pub(crate) async fn write(&self) -> Result<Writing, sqlx::Error> {
        Ok(Writing(match &self.pools {
            // Begun as a writer: one that only finds out later that it writes
            // may have to be begun again.
            Pools::Sqlite { writer, .. } => On::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => On::Postgres(pool.begin().await?),
        }))
    }

    /// Has SQLite write what follows into the file itself rather than into its
    /// log first and from there into the file, which is half the work where
    /// nearly all of it is new. What would be overwritten it copies, so that a
    /// transaction is still all or nothing; but nobody else can read meanwhile.
    /// Nothing changes where somebody has the file open.
    pub(crate) async fn write_straight(&self) {
        self.journal("PRAGMA journal_mode = DELETE").await;
    }

    /// Ends [`write_straight`](Self::write_straight).
    pub(crate) async fn write_ahead(&self) {
        self.journal("PRAGMA journal_mode = WAL").await;
    }

    async fn journal(&self, pragma: &'static str) {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            // Both ways are right, and whoever opens the file next takes care of
            // the usual one: that it cannot be had now is no error.
            let _ = sqlx::query(pragma).execute(writer).await;
        }
    }

    /// Says what an error of the database means; `doing` is what was tried.
    pub(crate) fn failed(&self, doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
        let at = self.at.clone();
        move |error| failure::explain(&at, doing, &error)
    }
}

/// Runs a statement and gives the number of rows it touched.
macro_rules! execute {
    ($on:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $on {
            $crate::db::On::Sqlite(connection) => sqlx::query($sql)
                $(.bind($value))*
                .execute(connection).await.map(|done| done.rows_affected()),
            $crate::db::On::Postgres(connection) => sqlx::query($sql)
                $(.bind($value))*
                .execute(connection).await.map(|done| done.rows_affected()),
        }
    };
}

/// Runs a query and gives its row, if there is one.
macro_rules! optional {
    ($on:expr, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {
        match $on {
            $crate::db::On::Sqlite(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($value))*
                .fetch_optional(connection).await,
            $crate::db::On::Postgres(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($value))*
                .fetch_optional(connection).await,
        }
    };
}

/// Runs a query and gives all its rows.
macro_rules! all {
    ($on:expr, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {
        match $on {
            $crate::db::On::Sqlite(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($value))*
                .fetch_all(connection).await,
            $crate::db::On::Postgres(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($value))*
                .fetch_all(connection).await,
        }
    };
}

/// Builds a statement of many rows, which is the same for both databases, and
/// runs it. To be run where the first error ends the transaction.
macro_rules! build {
    ($on:expr, $head:expr, |$query:ident| $build:block) => {
        match $on {
            $crate::db::On::Sqlite(connection) => {
                let head = $crate::db::or_fail($head);
                let mut $query = sqlx::QueryBuilder::<sqlx::Sqlite>::new(head);
                $build
                $query.build().execute(connection).await.map(drop)
            }
            $crate::db::On::Postgres(connection) => {
                let mut $query = sqlx::QueryBuilder::<sqlx::Postgres>::new($head);
                $build
                $query.build().execute(connection).await.map(drop)
            }
        }
    };
}

/// What SQLite does otherwise, for the sake of statements that fail half-way, is
/// to copy each page that a statement changes, most of them over and over.
pub(crate) fn or_fail(statement: &str) -> String {
    statement.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1)
}

pub(crate) use {all, build, execute, optional};
