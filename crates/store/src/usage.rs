//! How much packages were used, by day, for as long as it may count: a package
//! that was popular within the last year is treated as one, so that none can be
//! sunk quietly and sold.

use crate::db::{Connection, Writing, all, build, execute};
use crate::{Day, Store, StoreError};
use tenure_domain::{Counted, Days, Highest, PackageId, Popularity, Reach, Time};

/// How many packages depend on one, as was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachRecord {
    /// The package.
    pub package: PackageId,
    /// How many depend on it directly.
    pub dependents: u64,
    /// How many depend on it at all, and of how many.
    pub reach: Reach,
}

/// For so long a package counts as what it was.
const COUNTS_FOR: Days = Days(365.0);
/// Rows that are written together.
const AT_ONCE: usize = 1000;

#[derive(sqlx::FromRow)]
struct Row {
    downloads_per_week: Option<i64>,
    dependents: Option<i64>,
    reach: Option<i64>,
    registry: Option<i64>,
}

const SAID: &str = "
    INSERT INTO popularity_day (package, day, downloads_per_week, dependents)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (package, day) DO UPDATE SET
        downloads_per_week = COALESCE(excluded.downloads_per_week, popularity_day.downloads_per_week),
        dependents = COALESCE(excluded.dependents, popularity_day.dependents)";
const COUNTED: [&str; 2] = [
    "INSERT INTO popularity_day (package, day, dependents, reach, registry) ",
    " ON CONFLICT (package, day) DO UPDATE SET
        dependents = excluded.dependents, reach = excluded.reach, registry = excluded.registry",
];
const FORGET: &str = "DELETE FROM popularity_day WHERE package = $1 AND day < $2";
const FORGET_ALL: &str = "DELETE FROM popularity_day WHERE day < $1";
const SINCE: &str = "
    SELECT downloads_per_week, dependents, reach, registry
    FROM popularity_day WHERE package = $1 AND day >= $2 AND day <= $3";

/// The newest first.
const COUNTS: &str = "
    SELECT day, reach, registry FROM popularity_day
    WHERE package = $1 AND day >= $2 AND day <= $3 AND reach IS NOT NULL AND registry IS NOT NULL
    ORDER BY day DESC";

impl Store {
    /// Keeps how many packages depend on each, as was counted at a moment: all
    /// of it, or nothing. What is older than a year is forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_reach(&self, at: Time, records: &[ReachRecord]) -> Result<(), StoreError> {
        let failed = self.db().failed("kept the reach of packages");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let forgotten = execute!(writing.on(), FORGET_ALL, first_day(at));
        forgotten.map_err(&failed)?;
        for records in records.chunks(AT_ONCE) {
            let added = insert(writing.on(), Day::of(at).number(), records).await;
            added.map_err(&failed)?;
        }
        writing.commit().await.map_err(&failed)
    }

    /// How far a package reached when that was counted within the year before a
    /// moment; `None` if nobody counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counted(
        &self,
        package: &PackageId,
        now: Time,
    ) -> Result<Option<Counted>, StoreError> {
        let failed = self.db().failed("looked a reach up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let (key, first, last) = (package.to_string(), first_day(now), Day::of(now).number());
        let rows = all!(reader.on(), (i64, i64, i64), COUNTS, key, first, last);
        Ok(counted(rows.map_err(&failed)?))
    }

    /// The highest that was known of a package within the year before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn highest(
        &self,
        package: &PackageId,
        now: Time,
    ) -> Result<Option<Highest>, StoreError> {
        let failed = self.db().failed("looked a popularity up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let (key, first, last) = (package.to_string(), first_day(now), Day::of(now).number());
        let rows = all!(reader.on(), Row, SINCE, key, first, last);
        Ok(highest(rows.map_err(&failed)?))
    }
}

/// Keeps what a registry said.
pub(crate) async fn said(
    writing: &mut Writing,
    package: &PackageId,
    asked: Time,
    answer: &Popularity,
) -> Result<(), sqlx::Error> {
    let key = package.to_string();
    execute!(writing.on(), FORGET, key.as_str(), first_day(asked))?;
    let done = execute!(
        writing.on(),
        SAID,
        key.as_str(),
        Day::of(asked).number(),
        answer.downloads_per_week.map(number),
        answer.dependents.map(number),
    );
    done.map(drop)
}

async fn insert(on: Connection<'_>, day: i64, records: &[ReachRecord]) -> Result<(), sqlx::Error> {
    build!(on, COUNTED[0], |query| {
        query.push_values(records, |mut row, record| {
            row.push_bind(record.package.to_string())
                .push_bind(day)
                .push_bind(number(record.dependents))
                .push_bind(number(record.reach.packages))
                .push_bind(number(record.reach.of));
        });
        query.push(COUNTED[1]);
    })
}

/// The first day that still counts.
pub(crate) fn first_day(now: Time) -> i64 {
    Day::of(now - COUNTS_FOR).number()
}

/// A count as a column.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Of days with a reach, the newest first.
fn counted(rows: Vec<(i64, i64, i64)>) -> Option<Counted> {
    let days = rows.into_iter().filter_map(|(day, packages, of)| {
        let reach = Reach {
            packages: packages.try_into().ok()?,
            of: of.try_into().ok()?,
        };
        Some((Day::from_number(day).start(), reach))
    });
    let days: Vec<(Time, Reach)> = days.collect();
    let (on, reach) = *days.first()?;
    let least = days.iter().map(|(_, reach)| *reach);
    Some(Counted {
        reach,
        on,
        least: least.min_by_key(|reach| reach.packages)?,
    })
}

fn highest(rows: Vec<Row>) -> Option<Highest> {
    let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let mut highest = Highest::default();
    for row in rows {
        let reach = count(row.reach).zip(count(row.registry));
        highest.raise(&Highest {
            downloads_per_week: count(row.downloads_per_week),
            dependents: count(row.dependents),
            reach: reach.map(|(packages, of)| Reach { packages, of }),
        });
    }
    (highest != Highest::default()).then_some(highest)
}
