//! What goes wrong is said with what, where, and what to do.

use crate::facts::time;
use crate::s3::S3;
use crate::world::{World, small};
use sqlx::{Connection, Executor, SqliteConnection};
use tenure_store::{
    BlobsAt, DatabaseAt, S3Credentials, S3Options, Store, StoreError, StoreOptions,
};

async fn error(options: &StoreOptions) -> StoreError {
    match Store::open(options).await {
        Ok(_) => panic!("{options:?} could be opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let blobs = StoreOptions {
        blobs: BlobsAt::Folder(file.join("blobs")),
        ..small(folder.path())
    };
    let database = StoreOptions {
        database: DatabaseAt::Sqlite(file.join("tenure.db")),
        ..small(folder.path())
    };
    // A folder stands where the database should.
    let taken = StoreOptions {
        database: DatabaseAt::Sqlite(folder.path().to_owned()),
        ..small(folder.path())
    };
    for options in [blobs, database, taken] {
        let error = error(&options).await;
        assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.contains("name another place"), "{said}");
        assert!(said.contains(folder.path().to_str().unwrap()), "{said}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let options = small(folder.path());
    std::fs::create_dir_all(folder.path().join("database")).unwrap();
    std::fs::write(folder.path().join("database/tenure.db"), "x".repeat(9999)).unwrap();
    let said = error(&options).await.to_string();
    assert!(
        said.contains("tenure.db` cannot be opened: file is not a database"),
        "{said}"
    );
}

#[tokio::test]
async fn a_database_that_another_process_holds() {
    let world = World::small().await;
    let DatabaseAt::Sqlite(path) = world.database() else {
        panic!("it is SQLite");
    };
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let web = "web".parse().unwrap();
    let made = world.store.create_project(&web, time("2026-11-22")).await;
    let error = made.unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error:?}");
    assert!(error.to_string().contains("another process"), "{error}");
    // Reading goes on.
    assert_eq!(world.store.projects().await.unwrap(), []);
    other.execute("COMMIT").await.unwrap();
    let made = world.store.create_project(&web, time("2026-11-22")).await;
    assert!(made.unwrap());
}

#[tokio::test]
async fn a_postgres_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        database: DatabaseAt::Postgres("postgres://ada:s3cret@127.0.0.1:1/tenure".to_owned()),
        ..small(folder.path())
    };
    let error = error(&options).await;
    assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
    let said = error.to_string();
    assert!(
        said.contains("`postgres://ada@127.0.0.1:1/tenure`"),
        "{said}"
    );
    assert!(
        said.contains("refused") && !said.contains("s3cret"),
        "{said}"
    );
    let nonsense = StoreOptions {
        database: DatabaseAt::Postgres("ada:s3cret".to_owned()),
        ..options
    };
    let said = self::error(&nonsense).await.to_string();
    assert!(
        said.contains("postgres://") && !said.contains("s3cret"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = S3::start().await;
    let with = |options: S3Options| StoreOptions {
        blobs: BlobsAt::S3(options),
        ..small(folder.path())
    };
    let other_key = S3Options {
        credentials: Some(S3Credentials {
            access_key_id: "test-key".to_owned(),
            secret_access_key: "wrong".to_owned(),
            session_token: None,
        }),
        ..s3.options("x")
    };
    let no_server = S3Options {
        endpoint: Some("http://127.0.0.1:1".to_owned()),
        ..s3.options("x")
    };
    for (options, hint) in [
        (other_key, "look at the key"),
        (no_server, "bucket tenure of http://127.0.0.1:1"),
    ] {
        let error = error(&with(options)).await;
        assert!(matches!(error, StoreError::Blobs { .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(hint) && !said.contains("wrong"), "{said}");
    }
}
