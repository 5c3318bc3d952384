//! How much packages are used, as registries said.

use crate::db::{execute, optional};
use crate::{Store, StoreError, usage};
use tenure_domain::{PackageId, Popularity, Time};

/// What a registry said of a package's popularity: an answer, or why none.
#[derive(Clone, Debug, PartialEq)]
pub struct PopularityRecord {
    /// When it was asked.
    pub asked: Time,
    /// The answer, or the reason why there is none.
    pub answer: Result<Popularity, String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    asked: i64,
    downloads_per_week: Option<i64>,
    dependents: Option<i64>,
    source: Option<String>,
    seen: Option<i64>,
    failure: Option<String>,
}

const POPULARITY: &str = "
    SELECT asked, downloads_per_week, dependents, source, seen, failure
    FROM popularity WHERE upstream = $1 AND package = $2";

const SET_POPULARITY: &str = "
    INSERT INTO popularity (
        upstream, package, asked, downloads_per_week, dependents, source, seen, failure)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (upstream, package) DO UPDATE SET
        asked = excluded.asked, downloads_per_week = excluded.downloads_per_week,
        dependents = excluded.dependents, source = excluded.source, seen = excluded.seen,
        failure = excluded.failure
    WHERE popularity.asked <= excluded.asked";

impl Store {
    /// What `upstream` last said of the popularity of `package`, and the highest
    /// that is known of the year before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn popularity(
        &self,
        upstream: &str,
        package: &PackageId,
    ) -> Result<Option<PopularityRecord>, StoreError> {
        let failed = self.db().failed("looked a popularity up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let row = optional!(reader.on(), Row, POPULARITY, upstream, package.to_string());
        let Some(row) = row.map_err(&failed)? else {
            return Ok(None);
        };
        let mut record = record(row);
        drop(reader);
        if let Ok(answer) = &mut record.answer {
            let highest = self.highest(package, record.asked).await?;
            answer.highest = highest.and_then(|highest| highest.beyond(answer));
        }
        Ok(Some(record))
    }

    /// Keeps what `upstream` said of the popularity of `package`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_popularity(
        &self,
        upstream: &str,
        package: &PackageId,
        said: &PopularityRecord,
    ) -> Result<(), StoreError> {
        let number =
            |count: Option<u64>| count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        let answer = said.answer.as_ref().ok();
        let failed = self.db().failed("kept a popularity");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let done = execute!(
            writing.on(),
            SET_POPULARITY,
            upstream,
            package.to_string(),
            said.asked.as_millis(),
            number(answer.and_then(|answer| answer.downloads_per_week)),
            number(answer.and_then(|answer| answer.dependents)),
            answer.map(|answer| answer.source.as_str()),
            answer.map(|answer| answer.seen.as_millis()),
            said.answer.as_ref().err().map(String::as_str),
        );
        done.map_err(&failed)?;
        if let Some(answer) = answer {
            let kept = usage::said(&mut writing, package, said.asked, answer).await;
            kept.map_err(&failed)?;
        }
        writing.commit().await.map_err(&failed)
    }
}

fn record(row: Row) -> PopularityRecord {
    let number = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    PopularityRecord {
        asked: Time::from_millis(row.asked),
        answer: match row.failure {
            Some(failure) => Err(failure),
            None => Ok(Popularity {
                downloads_per_week: number(row.downloads_per_week),
                dependents: number(row.dependents),
                source: row.source.unwrap_or_default(),
                seen: Time::from_millis(row.seen.unwrap_or(row.asked)),
                highest: None,
            }),
        },
    }
}
