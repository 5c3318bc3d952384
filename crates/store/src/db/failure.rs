//! What an error of a database means, and what to do about it.

use crate::StoreError;
use sqlx::Error;
use sqlx::migrate::MigrateError;

/// An error of a query.
pub(super) fn explain(at: &str, doing: &'static str, error: &Error) -> StoreError {
    let (at, why) = (at.to_owned(), said(error));
    match meaning(error) {
        Meaning::Busy => StoreError::Busy { at, why },
        Meaning::Full => StoreError::Full { at, why },
        Meaning::Unwritable => StoreError::Unwritable { at, why },
        Meaning::Other => StoreError::Database { at, doing, why },
    }
}

/// An error on the way to a database.
pub(super) fn opening(at: &str, error: &Error) -> StoreError {
    match explain(at, "opened", error) {
        StoreError::Database { at, why, .. } => StoreError::Open { at, why },
        other => other,
    }
}

/// An error while the tables were brought up to date.
pub(super) fn migrating(at: &str, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(step) => StoreError::Newer {
            at: at.to_owned(),
            step,
        },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            opening(at, &error)
        }
        other => StoreError::Open {
            at: at.to_owned(),
            why: other.to_string(),
        },
    }
}

enum Meaning {
    Busy,
    Full,
    Unwritable,
    Other,
}

fn meaning(error: &Error) -> Meaning {
    match error {
        Error::PoolTimedOut => Meaning::Busy,
        Error::Database(database) => match database.code() {
            Some(code) if code.len() == 5 => of_postgres(&code),
            Some(code) => of_sqlite(&code),
            None => Meaning::Other,
        },
        _ => Meaning::Other,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn of_postgres(code: &str) -> Meaning {
    match code {
        // Lock not available, deadlock, serialization failure, too many
        // connections.
        "55P03" | "40P01" | "40001" | "53300" => Meaning::Busy,
        "53100" => Meaning::Full,
        // Read-only transaction, insufficient privilege.
        "25006" | "42501" => Meaning::Unwritable,
        _ => Meaning::Other,
    }
}

/// <https://www.sqlite.org/rescode.html>; the low byte is the kind.
fn of_sqlite(code: &str) -> Meaning {
    match code.parse::<u32>().map(|code| code & 0xff) {
        // Busy, locked.
        Ok(5 | 6) => Meaning::Busy,
        Ok(13) => Meaning::Full,
        // Not permitted, read-only, cannot open.
        Ok(3 | 8 | 14) => Meaning::Unwritable,
        _ => Meaning::Other,
    }
}

fn said(error: &Error) -> String {
    match error {
        Error::Database(database) => database.message().to_owned(),
        other => other.to_string(),
    }
}
