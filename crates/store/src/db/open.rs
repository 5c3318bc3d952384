use super::{Db, Pools, failure};
use crate::{DatabaseAt, StoreError};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, SqlitePool};
use std::path::Path;
use std::time::Duration;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a writer waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of a new database, in bytes.
const PAGE: u32 = 8192;
/// How often, and after what pause, a file is opened that another process is
/// just making.
const BEGINNINGS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);
/// A reader of SQLite costs a thread and a cache; more than there are cores to
/// use does not help.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens the database and brings its tables up to date.
    pub(crate) async fn open(database: &DatabaseAt) -> Result<Self, StoreError> {
        let at = database.to_string();
        let pools = match database {
            DatabaseAt::Sqlite(path) => sqlite(path, &at).await?,
            DatabaseAt::Postgres(url) => postgres(url, &at).await?,
        };
        Ok(Self { pools, at })
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// SQLite does not wait for another process where both change a new file to
/// its write-ahead log at once, whatever the timeout; so it is tried again.
async fn sqlite(path: &Path, at: &str) -> Result<Pools, StoreError> {
    for _ in 0..BEGINNINGS {
        match sqlite_at_once(path, at).await {
            Err(StoreError::Busy { .. }) => tokio::time::sleep(PAUSE).await,
            opened => return opened,
        }
    }
    sqlite_at_once(path, at).await
}

async fn sqlite_at_once(path: &Path, at: &str) -> Result<Pools, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::of_file(folder, &error))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        // What is kept of a package has a kilobyte and more: larger pages hold
        // it with less to go through, and half as many writes.
        .page_size(PAGE)
        .journal_mode(SqliteJournalMode::Wal)
        // Without power the last transactions may be lost, and never more: what
        // they held can be observed, counted or pushed again. For that, a write
        // need not wait for the disk.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .foreign_keys(true);
    let pool = || {
        let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE);
        // A file does not hang up.
        pool.test_before_acquire(false)
    };
    let writer = pool()
        .max_connections(1)
        // Where the disk is full SQLite ends a transaction by itself, which the
        // library does not notice: with such a connection nothing can be
        // written any more, so it is replaced.
        .before_acquire(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
        .connect_with(options.clone())
        .await
        .map_err(|error| failure::opening(at, &error))?;
    migrate_sqlite(&writer, at).await?;
    // The file can be opened, as was just seen; who only writes needs no more.
    let readers = pool()
        .max_connections(SQLITE_READERS)
        .connect_lazy_with(options);
    Ok(Pools::Sqlite { readers, writer })
}

/// In one transaction, so that two processes that begin at once do not both make
/// the tables; for PostgreSQL the migrator has a lock of its own.
async fn migrate_sqlite(writer: &SqlitePool, at: &str) -> Result<(), StoreError> {
    let opening = |error| failure::opening(at, &error);
    let transaction = writer.begin_with("BEGIN IMMEDIATE").await;
    let mut transaction = transaction.map_err(opening)?;
    let migrated = SQLITE.run_direct(None, &mut *transaction, false).await;
    migrated.map_err(|error| failure::migrating(at, error))?;
    transaction.commit().await.map_err(opening)
}

async fn postgres(url: &str, at: &str) -> Result<Pools, StoreError> {
    let schemes = ["postgres://", "postgresql://"];
    if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
        return Err(StoreError::Open {
            at: at.to_owned(),
            why: "its address does not begin with `postgres://`".to_owned(),
        });
    }
    let options: PgConnectOptions = url.parse().map_err(|error| failure::opening(at, &error))?;
    let options = options.application_name("tenure");
    // A pool would try again and again, and then say only that it was in vain.
    let first = PgConnection::connect_with(&options).await;
    let mut first = first.map_err(|error| failure::opening(at, &error))?;
    let migrated = POSTGRES.run_direct(None, &mut first, false).await;
    migrated.map_err(|error| failure::migrating(at, error))?;
    // It served its purpose; how it ends does not matter.
    let _ = first.close().await;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options);
    Ok(Pools::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::execute;

    #[test]
    fn a_database_that_was_full_is_written_again() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(fill_and_write_again());
    }

    async fn fill_and_write_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = DatabaseAt::Sqlite(folder.path().join("tenure.db"));
        let db = Db::open(&file).await.unwrap();
        let fill = "INSERT INTO project (name, created, revision)
            VALUES (hex(zeroblob(1000000)), 0, 0)";
        let mut writing = db.write().await.unwrap();
        // It can only grow to what it is: SQLite ends the transaction by itself.
        execute!(writing.on(), "PRAGMA max_page_count = 1").unwrap();
        let error = execute!(writing.on(), fill).unwrap_err();
        assert!(error.to_string().contains("full"), "{error}");
        drop(writing);
        let mut writing = db.write().await.unwrap();
        execute!(writing.on(), fill).unwrap();
        writing.commit().await.unwrap();
    }
}
