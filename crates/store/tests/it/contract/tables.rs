use crate::world::World;
use sqlx::{PgPool, SqlitePool};
use tenure_store::DatabaseAt;

/// A column: table, name, type, and whether it may be absent.
type Column = (String, String, String, bool);

const OF_SQLITE: &str = "
    SELECT tables.name, columns.name, columns.type, columns.\"notnull\" = 0
    FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_%' ESCAPE '\\'
    ORDER BY tables.name, columns.cid";

const OF_POSTGRES: &str = "
    SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'
    ORDER BY table_name COLLATE \"C\", ordinal_position";

/// The same tables with the same columns; the types are each program's own.
pub(super) async fn are_the_same(small: &World, large: &World) {
    let (DatabaseAt::Sqlite(path), DatabaseAt::Postgres(url)) =
        (small.database(), large.database())
    else {
        panic!("one of each");
    };
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let sqlite = SqlitePool::connect_with(options).await.unwrap();
    let postgres = PgPool::connect(url).await.unwrap();
    let one: Vec<Column> = sqlx::query_as(OF_SQLITE).fetch_all(&sqlite).await.unwrap();
    let other: Vec<Column> = sqlx::query_as(OF_POSTGRES)
        .fetch_all(&postgres)
        .await
        .unwrap();
    let in_words = |(table, column, kind, may_be_absent): Column| {
        let kind = match kind.as_str() {
            "BIGINT" | "bigint" | "INTEGER" => "number",
            "TEXT" | "text" => "text",
            "BLOB" | "bytea" => "bytes",
            other => panic!("{table}.{column} is a {other}"),
        };
        // SQLite's key of a row is never absent, and does not say so.
        let may_be_absent = may_be_absent && !["seq", "one"].contains(&&*column);
        (table, column, kind, may_be_absent)
    };
    let one: Vec<_> = one.into_iter().map(in_words).collect();
    let other: Vec<_> = other.into_iter().map(in_words).collect();
    assert!(one.len() > 40, "{one:?}");
    assert_eq!(one, other);
}
